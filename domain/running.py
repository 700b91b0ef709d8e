"""What she says of a matter of hers that runs already (明天去不了, 改到周三, 我不想去了, 不做了, 迟到半小时): which kind of word it is, and which day it names."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal, NamedTuple

from domain.forms.numerals import integer
from domain.normal import normalise
from domain.reading.numbers import span

# Longer words tell a story; what is to be done is asked for in short ones.
LONGEST = 40
Kind = Literal["cannot", "other_time", "out", "quit", "late", "taken", "class_out", "where"]


class Said(NamedTuple):
    """The kind of word; `day` is the day it names (the one wanted, for another time), `minutes` how late she will be."""

    kind: Kind
    day: date | None = None
    minutes: int | None = None


_SAID: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "late",
        re.compile(
            r"迟到|晚到|晚[一点]点?(?:到|去|来)|晚(?:\d+|[一二三四五六十两半]+)个?(?:分钟|小时|钟头|点)|要晚(?:会|一会)|堵车|路上堵"
        ),
    ),
    (
        "class_out",
        re.compile(r"不(?:去|想去?|想)?上课|课不上了|退课|取消报名|课(?:我)?(?:不上了|不去了|上不了|退了)|不学了|不想学了"),
    ),
    (
        "other_time",
        re.compile(
            r"改(?:到|成|个|一下|在|天|期)|换(?:到|个时间|个日子|一天|时间|天)|推(?:到|迟|后)|(?:能|可以)(?:不能|不可以)?(?:改|换)|提前到"
        ),
    ),
    ("cannot", re.compile(r"(?:去|来|到|过)不(?:了|成)|没法(?:去|来)|不能(?:去|来)(?:了|$)|(?:去|来)不上|不去了?行|请(?:个|一天|半天)?假")),
    ("quit", re.compile(r"(?:我|想|也|就)?(?:不(?:做|干)了|不想(?:做|干)了|辞工|辞职|辞了|班不上了|不上班了|不去上班了)")),
    ("out", re.compile(r"不(?:想)?去了|不(?:想)?报了|取消(?:试工|面试)|不(?:想)?试了|那个不去|算了不去")),
    ("taken", re.compile(r"(?:让|叫|通知|喊)我.{0,8}(?:去|上班|上岗|来|报到)|录用|录取|要我了|通过了|成了")),
    ("where", re.compile(r"^(?:那个?|试工|上班|在|去|怎么|地址|到)?.{0,4}(?:在哪里?|在哪儿|哪里|怎么去|咋去|怎么走|地址|什么地方)")),
)
_DAYS = {"今": 0, "明": 1, "后": 2}
_NEAR = re.compile(r"(大)?([今明后])(?:天|日|早|晚|儿)")
_WEEKDAY = re.compile(r"(下)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天1-7])")
_DATE = re.compile(r"(\d{1,2})(?:月|[./])(\d{1,2})[日号]?|(\d{1,2})[号日]")
_MINUTES = re.compile(r"(\d+|[一二两三四五六七八九十]+)(?:来)?分钟?|(半)个?(?:小时|钟头)|([一1])个?(?:小时|钟头)")


def heard(text: str, today: date) -> Said | None:
    """What she says of a matter of hers; None where it is something else."""
    plain = normalise(text, join=True).text.strip(" ，。！？、,.!?~～")
    if not plain or len(plain) > LONGEST or _NOT_HERS.search(plain):
        return None
    for kind, said in _SAID:
        if said.search(plain):
            return Said(kind, day(plain, today), minutes(plain) if kind == "late" else None)
    return None


# What others do not do any more, or what is a question about rules.
_NOT_HERS = re.compile(r"(?:老公|他|婆婆|孩子|老板|厂里|公司)(?:们)?(?:都)?(?:不(?:去|做|干|上)|去不了)|会不会|可以吗要不要|怎么办")


def day(plain: str, today: date) -> date | None:
    """The day that is named, the last one where there are several (明天去不了，改到周三); never one that is over."""
    dates: list[tuple[int, date]] = []
    for near in _NEAR.finditer(plain):
        dates.append((near.start(), today + timedelta(days=_DAYS[near[2]] + (1 if near[1] else 0))))
    for named in _WEEKDAY.finditer(plain):
        # What is no number is Sunday: 周日, 周天.
        dates.append((named.start(), _next(integer(named[2]) or 7, today, week_after=named[1] is not None)))
    for dated in _DATE.finditer(plain):
        if (one := _dated(dated, today)) is not None:
            dates.append((dated.start(), one))
    return max(dates)[1] if dates else None


def _next(weekday: int, today: date, *, week_after: bool) -> date:
    if week_after:
        return today + timedelta(days=7 - today.isoweekday() + weekday)
    return today + timedelta(days=(weekday - today.isoweekday()) % 7)


def _dated(match: re.Match[str], today: date) -> date | None:
    month, number = (int(match[1]), int(match[2])) if match[1] else (today.month, int(match[3]))
    for year in (today.year, today.year + 1):
        for at in (month,) if match[1] else (month, month % 12 + 1):
            try:
                one = date(year, at, number)
            except ValueError:
                continue
            if one >= today:
                return one
    return None


def minutes(plain: str) -> int | None:
    """How late she will be."""
    match = _MINUTES.search(plain)
    if match is None:
        return None
    if match[2]:
        return 30
    if match[3]:
        return 60
    # Ten to twenty minutes are twenty.
    said = span(match[1])
    return None if said is None else int(said[1])
