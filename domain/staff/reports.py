"""What the federation's figures are: their names, the time they are of, and what is left out where a group is so small that it tells of one woman.

Their definitions in words are the phrases reports.means_… and docs/figures.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.few import FEW
from domain.months import first_day, later
from domain.notices import LOCAL, local_day

WOMEN = ("registered", "surveyed", "trained", "applied", "started", "day_30", "still_30", "day_90", "still_90")
NAMES = (*WOMEN, "median_days", "filled")
DIMENSIONS = ("all", "community", "mode", "sector")

Figures = dict[str, float | None]
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to before `until`; all time where they are empty. `tomorrow` is the local midnight up to which anything can have happened."""

    tomorrow: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a dimension, the code of a group in it (empty: not said), and its figures by name."""

    dimension: str
    code: str
    figures: Figures


def period(month: str | None, *, now: datetime) -> Period:
    """A month as YYYY-MM in local time, or all time. Raises ValueError for anything else."""
    tomorrow = datetime.combine(local_day(now) + timedelta(days=1), time(0), LOCAL)
    if month is None:
        return Period(tomorrow)
    if not _MONTH.fullmatch(month):
        raise ValueError(f"“{month}”不是月份，要写成 2026-11 这样")
    since, until = (datetime.combine(day, time(0), LOCAL) for day in (first_day(month), first_day(later(month, 1))))
    return Period(tomorrow, since, until)


def for_outside(lines: Sequence[Line]) -> list[Line]:
    """The same lines without small groups of women: None stands for what is left out.

    In a dimension where one count alone would be missing, and so could be found by subtraction, the next smallest goes as well.
    """
    hidden = {(line.dimension, line.code): _small(line.figures) for line in lines}
    for dimension in DIMENSIONS[1:]:
        group = [line for line in lines if line.dimension == dimension]
        for name in WOMEN:
            missing = [line for line in group if name in hidden[dimension, line.code]]
            others = [line for line in group if line not in missing and line.figures[name]]
            if len(missing) == 1 and others:
                least = min(others, key=lambda line: line.figures[name] or 0)
                hidden[dimension, least.code].add(name)
    return [Line(line.dimension, line.code, _without(line.figures, hidden[line.dimension, line.code])) for line in lines]


def _small(figures: Mapping[str, float | None]) -> set[str]:
    few = {name for name in WOMEN if 0 < (figures[name] or 0) < FEW}
    return few | {"median_days"} if (figures["started"] or 0) < FEW else few


def _without(figures: Mapping[str, float | None], hidden: set[str]) -> Figures:
    return {name: None if name in hidden else value for name, value in figures.items()}
