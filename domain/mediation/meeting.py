"""When a meeting can be: moments inside both sides' free hours, and which of the proposed ones suits whom it needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from domain import windows
from domain.mediation.states import Side
from domain.notices import LOCAL

LASTS = timedelta(hours=2)
REMIND_BEFORE = timedelta(days=1)
# Hours at which rooms are open.
STARTS = (time(9), time(10), time(14), time(15), time(19))
AHEAD_DAYS = 14
MOST = 4


def free(written: Sequence[str], now: datetime) -> list[datetime]:
    """The first moments from tomorrow on that lie in all these weekly windows; a side that gave none is free at all times."""
    spans = [windows.spans(windows.parse(one)) for one in written if one]
    today = now.astimezone(LOCAL).date()
    moments = (datetime.combine(today + timedelta(days=day), at, LOCAL) for day in range(1, AHEAD_DAYS + 1) for at in STARTS)
    common = [at for at in moments if all(_within(at, one) for one in spans)]
    return common[:MOST]


def _within(at: datetime, spans: Iterable[windows.Span]) -> bool:
    start = at.weekday() * windows.DAY + at.hour * 60 + at.minute
    end = start + int(LASTS.total_seconds() // 60)
    return any(first <= start and end <= last for first, last in spans)


def suits(needed: Iterable[Side], *, suits_a: bool, suits_b: bool) -> bool:
    """Whether a moment suits every side that has to come."""
    said = {"a": suits_a, "b": suits_b}
    return all(said[side] for side in needed)


def remind_at(starts_at: datetime, now: datetime) -> datetime | None:
    """When its sides are reminded; None where it is sooner than that."""
    at = starts_at - REMIND_BEFORE
    return at if at > now else None
