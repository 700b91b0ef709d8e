"""Weekdays as cron counts them; what never comes is an error."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.crons import trigger
from domain.notices import LOCAL

MONDAY = datetime(2026, 11, 30, tzinfo=LOCAL)
WEEK = "Mon Tue Wed Thu Fri Sat Sun"


def days(cron: str) -> str:
    """The weekdays of two weeks on which a tick comes."""
    found, at = set(), MONDAY
    run = trigger(cron)
    while (following := run.get_next_fire_time(None, at)) and following < MONDAY + timedelta(days=14):
        found.add(following.weekday())
        at = following + timedelta(minutes=1)
    return " ".join(name for number, name in enumerate(WEEK.split()) if number in found)


@pytest.mark.parametrize(
    ("field", "on"),
    [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("6", "Sat"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("0-2", "Mon Tue Sun"),
        ("5-7", "Fri Sat Sun"),
        ("fri-sun", "Fri Sat Sun"),
        ("0,3", "Wed Sun"),
        ("SUN", "Sun"),
        ("*/2", "Tue Thu Sat Sun"),
        ("1-5/2", "Mon Wed Fri"),
        ("*", WEEK),
        ("0-6", WEEK),
        ("1-7", WEEK),
    ],
)
def test_weekdays(field: str, on: str) -> None:
    assert days(f"30 6 * * {field}") == on


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "5 4 31 4 *", "0 0 31 2,6,9 *"])
def test_a_day_that_never_comes(cron: str) -> None:
    with pytest.raises(ValueError, match="永远不会到"):
        trigger(cron)


def test_a_day_that_comes_rarely() -> None:
    following = trigger("0 0 29 2 *").get_next_fire_time(None, MONDAY)
    assert following is not None and following.date() == date(2028, 2, 29)


@pytest.mark.parametrize("cron", ["0 0 * * 8", "0 0 * * 5-1", "0 0 * *", "0 0 * * mo", "61 0 * * *", "0 0 0 * *", "0 0 * * 1/0"])
def test_what_is_no_cron(cron: str) -> None:
    with pytest.raises(ValueError, match="不是 cron 写法"):
        trigger(cron)


def test_a_day_and_a_weekday_together_are_refused() -> None:
    with pytest.raises(ValueError, match="只写一个"):
        trigger("0 0 1 * 1")
