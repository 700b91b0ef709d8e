"""Hours in which she is left alone: as she says them, as they are kept, and laid over the settings' night."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from domain.notices import LOCAL, Decision, Listener, Send, Wait, decide
from domain.quiet import heard, is_night, kept, parse, write
from handlers.capabilities import CAPABILITIES

NIGHT = (time(21), time(8))


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("晚上九点到早上八点", "21:00-08:00"),
        ("孩子睡觉一点到三点", "13:00-15:00"),
        ("九点到八点", "21:00-08:00"),
        ("晚上九点到八点", "21:00-08:00"),
        ("夜里十点到凌晨六点别发", "22:00-06:00"),
        ("晚上10点半到第二天早上7点", "22:30-07:00"),
        ("22点到7点", "22:00-07:00"),
        ("21:00-08:00", "21:00-08:00"),
        ("中午十二点半到两点", "12:30-14:00"),
        ("下午1点到3点", "13:00-15:00"),
        ("十一点到一点", "11:00-13:00"),
        ("晚上八点到十点", "20:00-22:00"),
        ("晚上8点到12点", "20:00-00:00"),
        ("早上8点到12点", "08:00-12:00"),
        ("中午12点到2点，晚上9点到早上8点", "12:00-14:00;21:00-08:00"),
        ("随便", ""),
        ("九十点到三十点", ""),
        ("", ""),
    ],
)
def test_ranges_in_her_words(words: str, hours: str) -> None:
    assert write(heard(words)) == hours
    assert parse(hours) == heard(words)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("", "21:00-08:00"),
        ("22:00-07:00", "22:00-07:00"),
        ("13:00-15:00", "21:00-08:00;13:00-15:00"),
        ("20:00-22:00", "21:00-08:00;20:00-22:00"),
        ("22:00-07:00;13:00-15:00", "22:00-07:00;13:00-15:00"),
        ("00:00-00:00", "00:00-00:00"),
    ],
)
def test_her_night_replaces_the_settings_and_her_day_comes_besides(written: str, hours: str) -> None:
    assert write(kept(written, NIGHT)) == hours


@pytest.mark.parametrize(("hours", "night"), [("21:00-08:00", True), ("00:00-06:00", True), ("13:00-15:00", False), ("21:00-00:00", False)])
def test_what_is_a_night(hours: str, night: bool) -> None:
    assert is_night(*parse(hours)[0]) is night


def at(clock: str) -> datetime:
    return datetime.combine(datetime(2026, 11, 24, tzinfo=LOCAL), time.fromisoformat(clock), LOCAL)


def decided(own: str, clock: str, kind: str = "reminder") -> Decision:
    return decide(Listener(own_quiet=own, quiet_hours=NIGHT), CAPABILITIES.notices[kind], at(clock))


def test_her_own_hours_hold_a_notice_and_danger_and_storms_pass() -> None:
    assert decided("13:00-15:00", "14:00") == Wait(at("15:00"), "quiet")
    assert decided("13:00-15:00", "15:00") == Send()
    assert isinstance(decided("13:00-15:00", "23:00"), Wait), "the night stays"
    assert decided("22:00-07:00", "21:30") == Send(), "her night in place of the settings'"
    assert decided("00:00-00:00", "03:00") == Send()
    assert [decided("13:00-15:00;22:00-07:00", clock, kind) for clock in ("14:00", "23:00") for kind in ("danger", "urgent")] == [
        Send()
    ] * 4


def test_hours_that_follow_on_each_other_are_one() -> None:
    assert decided("07:00-09:00;09:00-11:00", "07:30") == Wait(at("11:00"), "quiet")
    assert isinstance(decided("00:00-12:00;12:00-00:00", "07:30"), Wait), "a whole day of quiet does not turn for ever"
