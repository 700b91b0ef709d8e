"""What a post honestly brings an hour, and whether that is less than the law's minimum on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, TypedDict

from domain.normal import normalise
from domain.reading import amounts, numbers
from domain.reading.lexicon import load_yaml
from domain.screening.disguise import FOLDER
from domain.screening.pay import tiered
from domain.work.pay import Pay

# A month's paid hours: 21.75 days of 8 hours (Ministry of Labour, 2008 no. 3).
MONTH_HOURS = 174
DAY_HOURS = 8.0
_CLAUSE = re.compile(r"[,。;!?\n、()]")
# Not the pay of an ordinary hour.
_EXTRA = re.compile(r"加班|补贴|补助|另加|奖|扣|罚|停车|学费|收费|最多|最高|封顶|以前|原来")
_HOURS_A_DAY = re.compile(
    rf"(?:做|干|每天|一天|每日|工作|上班)[^,。;!?\n\d]{{0,4}}?(?P<hours>{numbers.NUMERAL})(?P<half>个?半)?个?(?:小时|钟头)"
)
# What somebody makes in an hour or a day (一小时能做20件), but not a target or a fine.
_PIECES = re.compile(
    rf"(?:(?P<hour>[每一1]个?(?:小时|钟头))|[每一1](?:天|日))[^,。;!?\n\d]{{0,6}}?(?:做|缝|钉|串|包|装|钩|织|糊|出|完成|约|大概)"
    rf"(?P<count>{numbers.NUMERAL})(?:[到至~-]{numbers.NUMERAL})?多?(?:件|个(?!小时|钟头|月)|只|双|条|套|串|盒|包|对|朵|张|份)"
)
# A month's weeks, and the hours of a full week: who works less is paid by the minimum of an hour.
MONTH_WEEKS = 52 / 12
FULL_WEEK = 40
Shortfall = Literal["low_pay", "wage_unset"]


@dataclass(frozen=True, slots=True)
class Minimum:
    """Fen a month for full-time work, and fen an hour for all other work."""

    month_fen: int
    hour_fen: int


# A row of content/lexicon/screening/minimum_wage.yaml: yuan from that day on.
WageRow = TypedDict("WageRow", {"from": date, "month": float, "hour": float})


@cache
def _table() -> tuple[WageRow, ...]:
    rows = load_yaml(FOLDER / "minimum_wage.yaml").get("table") or ()
    return tuple(WageRow({"from": row["from"], "month": tiered(row["month"]), "hour": tiered(row["hour"])}) for row in rows)


def minimum(on: date, table: Iterable[WageRow] | None = None) -> Minimum | None:
    """What is in force on a day by content/lexicon/screening/minimum_wage.yaml (one place); None before its first row."""
    known = [row for row in (_table() if table is None else table) if row["from"] <= on]
    if not known:
        return None
    newest = max(known, key=lambda row: row["from"])
    return Minimum(round(newest["month"] * 100), round(newest["hour"] * 100))


def told_hourly_fen(text: str) -> int | None:
    """Fen that a notice says an hour brings (熟手每小时约18元); the least where it says several, None where it says nothing."""
    told = []
    for clause in _CLAUSE.split(normalise(text).text):
        pay = None if _EXTRA.search(clause) else amounts.pay(clause)
        if pay and pay.get("unit") == "hour" and "min" in pay:
            told.append(round(pay["min"] * 100))
    return min(told, default=None)


def pieces_an_hour(text: str) -> float | None:
    """Pieces that somebody makes in an hour as a notice says it (一小时能做20件, 一天做200个), the least of a range; None where it does not."""
    match = _PIECES.search(normalise(text).text)
    read = numbers.span(match["count"]) if match else None
    if match is None or read is None:
        return None
    return read[0] if match["hour"] else read[0] / hours_a_day(text)


def estimate_fen(pay: Pay) -> int | None:
    """Fen an hour that piece work brings: what the notice says, by the hour or in pieces, else what the firm told the coordinator."""
    if told := told_hourly_fen(pay.text):
        return told
    made = pieces_an_hour(pay.text)
    return pay.hourly_fen if made is None or pay.least_fen is None else round(made * pay.least_fen)


def hours_a_day(text: str) -> float:
    """Working hours of a paid day as the notice says them; 8 where it does not."""
    match = _HOURS_A_DAY.search(normalise(text).text)
    read = numbers.span(match["hours"]) if match else None
    if match is None or read is None or not 1 <= read[1] <= 16:
        return DAY_HOURS
    return read[1] + (0.5 if match["half"] else 0)


def hourly_fen(pay: Pay) -> float | None:
    """Fen an hour by the least of a post's pay; None where no pay, or no estimate of piece work, is known."""
    if pay.basis == "piece":
        return estimate_fen(pay)
    if pay.least_fen is None:
        return None
    return float(pay.least_fen / {"hour": 1, "day": hours_a_day(pay.text), "month": _month_hours(pay)}[pay.basis])


def _month_hours(pay: Pay) -> float:
    weekly = pay.weekly_hours
    return MONTH_HOURS if weekly is None or weekly >= FULL_WEEK else weekly * MONTH_WEEKS


def shortfall(pay: Pay, lowest: Minimum | None) -> Shortfall | None:
    """Why a post's pay leaves a question: below the minimum, or no minimum is known to hold it against (Minimum Wage Rules 5, 12)."""
    if lowest is None:
        return "wage_unset"
    hourly = hourly_fen(pay)
    if hourly is None:
        return None
    full = pay.basis == "month" and _month_hours(pay) == MONTH_HOURS
    return "low_pay" if hourly < (lowest.month_fen / MONTH_HOURS if full else lowest.hour_fen) else None
