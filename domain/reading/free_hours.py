"""Hours on days as sets: inherited from the day named last, less what is taken, written as windows."""

from __future__ import annotations

from typing import NamedTuple

from domain.codebook import Window
from domain.reading.times import ALL, DAYS, HALVES


class Asked(NamedTuple):
    """Hours on days; `days` is None where she named none."""

    days: tuple[int, ...] | None
    start: int
    end: int


def inherited(asked: list[Asked]) -> list[tuple[set[int], int, int]]:
    """Hours without a day are on the days named last, unless those were whole days."""
    days: tuple[int, ...] = ALL
    result = []
    for one in asked:
        if one.days is not None:
            days = ALL if (one.start, one.end) == HALVES["allday"] and one.days != DAYS["usual"] else one.days
        result.append((set(one.days if one.days is not None else days), one.start, one.end))
    return result


def without(free: list[tuple[set[int], int, int]], busy: list[Asked]) -> list[tuple[set[int], int, int]]:
    """Free hours less those that are taken."""
    for taken in busy:
        left: list[tuple[set[int], int, int]] = []
        for days, start, end in free:
            hit = days & set(taken.days or ALL)
            if not hit or taken.end <= start or end <= taken.start:
                left.append((days, start, end))
                continue
            left += [(days - hit, start, end), (hit, start, taken.start), (set(hit), taken.end, end)]
        free = [(days, start, end) for days, start, end in left if days and start < end]
    return free


def written(free: list[tuple[set[int], int, int]]) -> list[Window]:
    """The same hours on several days are one window; overlapping or touching windows of the same days are merged."""
    hours: dict[tuple[int, int], set[int]] = {}
    for days, start, end in _merged(free):
        hours.setdefault((start, end), set()).update(days)
    rows = _merged([(days, start, end) for (start, end), days in hours.items()])
    rows.sort(key=lambda row: (min(row[0]), row[1], row[2]))
    return [{"days": sorted(days), "start": _clock(start), "end": _clock(end)} for days, start, end in rows]


def _merged(free: list[tuple[set[int], int, int]]) -> list[tuple[set[int], int, int]]:
    rows: list[tuple[set[int], int, int]] = []
    for days, start, end in sorted(((days, s, e) for days, s, e in free if s < e), key=lambda row: (sorted(row[0]), row[1])):
        if rows and rows[-1][0] == days and start <= rows[-1][2]:
            rows[-1] = (days, rows[-1][1], max(end, rows[-1][2]))
        else:
            rows.append((days, start, end))
    return rows


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
