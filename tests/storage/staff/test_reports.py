"""The federation's figures against a small town that is counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from domain.access import CITY, Scope
from domain.notices import LOCAL
from domain.staff.reports import NAMES, period
from storage.database import Store
from storage.staff import reports
from storage.tables import people, work
from storage.tables.columns import table
from storage.tables.people import Person
from storage.tables.training import Enrolment, TrainingClass
from tests.support import towns

PERSON, CLASS, ENROLMENT = table(Person), table(TrainingClass), table(Enrolment)
GROUPS = {"mode": ["flexible", "take_home", "new_form"], "sector": ["garment", "handcraft"]}
NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)


def day(month: int, number: int, hour: int = 12) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=LOCAL)


class Hand:
    """Writes rows one by one, so that they can be counted."""

    def __init__(self, store: Store) -> None:
        self.store = store
        towns.small(store)
        with store.begin() as tx:
            found = tx.execute(work.community.select()).all()
        self.communities = {row.code: row.id for row in found}

    def woman(
        self, key: str, community: str | None, at: datetime, *, surveyed: datetime | None = None, profile: bool = True, **wishes: Any
    ) -> int:
        with self.store.begin() as tx:
            person = {
                "key": key,
                "community_id": self.communities.get(community or ""),
                "language": "zh",
                "notices": True,
                "created_at": at,
            }
            row = int(tx.execute(insert(PERSON).values(person).returning(PERSON.c.id)).scalar_one())
            blank = {"children": [], "skills": [], "learn": [], "modes": [], "sectors": [], "windows": ""}
            if profile:
                tx.execute(insert(people.mother).values(person_id=row, surveyed_at=surveyed, updated_at=at, **{**blank, **wishes}))
        return row

    def post(self, code: str, community: str, mode: str, sector: str, **values: Any) -> int:
        return towns.position(self.store, NOW, code, community=community, mode=mode, sector=sector, **values)

    def applies(
        self, person: int, post: int, at: datetime, *, started: datetime | None = None, still: dict[int, bool] | None = None
    ) -> None:
        with self.store.begin() as tx:
            values = {"person_id": person, "position_id": post, "status": "started" if started else "applied", "reason": ""}
            one = (
                insert(work.application)
                .values(**values, holds=bool(started), created_at=at, started_at=started)
                .returning(work.application.c.id)
            )
            row = int(tx.execute(one).scalar_one())
            for after, there in (still or {}).items():
                talk = {"application_id": row, "person_id": person, "day": after, "status": "answered", "asked": 1, "still_there": there}
                tx.execute(insert(work.follow_up).values(**talk, answered_at=at))

    def passes(self, person: int, code: str, at: datetime, status: str = "passed") -> None:
        with self.store.begin() as tx:
            lesson = {"code": code, "title": code, "skill": "sewing", "community_id": self.communities["YT01"], "capacity": 9}
            row = tx.execute(insert(CLASS).values(**lesson, leads_to=[], status="open", created_at=at).returning(CLASS.c.id)).scalar_one()
            tx.execute(insert(ENROLMENT).values(class_id=row, person_id=person, status=status, since=at, assessed_at=at))


@pytest.fixture
def hand(store: Store) -> Hand:
    """Four women with a profile and one without, in two communities and nowhere; five posts, of which two are filled."""
    hand = Hand(store)
    anna = hand.woman("anna", "YT01", day(7, 1), surveyed=day(7, 1), modes=["flexible", "take_home"], sectors=["garment"])
    bea = hand.woman("bea", "YT01", day(8, 1), surveyed=day(11, 2), modes=["take_home"])
    cleo = hand.woman("cleo", "YT02", day(11, 1, 0))
    dora = hand.woman("dora", None, day(10, 31, 23), surveyed=day(11, 1))
    hand.woman("staff", "YT01", day(1, 1), profile=False)
    hand.passes(anna, "C1", day(7, 10))
    hand.passes(anna, "C2", day(11, 3))
    hand.passes(bea, "C3", day(11, 4), status="failed")
    one = hand.post("P1", "YT01", "flexible", "garment", headcount=2)
    two = hand.post("P2", "YT02", "take_home", "handcraft", headcount=1)
    hand.post("P3", "YT02", "flexible", "garment", headcount=5, status="filled")
    hand.post("P4", "YT02", "flexible", "garment", headcount=5)
    # Days 30 and 90 of 1 August are 31 August and 30 October.
    hand.applies(anna, one, day(7, 20), started=day(8, 1, 12), still={7: True, 30: True, 90: True})
    hand.applies(anna, two, day(11, 5))
    # Day 30 of 5 October is 4 November; day 90 has not come.
    hand.applies(bea, one, day(9, 1), started=day(10, 5, 12), still={7: True, 30: False})
    hand.applies(cleo, two, day(11, 10), started=day(11, 20, 0))
    assert dora
    return hand


def counted(hand: Hand, month: str | None, where: list[Scope] | None = None) -> dict[tuple[str, str], dict[str, float | None]]:
    with hand.store.read() as tx:
        lines = reports.lines(tx, where or [CITY], period(month, now=NOW), GROUPS)
    return {(line.dimension, line.code): line.figures for line in lines}


def row(*values: float | None) -> dict[str, float | None]:
    return dict(zip(NAMES, values, strict=True))


#                       reg sur tra app sta d30 s30 d90 s90 median filled
NOTHING = row(*[0] * 9, None, 0)


def test_all_time(hand: Hand) -> None:
    found = counted(hand, None)
    # 31 days, 65 days, 19 days: the middle one is 31.
    assert found["all", ""] == row(4, 3, 1, 3, 3, 2, 1, 1, 1, 31.0, 3)
    assert found["community", "YT01"] == row(2, 2, 1, 2, 2, 2, 1, 1, 1, 48.0, 1)
    assert found["community", "YT02"] == row(1, 0, 0, 1, 1, 0, 0, 0, 0, 19.0, 2)
    assert found["community", "YT03"] == NOTHING
    assert found["community", ""] == row(1, 1, 0, 0, 0, 0, 0, 0, 0, None, 0)
    assert found["mode", "flexible"] == row(1, 1, 1, 2, 2, 2, 1, 1, 1, 48.0, 2)
    assert found["mode", "take_home"] == row(2, 2, 1, 2, 1, 0, 0, 0, 0, 19.0, 1)
    assert found["mode", "new_form"] == NOTHING
    assert found["mode", ""] == row(2, 1, 0, 0, 0, 0, 0, 0, 0, None, 0)
    assert found["sector", "garment"] == row(1, 1, 1, 2, 2, 2, 1, 1, 1, 48.0, 2)
    assert found["sector", "handcraft"] == row(0, 0, 0, 2, 1, 0, 0, 0, 0, 19.0, 1)
    assert found["sector", ""] == row(3, 2, 0, 0, 0, 0, 0, 0, 0, None, 0)


def test_one_month_from_local_midnight_to_local_midnight(hand: Hand) -> None:
    found = counted(hand, "2026-11")
    # Cleo registered in its first minute, Dora an hour before; P1 was filled in October, P2 in November.
    assert found["all", ""] == row(1, 2, 1, 2, 1, 1, 0, 0, 0, 19.0, 1)
    assert found["community", "YT01"] == row(0, 1, 1, 1, 0, 1, 0, 0, 0, None, 0)
    assert found["community", "YT02"] == row(1, 0, 0, 1, 1, 0, 0, 0, 0, 19.0, 1)


def test_a_month_is_the_thirtieth_and_the_ninetieth_day_s_own(hand: Hand) -> None:
    assert counted(hand, "2026-08")["all", ""] == row(1, 0, 0, 0, 1, 1, 1, 0, 0, 31.0, 0)
    assert counted(hand, "2026-10")["all", ""] == row(1, 0, 0, 0, 1, 0, 0, 1, 1, 65.0, 1)
    assert counted(hand, "2026-12")["all", ""] == NOTHING


def test_only_what_lies_in_the_scope(hand: Hand) -> None:
    found = counted(hand, None, [Scope(hand.communities["YT02"])])
    assert found["all", ""] == found["community", "YT02"] == row(1, 0, 0, 1, 1, 0, 0, 0, 0, 19.0, 2)
    assert [code for dimension, code in found if dimension == "community"] == ["YT02"]
    assert counted(hand, None, [Scope(enterprise_id=1)])["all", ""] == NOTHING


def test_a_woman_who_was_two_counts_once(hand: Hand) -> None:
    twin = hand.woman("twin", "YT01", day(11, 2), surveyed=day(11, 2))
    with hand.store.begin() as tx:
        tx.execute(update(PERSON).where(PERSON.c.id == twin).values(merged_into=1))
    assert counted(hand, None)["all", ""]["registered"] == 4


def test_the_median_is_of_first_starts(hand: Hand) -> None:
    third = hand.post("P5", "YT02", "new_form", "handcraft", headcount=5)
    hand.applies(1, third, day(11, 6), started=day(11, 6) + timedelta(hours=1))
    found = counted(hand, None)
    assert found["all", ""]["median_days"] == 31.0
    assert found["mode", "new_form"]["started"] == 1 and found["mode", "new_form"]["median_days"] is None
    assert found["all", ""]["started"] == 3, "a woman counts once"
