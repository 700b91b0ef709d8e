"""Whatever order deeds come in: danger is never mediated, nothing is agreed without both, and something is due in every open state."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.mediation.assigning import Concerned, Mediator, conflict, next_of
from domain.mediation.states import BOTH, ENDED, OPEN, Barred, Deed, Limits, Standing, after, begun, follows, may_sit_together

# `HYPOTHESIS_RUNS=10000 pytest` tries as many orders.
RUNS = settings(max_examples=int(os.environ.get("HYPOTHESIS_RUNS", "100")), deadline=None)
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
DEEDS = st.sampled_from(get_args(Deed))
# A deed, or what a side says meanwhile: that it agrees, that it may take longer, that all is signed.
SAID = st.one_of(DEEDS, st.sampled_from(["consent_a", "consent_b", "extend_a", "extend_b", "signed"]))


def heard(standing: Standing, said: str) -> Standing:
    if said.startswith("consent"):
        return replace(standing, consents=standing.consents | {said[-1]})  # type: ignore[arg-type]  # one of the two sides
    if said.startswith("extend_"):
        return replace(standing, extends=standing.extends | {said[-1]})  # type: ignore[arg-type]  # one of the two sides
    return replace(standing, agreement=True)


@RUNS
@given(st.booleans(), st.lists(SAID, max_size=40))
def test_no_order_of_deeds_breaks_the_law(danger: bool, deeds: list[str]) -> None:
    limits, now = Limits(), NOW
    standing = begun(now, limits, danger=danger)
    for said in deeds:
        now += timedelta(hours=1)
        if said not in get_args(Deed):
            standing = heard(standing, said)
            continue
        before = standing
        try:
            standing = after(before, said, now, limits)  # type: ignore[arg-type]  # one of the deeds
        except Barred:
            assert not follows(before, said)  # type: ignore[arg-type]  # one of the deeds
            continue
        assert (standing.due_at is not None) == (standing.state in OPEN), "no deadline lost"
        assert standing.state in OPEN | ENDED
        if standing.state in ("mediating", "agreed"):
            assert standing.consents == BOTH and not standing.danger
        if standing.state == "agreed":
            assert standing.agreement
        if before.danger:
            assert standing.state in ("danger", "closed")
        if may_sit_together(standing):
            assert standing.state == "mediating" and standing.consents == BOTH and not standing.danger
        if said == "reopen":
            assert standing.consents == frozenset()


PLACES = st.sampled_from(["3号楼2单元", "三号楼101", "5栋", "", "海风小区"])


@RUNS
@given(
    st.lists(
        st.tuples(st.integers(1, 6), PLACES, st.integers(0, 6), st.booleans(), st.booleans()), max_size=6, unique_by=lambda one: one[0]
    ),
    st.lists(st.tuples(st.integers(1, 6), PLACES), min_size=1, max_size=2),
    st.one_of(st.none(), st.integers(1, 6)),
    st.sets(st.integers(1, 6)),
)
def test_whoever_is_concerned_or_full_is_never_asked(
    able: list[tuple[int, str, int, bool, bool]], sides: list[tuple[int, str]], reporter: int | None, named: set[int]
) -> None:
    mediators = [Mediator(number, 1, home, busy, near, duty) for number, home, busy, near, duty in able]
    concerned = [Concerned(number, 1, home) for number, home in sides]
    free = [one.person_id for one in mediators if conflict(one, concerned, reporter=reporter, known=named) is None]
    chosen = next_of(mediators, free)
    if chosen is not None:
        assert chosen.person_id not in named | {number for number, _ in sides} | {reporter} and chosen.busy < 5
        houses = {home[:1].replace("三", "3") for _, home in sides if home[:1] in "3三5" and home}
        assert not (chosen.building and chosen.building[:1].replace("三", "3") in houses)
