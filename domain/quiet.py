"""Hours in which somebody wants to be left alone: written, read from her words, and laid over the hours of the settings."""

from __future__ import annotations

import re
from datetime import time

from domain.normal import normalise
from domain.reading import numbers

Hours = tuple[time, time]
_PART = r"(凌晨|早上|早晨|清早|早|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|晚|夜)?"
_HOUR = r"(\d{1,2}|十?[一二两三四五六七八九]|十|二十[一二三四]?|零)"
_CLOCK = _PART + r"\s?" + _HOUR + r"(?:点钟?|[:时])(半|一刻|三刻|[0-5]?\d)?(?:分|左右)?"
_RANGE = re.compile(_CLOCK + r"\s?(?:一?直?[到至]|[-~—–]{1,2})\s?(?:第二天|次日|明天|第2天)?的?" + _CLOCK)
# A range that holds this hour is her night, and takes the place of the settings'.
_DEAD_OF_NIGHT = time(3)
_MIDDAY = ("中午", "午后", "下午", "傍晚")
_LATE = ("晚上", "夜里", "半夜", "晚", "夜")


def parse(written: str) -> tuple[Hours, ...]:
    """`21:00-08:00;13:00-15:00` as it is kept. Raises ValueError."""
    spans = []
    for part in filter(None, written.split(";")):
        start, _, end = part.partition("-")
        spans.append((time.fromisoformat(start), time.fromisoformat(end)))
    return tuple(spans)


def write(hours: tuple[Hours, ...]) -> str:
    """The way back from `parse`."""
    return ";".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours)


def kept(written: str, default: Hours) -> tuple[Hours, ...]:
    """When she is left alone: her own night in place of the settings', her hours by day or evening besides it."""
    own = parse(written)
    return own if any(is_night(*hours) for hours in own) else (default, *own)


def is_night(start: time, end: time) -> bool:
    """Whether a range is somebody's night; an empty one says that she wants none."""
    if start <= end:
        return start == end or start <= _DEAD_OF_NIGHT < end
    return start <= _DEAD_OF_NIGHT or end > _DEAD_OF_NIGHT


def heard(words: str) -> tuple[Hours, ...]:
    """Ranges in her words (晚上九点到早上八点, 孩子睡觉一点到三点); empty where there is none."""
    ranges = (_read(match) for match in _RANGE.finditer(normalise(words).text))
    return tuple(hours for hours in ranges if hours is not None)


def _read(match: re.Match[str]) -> Hours | None:
    part, hour, minute, other_part, other_hour, other_minute = match.groups()
    first, last = _clock(part, hour, minute), _clock(other_part, other_hour, other_minute)
    if first is None or last is None:
        return None
    if not part and (first < 7 * 60 or (first < 11 * 60 and last <= first)):
        # 一点到三点 is the nap, 九点到八点 the night.
        first += 12 * 60
    if not other_part and last <= 12 * 60 and _goes_on(first, last, part):
        last += 12 * 60
    return _time(first), _time(last)


def _goes_on(first: int, last: int, part: str | None) -> bool:
    """Whether an end without a half of the day lies in the afternoon or evening: 下午一点到三点, 晚上八点到十点; not 晚上九点到八点."""
    later = last + 12 * 60
    if first < 19 * 60:
        return first < later and (last <= first or part in _MIDDAY)
    return 0 < later - first <= 4 * 60


def _clock(part: str | None, hour: str, minute: str | None) -> int | None:
    """Minutes of the day as said."""
    value = numbers.whole(hour)
    if value is None or value > 24:
        return None
    if value < 12 and ((part in _MIDDAY and value < 10) or (part in _LATE and value >= 5)):
        value += 12
    elif value == 12 and part in (*_LATE, "凌晨"):
        value = 24
    return value * 60 + {"半": 30, "一刻": 15, "三刻": 45}.get(minute or "", int(minute) if minute and minute.isdecimal() else 0)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
