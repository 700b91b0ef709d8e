"""When a workshop takes people: only in its hours, and only where everything that has to be checked is in order and in date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.notices import LOCAL
from domain.workshops.places import (
    FUNCTIONS,
    HOLDS,
    KINDS,
    Check,
    CheckKind,
    Function,
    by_hour,
    due,
    hours,
    lacking,
    last_day,
    needed,
    takes,
)

TODAY = date(2026, 11, 24)
OPEN = "1-5 08:30-11:30"
CHECKS = st.dictionaries(st.sampled_from(KINDS), st.tuples(st.booleans(), st.integers(-40, 40)), max_size=len(KINDS)).map(
    lambda found: {kind: Check(kind, passed, TODAY, TODAY + timedelta(days=days)) for kind, (passed, days) in found.items()}
)


@given(CHECKS, st.sampled_from(FUNCTIONS), st.integers(0, 10))
def test_nobody_is_sent_where_a_check_is_missing_failed_or_overdue(checks: dict[CheckKind, Check], function: Function, days: int) -> None:
    day = TODAY + timedelta(days=days)
    sound = all(kind in checks and checks[kind].passed and checks[kind].next_on >= day for kind in needed(function))
    assert (lacking(function, checks, day) == []) is sound
    at = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
    assert takes(OPEN, function, checks, at) is (sound and day.isoweekday() < 6)


def test_children_need_hygiene_besides() -> None:
    sound = {kind: Check(kind, True, TODAY, TODAY) for kind in needed("work")}
    assert (lacking("work", sound, TODAY), lacking("childcare", sound, TODAY)) == ([], ["hygiene"])


@given(st.integers(0, 100) | st.none())
def test_a_check_holds_no_longer_than_a_month(days: int | None) -> None:
    said = None if days is None else TODAY + timedelta(days=days)
    until = last_day(TODAY, said)
    assert until <= TODAY + HOLDS and (said is None or until <= said)


def test_what_runs_out_within_a_week_is_due() -> None:
    checks = {kind: Check(kind, True, TODAY, TODAY + HOLDS) for kind in KINDS}
    checks["dust"] = Check("dust", True, TODAY, TODAY + timedelta(days=3))
    assert (due(["work"], checks, TODAY), due(["childcare"], {}, TODAY), due([], {}, TODAY)) == (["dust"], list(KINDS), [])


def test_only_whole_hours_of_the_opening_that_are_not_over_are_offered() -> None:
    at = datetime(2026, 11, 24, 9, 20, tzinfo=LOCAL)
    assert [one.hour for one in hours(OPEN, TODAY, now=at)] == [9, 10]
    assert hours(OPEN, date(2026, 11, 28), now=at) == []
    assert [one.hour for one in hours("7 22:00-02:00", date(2026, 11, 30), now=at)] == [0, 1]


def test_places_are_counted_by_the_hour_of_the_day_here() -> None:
    nine = datetime(2026, 11, 24, 9, tzinfo=LOCAL)
    assert by_hour([(nine, 2), (nine + timedelta(days=1), 3), (nine - timedelta(hours=1), 1)]) == {8: 1, 9: 5}
