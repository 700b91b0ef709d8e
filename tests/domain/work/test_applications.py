"""Which way an application may go, and that the clock's next look is always ahead."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notices import LOCAL, quiet_until
from domain.work.applications import ALLOWED, HOLDING, OPEN, OVER, Status, asked_how, due, may_become, next_look, soon, still_asked

HOURS = (time(21), time(8))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=LOCAL))  # noqa: DTZ001


def at(day: int, clock: str) -> datetime:
    return datetime.combine(datetime(2026, 11, day).date(), time.fromisoformat(clock), LOCAL)  # noqa: DTZ001


def test_every_status_has_its_ways_and_a_place_is_lost_only_once() -> None:
    assert set(ALLOWED) == {*OPEN, *OVER, "started"}
    assert {to for ways in ALLOWED.values() for to in ways} <= set(ALLOWED)
    assert not set(HOLDING) & set(OVER)
    for status in OVER:
        assert ALLOWED[status] == {"waiting"}, "who is out begins at the end of the list"
    # Whoever has a place got it from the list.
    assert [status for status in ALLOWED if status not in HOLDING and ALLOWED[status] & set(HOLDING)] == ["waiting"]


@pytest.mark.parametrize(
    ("status", "to", "allowed"),
    [
        ("applied", "trial", True),
        ("applied", "started", False),
        ("trial", "trial", True),
        ("trial", "lapsed", False),
        ("started", "withdrawn", False),
        ("started", "left", True),
        ("waiting", "trial", False),
        ("declined", "trial", False),
        ("", "trial", False),
        ("nonsense", "applied", False),
    ],
)
def test_the_ways(status: Status, to: Status, allowed: bool) -> None:
    assert may_become(status, to) is allowed


@pytest.mark.parametrize(
    ("trial", "told"),
    [
        ("14:00", "12:00"),
        # Two hours before lies in the night: at its end, unless that is too late to help.
        ("09:00", "08:00"),
        ("08:30", "08:00"),
        ("08:00", None),
    ],
)
def test_the_reminder_of_the_day(trial: str, told: str | None) -> None:
    assert soon(at(26, trial), HOURS) == (None if told is None else at(26, told))


@pytest.mark.parametrize(
    ("now", "needs"),
    [
        (at(25, "17:59"), None),
        (at(25, "18:00"), "evening"),
        (at(25, "20:00"), "evening"),
        (at(25, "20:01"), None),
        (at(26, "11:59"), None),
        (at(26, "12:00"), "soon"),
        (at(26, "14:00"), None),
        (at(27, "08:59"), None),
        (at(27, "09:00"), "how"),
        (at(28, "03:00"), "how"),
    ],
)
def test_what_a_trial_needs(now: datetime, needs: str | None) -> None:
    assert due(at(26, "14:00"), now=now, quiet_hours=HOURS) == needs


def test_the_steps_of_a_trial_in_order() -> None:
    trial, now, steps = at(26, "14:00"), at(24, "10:00"), []
    for _ in range(7):
        now = next_look(trial, after=now, quiet_hours=HOURS)
        steps.append((now, due(trial, now=now, quiet_hours=HOURS), still_asked(trial, now=now)))
    assert steps == [
        (at(25, "18:00"), "evening", True),
        (at(26, "12:00"), "soon", True),
        (at(27, "09:00"), "how", True),
        (at(29, "09:00"), "how", True),
        (at(29, "09:00") + timedelta(days=4), "how", True),
        (at(29, "09:00") + timedelta(days=11), "how", False),
        (at(29, "09:00") + timedelta(days=18), "how", False),
    ]


@given(MOMENTS, MOMENTS)
def test_the_next_look_is_always_ahead_and_never_at_night(trial: datetime, now: datetime) -> None:
    look = next_look(trial, after=now, quiet_hours=HOURS)
    assert look > now
    assert quiet_until(HOURS, look) is None
    assert asked_how(trial, after=now) >= look


@given(MOMENTS)
def test_each_step_finds_what_it_is_for(trial: datetime) -> None:
    now, found = trial - timedelta(days=10), []
    for _ in range(3):
        now = next_look(trial, after=now, quiet_hours=HOURS)
        found.append(due(trial, now=now, quiet_hours=HOURS))
    assert found[0] == "evening" and None not in found and "how" in found
