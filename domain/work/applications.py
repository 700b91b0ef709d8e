"""How an application may go, and when the clock looks at it: pure rules of hold, trial and start."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from domain.notices import LOCAL, quiet_until

Status = Literal["waiting", "applied", "trial", "started", "left", "declined", "withdrawn", "lapsed", "missed", "cancelled"]
# Something is still to be decided.
OPEN: tuple[Status, ...] = ("waiting", "applied", "trial")
# One of the post's places is hers.
HOLDING: tuple[Status, ...] = ("applied", "trial", "started")
OVER: tuple[Status, ...] = ("left", "declined", "withdrawn", "lapsed", "missed", "cancelled")

_AGAIN: frozenset[Status] = frozenset({"waiting"})
# From → to. Who is out may ask again, and goes to the end of the list.
ALLOWED: dict[Status, frozenset[Status]] = {
    "waiting": frozenset({"applied", "withdrawn", "lapsed", "cancelled"}),
    "applied": frozenset({"trial", "declined", "withdrawn", "lapsed", "cancelled"}),
    # Another date, or back to the one who answers because she cannot come then.
    "trial": frozenset({"trial", "applied", "started", "missed", "declined", "withdrawn", "cancelled"}),
    "started": frozenset({"left"}),
    **dict.fromkeys(OVER, _AGAIN),
}

# The evening reminder, local time.
EVENING = (time(18), time(20))
BEFORE = timedelta(hours=2)
# Sooner before a trial nobody needs to be told any more.
SOONEST = timedelta(minutes=30)
# Whoever may know is asked how a trial went on these days after it, then every week.
ASK_HOW, ASK_HOW_AT, ASK_HOW_EVERY = (1, 3, 7), time(9), 7

Due = Literal["evening", "soon", "how"]


def may_become(status: Status, to: Status) -> bool:
    """Whether an application may go from one status to the other."""
    return to in ALLOWED.get(status, frozenset())


def _on(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL)


def evening(trial_at: datetime) -> tuple[datetime, datetime]:
    """From when to when she may be reminded the evening before."""
    day = trial_at.astimezone(LOCAL).date() - timedelta(days=1)
    return _on(day, EVENING[0]), _on(day, EVENING[1])


def soon(trial_at: datetime, quiet_hours: tuple[time, time]) -> datetime | None:
    """When she is reminded on the day: two hours before, later where it is night then; None where that would be too late to help."""
    at = trial_at - BEFORE
    at = quiet_until(quiet_hours, at) or at
    return at if at <= trial_at - SOONEST else None


def asked_how(trial_at: datetime, *, after: datetime) -> datetime:
    """When it is next asked how the trial went."""
    day = trial_at.astimezone(LOCAL).date()
    number, last = 0, ASK_HOW[-1]
    while True:
        days = ASK_HOW[number] if number < len(ASK_HOW) else last + ASK_HOW_EVERY * (number - len(ASK_HOW) + 1)
        if (at := _on(day + timedelta(days=days), ASK_HOW_AT)) > after:
            return at
        number += 1


def next_look(trial_at: datetime, *, after: datetime, quiet_hours: tuple[time, time]) -> datetime:
    """When the clock has to look at a trial next: the evening before, two hours before, the day after."""
    steps = [evening(trial_at)[0], soon(trial_at, quiet_hours)]
    return min((at for at in steps if at is not None and at > after), default=asked_how(trial_at, after=after))


def due(trial_at: datetime, *, now: datetime, quiet_hours: tuple[time, time]) -> Due | None:
    """What a trial needs now; None where its time for a word has passed, as after the machine was off."""
    begins, ends = evening(trial_at)
    at = soon(trial_at, quiet_hours)
    if begins <= now <= ends:
        return "evening"
    if at is not None and at <= now < trial_at:
        return "soon"
    return "how" if now >= _on(trial_at.astimezone(LOCAL).date() + timedelta(days=ASK_HOW[0]), ASK_HOW_AT) else None


def still_asked(trial_at: datetime, *, now: datetime) -> bool:
    """Whether she herself is asked as well: on the first days, then only staff."""
    last = trial_at.astimezone(LOCAL).date() + timedelta(days=ASK_HOW[-1] + 1)
    return now < _on(last, time(0))
