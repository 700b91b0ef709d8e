"""Turns words of time that stand together into days and hours, each hour read as the half of the day that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from domain.reading.times import ALL, DAYS, HALVES, Clock, Mark

_TO = re.compile(r"\s?(?:一?直?[到至]|[-~—–]{1,2})\s?(?:了)?(?:我)?\s?")
_TO_FAR = re.compile(rf"(?:[^,。]{{0,16}}(?:后|了|完|孩子|娃))?{_TO.pattern}")  # 早上送完孩子到十一点
_AND = re.compile(r"[\s也还,]*(?:[和跟与及、;+&/]|以及|还有|或者?|再加上?|加上|外加|另外)[\s,、也还有我俺的就]*")
_TILL = re.compile(r"(?:^|[^\d一-龥]|[^\d])(?:到|不超过)\s?$")
_EXCEPTED_ON = re.compile(r"[\s、和跟与或到至~-]*(?:还有|以及)?|接[^,。]{0,6}(?:那会儿?|的?时候)")
_OUTSIDE = re.compile(r"\s?(?:之外|以外|外)")
_COUNTED = re.compile(r"(?:建议|意见|要求|想法|希望|儿|小|都不|也不)")


class Spell(NamedTuple):
    """Hours in minutes of the day, or None for none said; `days` is None where none is named; `clock` is "range", "edge", "single" or ""."""

    days: tuple[int, ...] | None
    hours: tuple[int, int] | None
    clock: str = ""


class Spells(NamedTuple):
    """What a group of words names, and what it names behind 除了."""

    free: list[Spell]
    excepted: list[Spell]


def spells(text: str, group: Sequence[Mark]) -> Spells:
    """Read words of time that belong together."""
    named, excepted = _split(text, group)
    return Spells(_read(text, named), _read(text, excepted))


def _split(text: str, group: Sequence[Mark]) -> tuple[list[Mark], list[Mark]]:
    """What is named, and what is excepted: 除了周三下午以外 excepts the afternoon, 除了周三下午 names it."""
    named: list[Mark] = []
    excepted: list[Mark] = []
    inside = False
    for index, mark in enumerate(group):
        if mark.code == "except":
            inside = True
            continue
        if inside and index and group[index - 1].code != "except":
            inside = _EXCEPTED_ON.fullmatch(text, group[index - 1].end, mark.start) is not None
        if mark.code in {"everyday", "usual"}:
            inside = False
        (excepted if inside else named).append(mark)
    if excepted and not named and any(mark.code == "day" or mark.code in DAYS for mark in excepted):
        last = excepted[-1]
        if last.code in HALVES and not _OUTSIDE.match(text, last.end) and text[last.end : last.end + 1] not in {",", " "}:
            return [last], excepted[:-1]
    return named, excepted


def _read(text: str, named: list[Mark]) -> list[Spell]:
    result: list[Spell] = []
    days: tuple[int, ...] | None = None
    waiting = False  # days are named and no hours have followed yet
    at = 0
    while at < len(named):
        mark = named[at]
        joined = at > 0 and _AND.fullmatch(text, named[at - 1].end, mark.start) is not None
        if mark.days:
            days, result = _day(mark, days if waiting else None, result, joined, at + 1 < len(named), named[at - 1] if waiting else None)
            waiting = days is not None
            at += 1
            continue
        if mark.code == "allday" and at and named[at - 1].code in HALVES and named[at - 1].end == mark.start:
            at += 1  # 白天啥时候都行
            continue
        spell, at = _hours(text, named, at)
        if spell:
            result.append(spell._replace(days=days))
            waiting = False
    if waiting:
        result.append(Spell(days, None))
    return result


def _day(
    mark: Mark, days: tuple[int, ...] | None, result: list[Spell], joined: bool, more: bool, before: Mark | None
) -> tuple[tuple[int, ...] | None, list[Spell]]:
    """Days add up until hours follow; 平时周一到周五 and 每天 with named days say the narrower; days behind hours may belong to them."""
    if days is None:
        if result and not joined and not more and all(spell.days is None for spell in result):
            return None, [spell._replace(days=mark.days) for spell in result]
        return mark.days, result
    if before is not None and not joined and before.code in {"usual", "everyday"}:
        return mark.days, result
    if not joined and mark.code in {"usual", "everyday"}:
        return (days if mark.code == "everyday" else mark.days), result
    both = tuple(sorted({*days, *mark.days}))
    if both == ALL and len(days) < 7 and more:
        return mark.days, [*result, Spell(days, None)]
    return both, result


def _hours(text: str, named: list[Mark], at: int) -> tuple[Spell | None, int]:
    """One stretch of hours that begins at `named[at]`, and where the next begins."""
    half, clock, after = _point(text, named, at)
    begin = named[at].start
    to = _TO if clock else _TO_FAR
    if after < len(named) and not named[after].days and to.fullmatch(text, named[after - 1].end, named[after].start):
        second_half, second, end = _point(text, named, after)
        return _range(half, clock, second_half, second), end
    if clock is None:
        return Spell(None, HALVES[half]), after
    if clock.end:
        return _shift(half, clock), after
    if _COUNTED.match(text, named[after - 1].end):
        return None, after
    edge = clock.edge
    if not edge and _TILL.search(text, max(0, begin - 4), begin):
        edge = "before"
    if (
        edge == "after"
        and after < len(named)
        and not named[after].days
        and not _AND.fullmatch(text, named[after - 1].end, named[after].start)
    ):
        second_half, second, end = _point(text, named, after)
        if second and second.edge == "before":
            return _range(half, clock, second_half, second), end
    return _one(half or clock.half, clock, edge), after


def _point(text: str, named: list[Mark], at: int) -> tuple[str, Clock | None, int]:
    """A half of the day, a clock time, or both: the half's code, the clock, and the index behind."""
    mark = named[at]
    if mark.clock:
        return mark.clock.half, mark.clock, at + 1
    following = named[at + 1] if at + 1 < len(named) else None
    if following and following.clock and not following.clock.half:
        gap = text[mark.end : following.start]
        if not _AND.fullmatch(gap) and not gap.rstrip().endswith(("到", "至", "-", "~", "—", "–")):
            return mark.code, following.clock, at + 2
    return mark.code, None, at + 1


