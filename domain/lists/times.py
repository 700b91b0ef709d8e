"""Reads moments as offices write them, with a zone or in local time, and writes them so that they read as the same."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.lists import cells
from domain.normal import normalise
from domain.notices import LOCAL

_BETWEEN = re.compile(r"[;；、\n]|[,，](?=\s*\d{4})")
_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|\d{8}"
_MOMENT = re.compile(
    rf"(?P<day>{_DAY})[t,]?\s*\(?(?:(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))?\)?\s*"
    r"(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|早|晚)?\s*"
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d(?:[.,]\d+)?))?|[点时](?P<said>半|\d{1,2}分?|[一三]刻|整)?)"
    r"\s*(?P<zone>z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
_LATER = {"下午", "傍晚", "晚上", "晚"}


def several(cell: str) -> list[datetime]:
    """Moments in order. Raises ValueError, in Chinese, where one cannot be read or stands there twice."""
    moments = sorted(parse_moment(piece) for piece in _BETWEEN.split(cells.clean(cell)) if piece.strip())
    for at, following in zip(moments, moments[1:], strict=False):
        if at == following:
            raise ValueError(f"{at:%Y-%m-%d %H:%M} 写了两遍")
    return moments


def parse_moment(piece: str) -> datetime:
    """One moment, to the minute; without a zone it is local. Raises ValueError, in Chinese."""
    match = _MOMENT.fullmatch(normalise(cells.clean(piece)).text.strip())
    if match is None:
        raise ValueError(f"“{cells.short(piece)}”不是日期加时间，请写成 2026-11-28 09:00 这样，几次课用 ; 隔开")
    day = cells.day(match["day"].replace("号", "日"))
    if match["weekday"] and "一二三四五六日".index(match["weekday"].replace("天", "日")) != day.weekday():
        raise ValueError(f"{day} 是周{'一二三四五六日'[day.weekday()]}，和写的周{match['weekday']}对不上")
    said = match["said"] or ""
    minute = int(match["minute"] or 0) + (_MINUTES[said] if said in _MINUTES else int(said.removesuffix("分") or 0))
    hour = _hour(int(match["hour"]), match["half"] or "")
    if hour is None or minute > 59:
        raise ValueError(f"“{cells.short(piece)}”里的钟点不对，请写成 2026-11-28 09:00 这样")
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)
    if zone := match["zone"]:
        at = datetime.fromisoformat(f"{at:%Y-%m-%dT%H:%M}{'+00:00' if zone == 'z' else zone}").astimezone(LOCAL)
    # A spreadsheet's own rounding makes 08:59:59.999 of nine o'clock.
    return at + timedelta(minutes=float((match["second"] or "0").replace(",", ".")) >= 30)


def _hour(hour: int, half: str) -> int | None:
    """On the clock of 24 hours; None where the words do not fit the number."""
    if hour > 23 or (half and hour == 12 and half not in ("中午", "上午")):
        return None
    if half in _LATER or (half == "中午" and hour < 11):
        return hour if hour > 12 else hour + 12
    return hour


def to_the_minute(at: datetime) -> datetime:
    """The same moment in local time without its seconds."""
    return at.astimezone(LOCAL).replace(second=0, microsecond=0)


def written(at: datetime) -> str:
    """ISO 8601 in local time with its offset, to the minute: it means the same wherever it is read."""
    return at.astimezone(LOCAL).isoformat(timespec="minutes")
