"""Reads cells that hold several values, codes by their label, and the hours of a week as offices write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from domain import windows
from domain.forms import months
from domain.lists.cells import clean, code, day, short, unguard
from domain.lists.given import nature
from domain.lists.known import Known, spelt
from domain.normal import normalise

_BETWEEN = re.compile(r"[;；、\n]")
_WEEK = "一二三四五六日"
_MANY_DAYS = {"工作日": "1-5 ", "平日": "1-5 ", "周末": "6,7 ", "双休日": "6,7 ", "每天": "1-7 ", "天天": "1-7 ", "每日": "1-7 "}
_CHILD_YEARS = 30
# A number 2020.1 is January, or what a spreadsheet has left of 2020.10.
_TENTH = re.compile(r"\d{4}\.1", re.ASCII)
# A year, a month and a day, whatever stands between them.
_WHOLE = re.compile(r"\d{4}\D+\d{1,2}\D+\d{1,2}\D*|\d{8}", re.ASCII)


def one_of(name: str) -> Callable[[str, Known], str]:
    """A code of a list, written as the code or as its label."""

    def read(cell: str, known: Known) -> str:
        return _code(cell, known.codes[name], known.labels[name].values())

    return read


def some_of(name: str) -> Callable[[str, Known], list[str]]:
    """Codes of a list, each once, in the order written."""

    def read(cell: str, known: Known) -> list[str]:
        codes = known.codes[name]
        pieces = [piece for piece in _BETWEEN.split(clean(cell)) if piece.strip()]
        # Only then, since a label can hold a comma itself.
        if any(spelt(piece) not in codes for piece in pieces):
            pieces = [part for piece in pieces for part in re.split("[,，]", piece) if part.strip()]
        return list(dict.fromkeys(_code(piece, codes, known.labels[name].values()) for piece in pieces))

    return read


def _code(cell: str, codes: Mapping[str, str], labels: Iterable[str]) -> str:
    if (code := codes.get(spelt(cell))) is None:
        raise ValueError(f"没有“{short(cell)}”这一项；有的是 {'、'.join(labels)}")
    return code


def codes(cell: str) -> list[str]:
    """Codes of another list, each once, in the order written."""
    pieces = re.split("[;；、,，\n]", unguard(clean(cell)))
    return list(dict.fromkeys(code(piece) for piece in pieces if piece.strip()))


def word_of(words: Mapping[str, Sequence[str]]) -> Callable[[str, Known], str]:
    """A code from its own few words: `{"hour": ("小时", …)}`."""
    spellings = {spelt(word): code for code, listed in words.items() for word in (code, *listed)}

    def read(cell: str, _known: Known) -> str:
        return _code(cell, spellings, [listed[0] for listed in words.values()])

    return read


def birth_months(cell: str, known: Known) -> list[str]:
    """A month, YYYY-MM, for each child; twins have the same."""
    _no_tenth(cell)
    return [_birth_month(piece.strip(), known.today) for piece in _BETWEEN.split(clean(cell)) if piece.strip()]


def month_past(cell: str, known: Known) -> str:
    """A month that has begun, YYYY-MM."""
    _no_tenth(cell)
    piece = clean(cell)
    if not (month := _month(piece, known.today)):
        raise ValueError(f"“{short(piece)}”不是月份，请写成 2026-10 这样")
    if not "2000-01" <= month <= f"{known.today:%Y-%m}":
        raise ValueError(f"“{short(piece)}”比今天晚，或者太早了")
    return month


def _no_tenth(cell: str) -> None:
    if nature(cell) == "number" and _TENTH.fullmatch(cell):
        year = cell[:4]
        raise ValueError(f"“{cell}”是 {year}-01 还是 {year}-10？表格会把 {year}.10 记成 {year}.1，请写成 {year}-10 这样")


def _month(piece: str, today: date) -> str:
    """YYYY-MM; empty where it is no month."""
    try:
        # A spreadsheet makes a date of a month: it comes as that month's first day, or as a count of days.
        return f"{day(piece):%Y-%m}"
    except ValueError:
        said = normalise(piece).text.strip()
        # A whole date that there is not is no month either: a digit of it is wrong, and nobody knows which.
        read = months.month(said, today) if re.match(r"\d{4}", said) and not _WHOLE.fullmatch(said) else None
        return read[0] if read is not None and read[1] else ""


def _birth_month(piece: str, today: date) -> str:
    if not (month := _month(piece, today)):
        raise ValueError(f"“{short(piece)}”不是出生年月，请写成 2021-03，几个孩子用 ; 隔开")
    if not f"{today.year - _CHILD_YEARS}" <= month <= f"{today:%Y-%m}":
        raise ValueError(f"“{short(piece)}”不会是孩子的出生年月：比今天晚，或者太早了")
    return month


def week_hours(cell: str, _known: Known) -> str:
    """`1-5 08:30-11:00; 6,7 14:00-18:00` or `周一至周五 8点半到11点`, in the stored spelling."""
    return _week_hours(cell)


def week_words(stored: str) -> str:
    """Stored hours with their days in words: 周一至周五 08:30-11:00；周六、周日 14:00-18:00. `week_hours` reads the same of them."""
    words = []
    for part in stored.split(";"):
        days, _, hours = part.strip().partition(" ")
        if not re.fullmatch(r"[1-7]([-,][1-7])*", days):
            return stored
        named = re.sub("[1-7]", lambda match: f"周{_WEEK[int(match[0]) - 1]}", days)
        words.append(f"{named.replace('-', '至').replace(',', '、')} {hours}")
    return "；".join(words)


@lru_cache(maxsize=2048)
def _week_hours(cell: str) -> str:
    try:
        return windows.text(windows.parse(_numbered(normalise(clean(cell)).text)))
    except ValueError as error:
        raise ValueError(f"时间“{short(cell)}”看不懂，请写成 1-5 08:30-11:00; 6,7 14:00-18:00") from error


# Any time at all: whoever writes no hours is free at all hours.
_ANY_TIME = frozenset(
    {"随时", "弹性", "灵活", "都行", "都可以", "不限", "弹性时间", "时间弹性", "时间灵活", "随时都行", "随时都可以", "全天"}
)
_PARTS = {"上午": "08:00-12:00", "下午": "14:00-18:00", "晚上": "18:00-21:00"}
_PART = re.compile(f"({'|'.join(_PARTS)})(?!\\s*[0-9一二三四五六七八九十])")


def _numbered(text: str) -> str:
    if "".join(text.split()) in _ANY_TIME:
        return ""
    text = _PART.sub(lambda match: f" {_PARTS[match[1]]} ", text)
    for words, days in _MANY_DAYS.items():
        text = text.replace(words, days)
    text = re.sub(r"(?:周|星期|礼拜)([一二三四五六日天])", lambda match: f"{_weekday(match[1])} ", text)
    # 周一至五, 周一、三、五: the later days without their 周.
    text = re.sub(r"(?<=[至到、,\-~])\s*([一二三四五六日天])(?![一-鿿]*[点时])", lambda match: f"{_weekday(match[1])} ", text)
    text = re.sub(
        r"(\d{1,2})[点时](半|(\d{1,2})分?)?", lambda match: f"{match[1]}:{'30' if match[2] == '半' else (match[3] or '0').zfill(2)}", text
    )
    text = re.sub(r"\s*(?:[至到~—–]+|-)\s*", "-", text)
    text = re.sub(r"(?<=:\d\d)\s*[,、\n]", ";", text)
    return re.sub(r"\s*[,、和]\s*", ",", text)


def _weekday(char: str) -> int:
    return _WEEK.index("日" if char == "天" else char) + 1
