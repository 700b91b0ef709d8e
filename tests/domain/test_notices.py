"""The notice rules: every decision has its reason, and the quiet hours hold to the minute."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notices import LOCAL, Drop, Listener, Send, Wait, decide, next_morning, quiet_until
from handlers.capabilities import CAPABILITIES

HOURS = (time(21), time(8))
KINDS = CAPABILITIES.notices
WILLING = Listener(consents=frozenset({"jobs"}))


def at(clock: str, day: int = 24) -> datetime:
    return datetime.combine(datetime(2026, 11, day).date(), time.fromisoformat(clock), LOCAL)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("20:59", None),
        ("21:00", at("08:00", 25)),
        ("23:59", at("08:00", 25)),
        ("00:00", at("08:00")),
        ("07:59", at("08:00")),
        ("08:00", None),
    ],
)
def test_quiet_hours_over_midnight(clock: str, until: datetime | None) -> None:
    assert quiet_until(HOURS, at(clock)) == until
    assert decide(WILLING, KINDS["position"], at(clock)) == (Send() if until is None else Wait(until, "quiet"))


def test_quiet_hours_within_a_day_and_none() -> None:
    assert quiet_until((time(12), time(14)), at("13:00")) == at("14:00")
    assert quiet_until((time(12), time(14)), at("14:00")) is None
    assert quiet_until((time(8), time(8)), at("08:00")) is None


@pytest.mark.parametrize(
    ("listener", "why"),
    [
        (Listener(consents=frozenset({"jobs"}), reachable=False), "unreachable"),
        (Listener(consents=frozenset({"jobs"}), wants=False), "unsubscribed"),
        (Listener(consents=frozenset({"profile", "children"})), "no_consent"),
    ],
)
def test_who_is_not_told_and_why(listener: Listener, why: str) -> None:
    assert decide(listener, KINDS["position"], at("10:00")) == Drop(why)


def test_a_filled_post_is_not_announced() -> None:
    assert decide(WILLING, KINDS["position"], at("10:00"), true=False) == Drop("stale")


def test_over_the_cap_waits_for_the_next_morning() -> None:
    told = Listener(consents=frozenset({"jobs"}), told_today=2, daily_cap=2)
    assert decide(told, KINDS["position"], at("10:00")) == Wait(at("08:00", 25), "cap")
    assert decide(Listener(consents=frozenset({"jobs"}), told_today=1, daily_cap=2), KINDS["position"], at("10:00")) == Send()


def test_danger_is_told_at_night_and_over_every_cap() -> None:
    refused = Listener(wants=False, told_today=99, daily_cap=0)
    assert decide(refused, KINDS["danger"], at("03:00")) == Send()


def test_an_answer_she_waits_for_needs_no_wish_for_notices_but_keeps_the_night() -> None:
    assert decide(Listener(wants=False, told_today=9), KINDS["answer"], at("10:00")) == Send()
    assert decide(Listener(wants=False), KINDS["answer"], at("22:00")) == Wait(at("08:00", 25), "quiet")


@pytest.mark.parametrize(("kind", "now"), [("answer", True), ("staff", True), ("position", False), ("reminder", False)])
def test_who_is_just_writing_is_answered_at_night_but_told_nothing_else(kind: str, now: bool) -> None:
    awake = Listener(consents=frozenset({"jobs"}), awake=True)
    assert (decide(awake, KINDS[kind], at("22:00")) == Send()) is now


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.times(), st.times())  # noqa: DTZ001
def test_a_wait_ends_soon_and_outside_the_quiet_hours(moment: datetime, start: time, end: time) -> None:
    now = moment.replace(tzinfo=LOCAL)
    hours = (start.replace(tzinfo=None), end.replace(tzinfo=None))
    until = quiet_until(hours, now)
    if until is not None:
        assert timedelta() < until - now <= timedelta(days=1)
        assert quiet_until(hours, until) is None
    morning = next_morning(hours, now)
    assert morning > now and quiet_until(hours, morning) is None


def test_every_kind_has_rules() -> None:
    assert all(isinstance(decide(WILLING, kind, at("10:00")), Send) for kind in KINDS.values())
