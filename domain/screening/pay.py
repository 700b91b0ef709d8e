"""What a notice says about money: whether pay has a basis, and whether a full month's wage is below the law's minimum."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from domain.reading.lexicon import load_yaml
from domain.screening.disguise import FOLDER
from domain.screening.notice import Notice, Span
from domain.screening.rules import signs

_AMOUNT = re.compile(r"(?:¥ ?\d{1,9}|\d[\d.]{0,9} ?(?:元|块|万|k(?![a-z]))|[一二两三四五六七八九十百千]{1,8}(?:元|块)(?:钱)?)")
_MONTHLY = re.compile(
    r"(?:月薪|月工资|每月|每个月|一个月|月给|工资|薪资|月收入|月结|底薪|薪水|报酬|待遇|/月)[^,。;!?\n\d]{0,6}(\d{3,5})(?![\d/]|元?[~到至—-]|元?[/每]|块?(?:钱)?(?:一|每)|天|个|件|小时)"
    r"|(?<!\d)(\d{3,5})(?:元|块)?(?:钱)?(?:/|每|一个|1个)月"
)
_NOT_WAGE = re.compile(r"补|奖|绩效|提成|学徒|试用|实习|扣|费|押|红包|起步价|加|另|底薪|保底|满|涨")


def tier() -> int | None:
    """Which of the province's tiers the district has, from 1; None where nobody has set it."""
    found = load_yaml(FOLDER / "minimum_wage.yaml").get("tier")
    return int(found) if found else None


def tiered(amounts: float | list[float]) -> float:
    """The district's amount; the first tier, which is the highest, where none is set."""
    return amounts[(tier() or 1) - 1] if isinstance(amounts, list) else amounts


@cache
def minimum_wages() -> tuple[tuple[date, int], ...]:
    """Dated monthly minimum wages in yuan from content/lexicon/screening/minimum_wage.yaml, oldest first."""
    table = load_yaml(FOLDER / "minimum_wage.yaml")["table"]
    return tuple(sorted((row["from"], int(tiered(row["month"]))) for row in table))


def minimum_wage(on: date | None = None) -> int:
    """Yuan a month in force on a day (the newest where no day is given). Raises LookupError for a day before the table begins."""
    known = [amount for start, amount in minimum_wages() if on is None or start <= on]
    if not known:
        raise LookupError(f"no minimum wage known for {on}")
    return known[-1]


def pay_span(notice: Notice, taken: list[Span]) -> Span | None:
    """Where a basis of pay is named, if it is. `taken` are spans of fees and deposits, whose amounts are no pay."""
    text = notice.text
    for match in signs()["pay"].finditer(text):
        if not _inside(match.span(), taken):
            return match.span()
    for match in _AMOUNT.finditer(text):
        start, end = notice.clause(*match.span())
        if not signs()["not_pay"].search(text, start, end) and not _inside(match.span(), taken):
            return match.span()
    piece = signs()["piece"].search(text)
    return piece.span() if piece and not signs()["haggle"].search(text) else None


def _inside(span: Span, taken: list[Span]) -> bool:
    return any(start <= span[0] < end for start, end in taken)


def below_minimum(notice: Notice, minimum: int) -> Span | None:
    """A full-time month's wage below `minimum` yuan."""
    text = notice.text
    if signs()["part_time"].search(text):
        return None
    for match in _MONTHLY.finditer(text):
        amount = int(match[1] or match[2])
        start, end = notice.clause(*match.span())
        if 300 <= amount < minimum and not _NOT_WAGE.search(text, start, end):
            return match.span()
    return None
