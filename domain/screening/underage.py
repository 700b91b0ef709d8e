"""Whether somebody under 16 is accepted (Labour Law art. 15); a child to be taught or looked after is no worker."""

from __future__ import annotations

import re

from domain.screening.combine import combined
from domain.screening.notice import Notice, Span
from domain.screening.rules import signs

WORKING_AGE = 16
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_AGE = re.compile(
    r"(?<![\d一二三四五六七八九十])(?!\d、\d)(\d{1,2}|十[一二三四五六七八九]?|[七八九])"
    r"(?:[.、,到至—~-]*(?:\d{1,2}|十?[一二三四五六七八九]))?(?:来|多|几)?\.?(?:周)?岁|周岁(1[0-5]|十[一二三四五])"
)


def underage(notice: Notice) -> Span | None:
    """The words that accept a worker under 16."""
    text = notice.text
    for match in _AGE.finditer(text):
        if _years(match[1] or match[2]) < WORKING_AGE and _accepts(notice, match.span()):
            return match.span()
    for match in signs()["young_years"].finditer(text):
        if not _barred(notice, match.span()) and not _about_care(notice, match.span()):
            return match.span()
    for match in signs()["young"].finditer(text):
        if not _about_care(notice, match.span()) and not _barred(notice, match.span()):
            return match.span()
    return next((span for span in combined(notice, "underage") if not _barred(notice, span)), None)


def _years(written: str) -> int:
    if written.isdigit():
        return int(written)
    if len(written) == 1:
        return 10 if written == "十" else _DIGITS[written]
    return 10 + _DIGITS[written[1]]


def _accepts(notice: Notice, span: Span) -> bool:
    whole = notice.sentence(*span)
    taught = signs()["teaching"].search(notice.text, *whole) and not signs()["guardian"].search(notice.text)
    return not taught and not _about_care(notice, span) and not _barred(notice, span)


def _about_care(notice: Notice, span: Span) -> bool:
    start, end = notice.clause(*span)
    if signs()["guardian"].search(notice.text):
        return False
    return bool(signs()["care"].search(notice.text, start, end))


def _barred(notice: Notice, span: Span) -> bool:
    start, end = notice.clause(*span)
    before, after = notice.text[start : span[0]], notice.text[span[1] : end + 8]
    if signs()["young_also"].match(after):
        return False
    return bool(signs()["young_barred_before"].search(before[-12:]) or signs()["young_barred_after"].match(after))
