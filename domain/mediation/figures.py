"""Figures of mediation for people who may not know whose cases they are: numbers below five are not told, nor what would give them away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import Literal, NamedTuple

from domain.few import FEW
from domain.mediation.kinds import Kind
from domain.mediation.states import State
from domain.months import later

Figures = Mapping[str, int]
Result = Literal["agreed", "failed", "withdrawn", "refused", "danger", "open"]
RESULTS: tuple[Result, ...] = ("agreed", "failed", "withdrawn", "refused", "danger", "open")
CASES = "cases"


class Line(NamedTuple):
    """A group (a community, a kind, a result) and its figures; None is what is not told."""

    group: str
    figures: Mapping[str, int | None]


class Told(NamedTuple):
    """Of one case what a statistic counts: where, what about, what became of it, and how long it took."""

    community: str
    kind: Kind
    result: Result
    lasted: timedelta | None


def result_of(state: State, *, danger: bool) -> Result:
    """What became of a case so far; once there was danger it is counted as one."""
    if danger or state == "danger":
        return "danger"
    match state:
        case "agreed" | "closed":
            return "agreed"
        case "failed" | "withdrawn" | "refused":
            return state
        case _:
            return "open"


def counted(cases: Collection[Told]) -> dict[str, int]:
    """How many cases, and what became of them."""
    return {CASES: len(cases), **{result: sum(one.result == result for one in cases) for result in RESULTS}}


def days(cases: Collection[Told]) -> float | None:
    """Median days from report to end; empty where so few ended that it would tell of them."""
    lasted = [one.lasted / timedelta(days=1) for one in cases if one.lasted is not None and one.result != "danger"]
    return None if len(lasted) < FEW else round(median(lasted), 1)


def told(lines: Sequence[tuple[str, Figures]], *, parts: Collection[str] = ()) -> list[Line]:
    """The lines without small numbers. Where one number alone would be left out of a sum that is known, the next smallest goes too:
    down each column, and in each line among `parts`, which add up to its cases.
    """
    figures = dict(lines)
    names = list(dict.fromkeys(name for _, line in lines for name in line))
    hidden = {(group, name) for group, line in lines for name in names if 0 < line.get(name, 0) < FEW}
    sums = [[(group, name) for group in figures] for name in names]
    if parts:
        sums += [[(group, name) for name in parts] for group in figures if (group, CASES) not in hidden]
    while alone := next((cells for cells in sums if _next(cells, figures, hidden) is not None), None):
        further = _next(alone, figures, hidden)
        assert further is not None
        hidden.add(further)
    return [Line(group, {name: None if (group, name) in hidden else line.get(name, 0) for name in names}) for group, line in lines]


def _next(cells: Sequence[tuple[str, str]], figures: Mapping[str, Figures], hidden: set[tuple[str, str]]) -> tuple[str, str] | None:
    """Where exactly one of these is left out: the smallest of the others that is not nothing."""
    if sum(cell in hidden for cell in cells) != 1:
        return None
    others = [(figures[group].get(name, 0), group, name) for group, name in cells if (group, name) not in hidden]
    return next(((group, name) for count, group, name in sorted(others) if count), None)


class Month(NamedTuple):
    """Calls of a month, and by how many percent they changed against the same month of the year before and the month before."""

    month: str
    calls: int
    before: int | None
    year_before: int | None


def trend(calls: Mapping[str, int]) -> list[Month]:
    """The months in order with their changes; a change is empty where there is nothing to compare with."""
    return [Month(month, count, _change(calls, month, -1), _change(calls, month, -12)) for month, count in sorted(calls.items())]


def _change(calls: Mapping[str, int], month: str, months: int) -> int | None:
    base = calls.get(later(month, months))
    return None if not base else round(100 * (calls[month] - base) / base)


def halves(calls: Mapping[str, int]) -> int | None:
    """By how many percent the later half of the months differs from the earlier one, of at most two years; None for less than six months."""
    last = [calls[month] for month in sorted(calls)[-24:]]
    half = len(last) // 2
    before, after = sum(last[-2 * half : -half]), sum(last[-half:])
    return None if half < 3 or not before else round(100 * (after - before) / before)
