"""Weekly time windows: written, compared and counted in minutes of the week (Monday 00:00 is 0, a week has 10,080)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

DAY = 24 * 60
WEEK = 7 * DAY
Span = tuple[int, int]

_PART = re.compile(r"\s*([1-7](?:\s*[-,]\s*[1-7])*)\s+(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)\s*")


@dataclass(frozen=True, slots=True)
class Window:
    """The same hours on several days; Monday is 1. `start`, `end` are minutes of the day; an end at or before its start is on the next day."""

    days: tuple[int, ...]
    start: int
    end: int

    def __str__(self) -> str:
        return f"{_days_text(self.days)} {clock(self.start)}-{clock(self.end)}"


def clock(minutes: int) -> str:
    """Minutes of the day as HH:MM; 1440 is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days_text(days: tuple[int, ...]) -> str:
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{days[0]}-{days[-1]}"
    return ",".join(map(str, days))


def _days(text: str) -> tuple[int, ...]:
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if last:
            if int(last) < int(first):
                raise ValueError(f"日期范围写反了：{part}")
            days.update(range(int(first), int(last) + 1))
            if "-" in last:
                raise ValueError(f"看不懂的日期：{part}")
        else:
            days.add(int(first))
    return tuple(sorted(days))


def parse(text: str) -> tuple[Window, ...]:
    """Read `1-5 08:30-11:00; 6,7 14:00-18:00`. Raises ValueError, in Chinese, with the part it cannot read."""
    windows = []
    for part in re.split(r"[;；]", text.replace("：", ":").replace("，", ",")):
        if not part.strip():
            continue
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"时间段“{part.strip()}”看不懂，请写成 1-5 08:30-11:00")
        days, start_hour, start_minute, end_hour, end_minute = match.groups()
        start, end = int(start_hour) * 60 + int(start_minute), int(end_hour) * 60 + int(end_minute)
        if start >= DAY or end > DAY:
            raise ValueError(f"时间段“{part.strip()}”超过了 24:00")
        windows.append(Window(_days(days), start, end))
    return tuple(windows)


def text(windows: Iterable[Window]) -> str:
    """The way back from `parse`."""
    return "; ".join(map(str, windows))


def spans(windows: Iterable[Window]) -> list[Span]:
    """Minutes of the week as sorted, merged half-open spans; Sunday night runs into Monday."""
    raw: list[Span] = []
    for window in windows:
        for day in window.days:
            start = (day - 1) * DAY + window.start
            end = (day - 1) * DAY + window.end
            if window.end <= window.start:
                end += DAY
            raw.append((start, min(end, WEEK)))
            if end > WEEK:
                raw.append((0, end - WEEK))
    merged: list[Span] = []
    for start, end in sorted(raw):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=4096)
def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of written windows: many posts have the same ones. Raises ValueError as `parse` does."""
    return tuple(spans(parse(text)))


def minutes(a: Iterable[Span]) -> int:
    """Minutes that merged spans hold."""
    return sum(end - start for start, end in a)


def shared(a: Sequence[Span], b: Sequence[Span]) -> int:
    """Minutes of the week that both hold."""
    total = i = j = 0
    while i < len(a) and j < len(b):
        total += max(0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return total


def inside(inner: Sequence[Span], outer: Sequence[Span]) -> bool:
    """Whether every minute of `inner` is in `outer`."""
    return shared(inner, outer) == minutes(inner)