def _minutes(half: str, clock: Clock) -> int:
    """Minutes of the day: 1 to 6 is the afternoon and 7 to 12 the morning, unless a half says otherwise."""
    hour = clock.hour
    if not clock.exact:
        if half == "noon":
            hour += 12 if hour < 6 else 0
        elif half == "pm":
            hour += 12 if hour < 12 else 0
        elif half == "evening":
            hour += 12 if 4 <= hour <= 12 else 24 if hour < 4 else 0
        elif half != "am":
            hour += 12 if 1 <= hour <= 6 else 0
    return hour * 60 + clock.minute


def _range(half: str, clock: Clock | None, second_half: str, second: Clock | None) -> Spell | None:
    start = _minutes(half, clock) if clock else HALVES[half][0]
    if second is None:
        # 八点到中午 ends at noon, 早上到中午 holds the noon.
        end = 720 if second_half == "noon" and clock else HALVES[second_half][1]
    elif second_half or second.exact:
        end = _minutes(second_half, second)
    else:
        end = second.hour * 60 + second.minute
        while end <= start and end <= 720:
            end += 720
    return Spell(None, (start, end), "range") if start < end <= 1440 else Spell(None, (0, 0), "range")


def _shift(half: str, clock: Clock) -> Spell:
    start = _minutes(half or clock.half, clock)
    end = clock.end * 60
    return Spell(None, (start, end if end > start else end + 720), "range")


def _one(half: str, clock: Clock, edge: str) -> Spell | None:
    at = _minutes(half, clock)
    if edge == "before":
        start = HALVES[half][0] if half else 480
        return Spell(None, (start if start < at else 480, at), "edge")
    # 19点以后 says the evening by itself.
    end = HALVES[half][1] if half in HALVES else 1260 if clock.hour >= 18 else 1080
    return Spell(None, (at, end), "edge" if edge else "single")
