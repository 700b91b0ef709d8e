"""Dates and months as people write them: `2021-03`, `2021年3月`, `21年3月`, `202103`, `二零二一年三月`, `去年三月`."""

from __future__ import annotations

import re
from datetime import date

from domain.forms.numerals import integer
from domain.months import later, month_of

_N = r"([0-9]{1,4}|[〇零一二两三四五六七八九十]{1,4})"
_SEP = r"\s*[-./年]\s*"
_DATE = re.compile(rf"{_N}{_SEP}{_N}\s*[-./月]\s*{_N}\s*[日号]?")
_MONTH = re.compile(rf"{_N}(?:{_SEP}|\s+){_N}\s*月?份?(?:生|出生|的)?")
_YEAR = re.compile(rf"{_N}\s*年?(?:生|出生|的)?")
_ONLY_MONTH = re.compile(rf"{_N}\s*月?份?(?:生|出生|的)?")
_RELATIVE = {"今年": 0, "去年": -1, "前年": -2}
_WORDS = re.compile(rf"(今年|去年|前年)\s*{_N}\s*月份?(?:生|出生|的)?")


def year(text: str, today: date) -> int | None:
    """A year of the last hundred or the next ten, also of two digits or in words; a number up to twelve could be a month or an age."""
    if text in _RELATIVE:
        return today.year + _RELATIVE[text]
    match = _YEAR.fullmatch(text)
    number = integer(match.group(1)) if match else None
    if match is None or number is None or (number <= 12 and "年" not in text):
        return None
    return _century(number, today)


def _century(number: int, today: date) -> int | None:
    if number < 100:
        number += 2000 if number <= today.year % 100 + 10 else 1900
    return number if today.year - 100 <= number <= today.year + 10 else None


def month(text: str, today: date, chosen_year: str = "") -> tuple[str, bool] | None:
    """A month as YYYY-MM, and whether it was said exactly. `chosen_year` is the year tapped before, for a month that comes alone."""
    if match := re.fullmatch(r"(\d{4})(\d{2})", text, re.ASCII):
        return _month(match.group(1), match.group(2), today, exact=True)
    if chosen_year and (match := _ONLY_MONTH.fullmatch(text)):
        return _month(chosen_year, match.group(1), today, exact=True)
    if match := _WORDS.fullmatch(text):
        return _month(str(today.year + _RELATIVE[match.group(1)]), match.group(2), today, exact=False)
    if (match := _MONTH.fullmatch(text)) or (match := _DATE.fullmatch(text)):
        return _month(match.group(1), match.group(2), today, exact=True)
    return None


def _month(year_text: str, month_text: str, today: date, *, exact: bool) -> tuple[str, bool] | None:
    year, number = _century(integer(year_text) or 0, today), integer(month_text)
    return (f"{year:04d}-{number:02d}", exact) if year and number and 1 <= number <= 12 else None


def day(text: str, today: date) -> tuple[str, bool] | None:
    """A date as YYYY-MM-DD, and whether it was said exactly; 3月8日 is this year's."""
    if text in ("今天", "昨天", "明天"):
        return date.fromordinal(today.toordinal() + {"今天": 0, "昨天": -1, "明天": 1}[text]).isoformat(), False
    if (match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII)) or (match := _DATE.fullmatch(text)):
        parts, exact = match.groups(), True
    elif match := re.fullmatch(rf"{_N}\s*[月]\s*{_N}\s*[日号]?", text):
        parts, exact = (str(today.year), *match.groups()), False
    else:
        return None
    numbers = [integer(part) for part in parts]
    first = _century(numbers[0] or 0, today)
    try:
        return date(first or 0, numbers[1] or 0, numbers[2] or 0).isoformat(), exact
    except ValueError:
        return None


def months_ago(months: int, today: date) -> str:
    """The birth month, YYYY-MM, of somebody who is that many months old."""
    return later(month_of(today), -months)
