"""Cron expressions as cron reads them: Sunday is 0 and 7, and a time that never comes is an error."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from domain.notices import LOCAL

_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NICKNAMES = {"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *"}
_NICKNAMES |= {"@midnight": "0 0 * * *", "@hourly": "0 * * * *"}
_PART = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?(?:/(?P<step>[1-9]\d?))?", re.ASCII)
# The 29th of February comes at most eight years later (1896, 1904); a weekday with it, which cron reads as "or", comes sooner.
_NEVER = timedelta(days=366 * 9)


def trigger(cron: str) -> CronTrigger:
    """When a tick runs, in local time. Raises ValueError, in Chinese and to be read behind the expression."""
    fields = _NICKNAMES.get(cron.strip().lower(), cron).split()
    if len(fields) != 5:
        raise ValueError("不是 cron 写法（分 时 日 月 周）")
    minute, hour, day, month, weekday = fields
    try:
        days = _weekdays(weekday)
        if days is not None and not day.startswith("*"):
            raise ValueError("同时写了日和周；cron 里那是“或者”，容易弄错，请只写一个，另一个写 *")
        made = CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=days or "*", timezone=LOCAL)
    except ValueError as error:
        own = str(error) if str(error).startswith("同时") else "不是 cron 写法（分 时 日 月 周）"
        raise ValueError(own) from error
    now = datetime.now(LOCAL)
    following = made.get_next_fire_time(None, now)
    if following is None or following - now > _NEVER:
        raise ValueError("永远不会到：没有这样的日子")
    return made


def _weekdays(field: str) -> str | None:
    """The days of a field by name, since the scheduler counts from Monday; None for all. Raises ValueError."""
    days_of_week: set[int] = set()
    for part in field.lower().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(part)
        first = 0 if match["first"] == "*" else _number(match["first"])
        whole = match["first"] == "*"
        last = 6 if whole else _number(match["last"], sunday=7) if match["last"] else 6 if match["step"] else first
        if last < first:
            raise ValueError(part)
        days_of_week.update(day % 7 for day in range(first, last + 1, int(match["step"] or 1)))
    return None if len(days_of_week) == 7 else ",".join(_NAMES[day] for day in sorted(days_of_week))


def _number(day: str, *, sunday: int = 0) -> int:
    """0 to 7; 7 ends a range that reaches Sunday."""
    if day.isdecimal():
        return int(day)
    number = _NAMES.index(day)
    return number or sunday
