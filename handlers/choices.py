"""Choices of forms that are known only at run time: communities by the names that people call them, and the next days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.forms.schema import Choice, Lists
from handlers.turn import Turn
from storage.people import persons
from storage.remembered import Remembered

KEEP_COMMUNITIES = timedelta(minutes=1)
DAYS_SHOWN = 7


class _Made(Mapping[str, tuple[Choice, ...]]):
    """Lists of choices, each made when a question first asks for it."""

    def __init__(self, make: Mapping[str, Callable[[Turn], tuple[Choice, ...]]], turn: Turn) -> None:
        self._make, self._turn = make, turn
        self._known: dict[str, tuple[Choice, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Choice, ...]:
        if name not in self._known:
            self._known[name] = self._make[name](self._turn)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._make)

    def __len__(self) -> int:
        return len(self._make)


def lists(turn: Turn) -> Lists:
    """Choices that are known only at run time."""
    return _Made({"communities": communities, "homes": homes, "days": days}, turn)


def days(turn: Turn) -> tuple[Choice, ...]:
    """The next days, for a date that somebody chooses."""
    today = turn.today
    return tuple(_day(turn, today + timedelta(days=n), "tomorrow" if n == 1 else "") for n in range(1, DAYS_SHOWN + 1))


def _day(turn: Turn, day: date, name: str) -> Choice:
    phrase = "applications.day_tomorrow" if name else "applications.day"
    label = turn.words(phrase, month=day.month, day=day.day, weekday=turn.words(f"form.weekdays.{day.isoweekday()}"))
    return Choice(day.isoformat(), label)


# Who lives in none of the communities that the list has.
ELSEWHERE = "none"


def homes(turn: Turn) -> tuple[Choice, ...]:
    """All communities, and the honest way out of a list that has not hers: she says her address instead."""
    known = communities(turn)
    words = ("没有我的社区", "没有我们社区", "不在里面", "没有我家", "没有我住的", "不知道", "不清楚", "不知道哪个社区", "都不是")
    return (*known, Choice(ELSEWHERE, turn.words("form.no_community"), also=words)) if known else ()


class Called(NamedTuple):
    """A community with all that people call it, the whole name first."""

    id: int
    code: str
    names: tuple[str, ...]


@dataclass(slots=True)
class _Communities:
    """All communities by name, and when they were looked up."""

    at: datetime | None = None
    named: tuple[Called, ...] = ()
    choices: tuple[Choice, ...] = ()


_COMMUNITIES = Remembered(lambda _tx: _Communities())


def _communities(turn: Turn) -> _Communities:
    """Looked up once a minute: every step of every form needs them, and they hardly ever change."""
    known = _COMMUNITIES.of(turn.tx)
    if known.at is None or not timedelta() <= turn.now - known.at < KEEP_COMMUNITIES:
        known.named = tuple(Called(row.id, row.code, (row.name, *called(row.name))) for row in persons.communities(turn.tx))
        known.choices = tuple(Choice(one.code, one.names[0], also=one.names[1:]) for one in known.named)
        known.at = turn.now
    return known


def communities(turn: Turn) -> tuple[Choice, ...]:
    """All communities by name."""
    return _communities(turn).choices


def named(turn: Turn) -> tuple[Called, ...]:
    """All communities with what people call them."""
    return _communities(turn).named


# 芝罘区槐荫里社区 is called 槐荫里社区 and 槐荫里.
_DISTRICT, _KIND = re.compile(r"^.{1,4}?[区市县](?=.{2})"), re.compile(r"(?:社区|村|居委会)$")


def called(name: str) -> tuple[str, ...]:
    """What people call a community besides its whole name."""
    short = _DISTRICT.sub("", name)
    return tuple(dict.fromkeys(one for one in (short, _KIND.sub("", short)) if len(one) > 1 and one != name))
