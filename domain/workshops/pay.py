"""What work by the piece pays: good pieces by their rate, more beyond the quota outside hours, and never less than the law's minimum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import quantiles
from typing import Literal, NamedTuple

from domain.few import FEW
from domain.months import last_day
from domain.work.wages import MONTH_HOURS, Minimum

# Employed, or a contract for work (承揽): the rules differ. A post of which it is not said yet is treated as the stricter one.
Terms = Literal["employment", "contract", "unset"]
Day = Literal["workday", "rest", "holiday"]
# Per cent of the piece rate beyond the quota, outside hours: Shandong wage rules 21.
EXTRA: dict[Day, int] = {"workday": 150, "rest": 200, "holiday": 300}
ORDINARY = 100
# The day of the following month until which a month's pay has to be with her (Shandong wage rules 16: at least monthly).
PAY_DAY = 15


class Work(NamedTuple):
    """Good pieces of one return at their rate; `percent` above 100 beyond the quota outside hours."""

    pieces: int
    rate_fen: int
    percent: int = ORDINARY

    @property
    def fen(self) -> int:
        """What it pays; a part of a fen is hers."""
        return -(-self.pieces * self.rate_fen * self.percent // 100)


class Sum(NamedTuple):
    """A slip in fen; `floor_fen` is the law's minimum for the hours told, None where it does not apply or no hours were told."""

    pieces: int
    piece_fen: int
    extra_fen: int
    floor_fen: int | None
    top_up_fen: int

    @property
    def total_fen(self) -> int:
        """What she gets."""
        return self.piece_fen + self.extra_fen + self.top_up_fen


class Incomes(NamedTuple):
    """How what women earned in a month is spread, in fen; None where they are too few."""

    women: int
    median: int | None
    low: int | None
    high: int | None


def split(pieces: int, rate_fen: int, extras: Iterable[tuple[int, Day]]) -> list[Work]:
    """The pieces of one return, those beyond the quota at their percentage; never more of these than there are."""
    works, left = [], pieces
    for count, day in sorted(extras, key=lambda extra: -EXTRA[extra[1]]):
        beyond = min(count, left)
        left -= beyond
        works.append(Work(beyond, rate_fen, EXTRA[day]))
    return [work for work in (Work(left, rate_fen), *works) if work.pieces]


def floor(terms: Terms, minutes: int | None, lowest: Minimum | None) -> int | None:
    """The least that may be paid for these hours: by the hour, or the month's for a full month; None where no law says one."""
    if terms == "contract" or minutes is None or lowest is None:
        return None
    if minutes >= MONTH_HOURS * 60:
        return lowest.month_fen
    return -(-minutes * lowest.hour_fen // 60)


def summed(works: Iterable[Work], terms: Terms, minutes: int | None, lowest: Minimum | None, *, before_fen: int = 0) -> Sum:
    """A slip; `before_fen` stands on an earlier one of the month, of whose hours these are.

    What is beyond the quota does not count towards the minimum (Minimum Wage Rules 12).
    """
    works = list(works)
    ordinary = sum(Work(work.pieces, work.rate_fen).fen for work in works if work.percent == ORDINARY)
    extra = sum(work.fen for work in works if work.percent != ORDINARY)
    least = floor(terms, minutes, lowest)
    least = None if least is None else max(least - before_fen, 0)
    top_up = 0 if least is None else max(least - ordinary, 0)
    return Sum(sum(work.pieces for work in works), ordinary, extra, least, top_up)


def pay_by(month: str, closed_on: date) -> date:
    """Until when it is paid: the next day for short work that is closed before the month is over (rule 16), else PAY_DAY, never before it was closed."""
    last = last_day(month)
    if closed_on <= last:
        return closed_on + timedelta(days=1)
    return max((last + timedelta(days=1)).replace(day=PAY_DAY), closed_on)


def incomes(fen: Iterable[int]) -> Incomes:
    """Median and quartiles of what women earned; hidden where they are fewer than FEW."""
    earned = sorted(fen)
    if len(earned) < FEW:
        return Incomes(len(earned), None, None, None)
    low, middle, high = quantiles(earned, n=4, method="inclusive")
    return Incomes(len(earned), round(middle), round(low), round(high))
