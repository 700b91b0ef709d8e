"""Whether something unasked may be told to a person now, later, or not at all. Nothing is dropped without a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.quiet import kept

LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The rules of one kind of notice.

    `purpose` is the consent it needs; `counts` towards the daily cap; `quiet` waits for the morning, but with `awake` not for who is
    just writing herself; `unwanted` is stopped by 退订.
    """

    purpose: str = ""
    counts: bool = False
    quiet: bool = True
    awake: bool = False
    unwanted: bool = True


# Kinds that any capability may send; its own it shows itself (handlers.capability).
COMMON = {
    # A form left half done.
    "reminder": Kind(counts=True),
    # What she is booked for herself: a trial, a session of her class.
    "appointment": Kind(awake=True, unwanted=False),
    # To exactly those who were told something that was wrong.
    "correction": Kind(awake=True, unwanted=False),
    # What she asked for herself and is waiting to hear.
    "answer": Kind(awake=True, unwanted=False),
    "staff": Kind(awake=True, unwanted=False),
    # That a list of the staff has grown: once a day is enough.
    "staff_list": Kind(awake=True, unwanted=False),
    # A danger to a person: at once, day or night (law.md: a person on duty is told within a minute).
    "danger": Kind(quiet=False, unwanted=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who would be told: what she agreed to, whether she can be reached and wrote just now (`awake`), how much she was told today."""

    consents: frozenset[str] = frozenset()
    wants: bool = True
    reachable: bool = True
    # A danger of hers is open: nothing that can wait comes before somebody has spoken to her.
    in_danger: bool = False
    awake: bool = False
    told_today: int = 0
    quiet_hours: tuple[time, time] = (time(21), time(8))
    # Her own, as domain.quiet keeps them: a night of hers takes the place of `quiet_hours`, other hours come besides it.
    own_quiet: str = ""
    daily_cap: int = 2


@dataclass(frozen=True, slots=True)
class Send:
    """Tell her now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again at `until`."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never; `why` is one of unreachable, unsubscribed, no_consent, stale."""

    why: str


Decision = Send | Wait | Drop


def decide(listener: Listener, rules: Kind, now: datetime, *, true: bool = True) -> Decision:
    """`true` is whether what the notice says still holds at this moment (a filled post is not announced)."""
    if not true:
        return Drop("stale")
    if not listener.reachable:
        return Drop("unreachable")
    if rules.unwanted and not listener.wants:
        return Drop("unsubscribed")
    if rules.purpose and rules.purpose not in listener.consents:
        return Drop("no_consent")
    if rules.quiet and not (rules.awake and listener.awake) and (until := _left_alone(listener, now)):
        return Wait(until, "quiet")
    if rules.counts and listener.in_danger:
        return Wait(now + timedelta(hours=1), "danger")
    if rules.counts and listener.told_today >= listener.daily_cap:
        return Wait(next_morning(listener.quiet_hours, now), "cap")
    return Send()


def _left_alone(listener: Listener, now: datetime) -> datetime | None:
    """When all hours that follow on each other are over, her own and the settings'; None where none holds now."""
    ranges = kept(listener.own_quiet, listener.quiet_hours) if listener.own_quiet else (listener.quiet_hours,)
    until, again = now, True
    while again and until - now < timedelta(days=1):
        ends = [end for hours in ranges if (end := quiet_until(hours, until)) is not None]
        until, again = max(ends, default=until), bool(ends)
    return until if until > now else None


def quiet_until(hours: tuple[time, time], now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in, or None. Equal times mean that there are none."""
    start, end = hours
    local = now.astimezone(LOCAL)
    clock = local.time()
    if start == end or not (start <= clock < end if start < end else clock >= start or clock < end):
        return None
    day = local.date() + timedelta(days=1 if start > end and clock >= start else 0)
    return datetime.combine(day, end, LOCAL)


def next_morning(hours: tuple[time, time], now: datetime) -> datetime:
    """When the next day's first notice may go."""
    local = now.astimezone(LOCAL)
    morning = datetime.combine(local.date() + timedelta(days=1), hours[1] if hours[0] > hours[1] else time(8), LOCAL)
    return quiet_until(hours, morning) or morning


def local_day(moment: datetime) -> date:
    """The day on which it is in Yantai."""
    return moment.astimezone(LOCAL).date()


def today_began(now: datetime) -> datetime:
    """Local midnight: from there the daily cap counts."""
    return datetime.combine(local_day(now), time(0), LOCAL)
