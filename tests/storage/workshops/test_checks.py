"""What was seen last counts, for each kind and each workshop by itself."""

from __future__ import annotations

from datetime import timedelta

from domain.workshops.places import Check
from storage.database import Store
from storage.workshops import places
from tests.conftest import MORNING
from tests.support import towns, workshops


def test_the_latest_look_counts_and_of_one_day_the_one_that_was_told_later(store: Store) -> None:
    towns.small(store)
    today = MORNING.date()

    def seen(kind: str, passed: bool, days_ago: int) -> Check:
        on = today - timedelta(days=days_ago)
        return Check(kind, passed, on, on + timedelta(days=30))  # type: ignore[arg-type]

    with store.begin() as tx:
        one, other = workshops.sound(tx, but=("fire", "dust")), workshops.sound(tx, name="别处", but=("fire",))
        for looked in (seen("fire", True, 1), seen("fire", False, 9), seen("dust", True, 3), seen("dust", False, 3)):
            places.checked(tx, one, looked, by=None, now=MORNING)
        found = places.checks(tx, [one, other])
    assert found[one]["fire"] == seen("fire", True, 1), "an older look that is told later"
    assert found[one]["dust"] == seen("dust", False, 3)
    assert set(found[one]) == {"fire", "exits", "dust", "hygiene"} and "fire" not in found[other]
