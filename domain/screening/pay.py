"""What a notice says about money: whether pay has a basis, and whether a full month's wage is below the law's minimum."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from domain.reading.lexicon import load_yaml
from domain.reading.numbers import whole
from domain.screening.disguise import FOLDER
from domain.screening.notice import Notice, Span
from domain.screening.rules import signs

_AMOUNT = re.compile(r"(?:¥ ?\d{1,9}|\d[\d.]{0,9} ?(?:元|块|万|k(?![a-z]))|[一二两三四五六七八九十百千]{1,8}(?:元|块)(?:钱)?)")
_MONTHLY = re.compile(
    r"(?:月薪|月工资|每月|每个月|一个月|月给|工资|薪资|月收入|月结|底薪|薪水|报酬|待遇|/月)[^,。;!?\n\d]{0,6}(\d{3,5})(?![\d/]|元?[~到至—-]|元?[/每]|块?(?:钱)?(?:一|每)|天|个|件|小时)"
    r"|(?<!\d)(\d{3,5})(?:元|块)?(?:钱)?(?:/|每|一个|1个)月"
)
_HOURLY = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?) ?(?:元|块)(?:钱)?(?:/|每|一|1)?个?(?:小时|时(?![候间常段])|钟头|h(?![a-z]))"
    r"|(?<![\d.:~到至-])(\d{2}) ?(?:/|一|每)个?(?:小时|钟头)"
    r"|(?:时薪|每个?小时|一个?小时|一个?钟头|每个?钟头)(?:给|是|付|工资|薪资|:)?(\d{1,2}(?:\.\d{1,2})?)(?![\d.]| ?[%~到至—-]|个|件|双|条|单|分|点|天)"
)
_BASE = re.compile(r"(?:底薪|基本工资|无责底薪|固定工资)[^,。;!?\n\d]{0,3}(\d{3,4})(?![\d/]|元?[~到至—-])")
_TOTAL = re.compile(r"(?:综合|到手|月入|能拿|能挣|平均|合计|总共|保底|下来|月收入|收入|一个月)[^,。;!?\n\d]{0,8}(\d{4,5})")
_SPOKEN = re.compile(r"(?:月薪|工资|每月|一个月|每个月|月给)[^,。;!?\n\d]{0,4}(一千[一二三四五六七八九]百?|[一二两]千(?=[元块,。;!?\n]|$))")
_LEAST_HOUR = 5  # what is less is a price a piece
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


@cache
def minimum_hour() -> float:
    """Yuan an hour for part-time work, the newest in content/lexicon/screening/minimum_wage.yaml; the lowest tier where none is set."""
    amounts = load_yaml(FOLDER / "minimum_wage.yaml")["table"][-1]["hour"]
    return float(tiered(amounts) if tier() else min(amounts))


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
    """An hour's pay below the hourly minimum, or a full-time month's wage below `minimum` yuan."""
    hour = _below_hour(notice)
    if hour or signs()["part_time"].search(notice.text):
        return hour
    return _below_month(notice, minimum)


def _below_hour(notice: Notice) -> Span | None:
    for match in _HOURLY.finditer(notice.text):
        start, end = notice.clause(*match.span())
        if _LEAST_HOUR <= float(match[1] or match[2] or match[3]) < minimum_hour() and not _NOT_WAGE.search(notice.text, start, end):
            return match.span()
    return None


def _below_month(notice: Notice, minimum: int) -> Span | None:
    text = notice.text
    for match in _MONTHLY.finditer(text):
        amount = int(match[1] or match[2])
        start, end = notice.clause(*match.span())
        if 300 <= amount < minimum and not _NOT_WAGE.search(text, start, end):
            return match.span()
    for match in _SPOKEN.finditer(text):
        if (whole(match[1]) or minimum) < minimum and not _NOT_WAGE.search(text, *notice.clause(*match.span())):
            return match.span()
    return _below_with_commission(text, minimum)


def _below_with_commission(text: str, minimum: int) -> Span | None:
    """A base wage below the minimum, unless the notice itself says that with commission it reaches it."""
    reached = any(int(match[1]) >= minimum for match in _TOTAL.finditer(text))
    base = None if reached else next((match for match in _BASE.finditer(text) if 300 <= int(match[1]) < minimum), None)
    return base.span() if base else None
