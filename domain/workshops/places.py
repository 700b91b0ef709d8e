"""When a workshop may take people: its opening hours, what was checked and until when that holds, and how full an hour is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from domain import windows
from domain.notices import LOCAL

Function = Literal["work", "meeting", "childcare"]
CheckKind = Literal["fire", "exits", "dust", "hygiene"]
# Never looked at; not in order; in order once, and overdue; to be looked at within a week; in order.
Standing = Literal["never", "failed", "overdue", "soon", "holds"]
FUNCTIONS: tuple[Function, ...] = ("work", "meeting", "childcare")
KINDS: tuple[CheckKind, ...] = ("fire", "exits", "dust", "hygiene")
# Before anybody is sent there; hygiene and the safety of children before a child is.
_EVERYWHERE: tuple[CheckKind, ...] = ("fire", "exits", "dust")
# A check holds for at most a month: rules of public security on fire safety (公安部令第61号, 26); how much less, staff say with each.
HOLDS = timedelta(days=31)
# So far ahead places are given, and what is due is shown.
AHEAD = timedelta(days=7)
# So often the office is told again of a check that is due.
AGAIN = timedelta(days=7)
HOUR = timedelta(hours=1)
# Children of one mother in an hour, and hours that she may have before her.
CHILDREN, HELD = 4, 20


class Check(NamedTuple):
    """The latest look at something of a workshop."""

    kind: CheckKind
    passed: bool
    checked_on: date
    next_on: date
    note: str = ""

    def holds(self, day: date) -> bool:
        """Whether people may be sent there on that day, as far as this goes."""
        return self.passed and day <= self.next_on


def needed(function: Function) -> tuple[CheckKind, ...]:
    """What has to be in order before a room takes people."""
    return KINDS if function == "childcare" else _EVERYWHERE


def lacking(function: Function, checks: Mapping[CheckKind, Check], day: date) -> list[CheckKind]:
    """What keeps people from being sent to such a room on that day: never checked, not in order, or overdue."""
    return [kind for kind in needed(function) if kind not in checks or not checks[kind].holds(day)]


def wanted(functions: Iterable[Function]) -> list[CheckKind]:
    """What has to be in order where there are such rooms."""
    kinds = {kind for function in functions for kind in needed(function)}
    return [kind for kind in KINDS if kind in kinds]


def due(functions: Iterable[Function], checks: Mapping[CheckKind, Check], today: date) -> list[CheckKind]:
    """What has to be looked at within a week, what is overdue among it."""
    return [kind for kind in wanted(functions) if kind not in checks or not checks[kind].holds(today + AHEAD)]


def standing(check: Check | None, today: date) -> Standing:
    """How it stands with one kind of check today."""
    if check is None:
        return "never"
    if not check.passed:
        return "failed"
    return "overdue" if not check.holds(today) else "holds" if check.holds(today + AHEAD) else "soon"


def to_remind(due_now: Iterable[CheckKind], checks: Mapping[CheckKind, Check], today: date, reminded_on: date | None) -> bool:
    """Whether the office is told today of what is due: once, again on the day from which nobody is sent there, and then every week."""
    kinds = set(due_now)
    if not kinds or reminded_on is None:
        return bool(kinds)
    ended = [check.next_on + timedelta(days=1) for check in checks.values() if check.kind in kinds]
    return today - reminded_on >= AGAIN or any(reminded_on < day <= today for day in ended)


def last_day(checked_on: date, next_on: date | None) -> date:
    """Until when a check holds: as said, but no longer than the rules allow."""
    latest = checked_on + HOLDS
    return latest if next_on is None else min(next_on, latest)


def began(moment: datetime) -> datetime:
    """The hour that a moment lies in."""
    return moment.astimezone(LOCAL).replace(minute=0, second=0, microsecond=0)


def is_open(opening: str, starts_at: datetime) -> bool:
    """Whether the whole hour lies in the opening hours."""
    return _inside(windows.spans(windows.parse(opening)), starts_at)


def hours(opening: str, day: date, *, now: datetime) -> list[datetime]:
    """The whole hours of a day that are open and not over."""
    spans, midnight = windows.spans(windows.parse(opening)), datetime.combine(day, time(), LOCAL)
    return [at for at in (midnight + HOUR * number for number in range(24)) if at + HOUR > now and _inside(spans, at)]


def _inside(spans: list[windows.Span], starts_at: datetime) -> bool:
    local = starts_at.astimezone(LOCAL)
    start = local.weekday() * windows.DAY + local.hour * 60 + local.minute
    return any(first <= start and start + 60 <= last for first, last in spans)


def takes(opening: str, function: Function, checks: Mapping[CheckKind, Check], starts_at: datetime) -> bool:
    """Whether a room of a workshop that nobody closed takes people in that hour."""
    return is_open(opening, starts_at) and not lacking(function, checks, starts_at.astimezone(LOCAL).date())


def left(capacity: int, taken: int) -> int:
    """Places that are still free; none where a room was made smaller than it is full."""
    return max(0, capacity - taken)


def by_hour(taken: Iterable[tuple[datetime, int]]) -> dict[int, int]:
    """Places that were taken, by the hour of the day, the earliest first."""
    by_hour_of_day: Counter[int] = Counter()
    for at, places in taken:
        by_hour_of_day[at.astimezone(LOCAL).hour] += places
    return dict(sorted(by_hour_of_day.items()))
