"""Finds every word of time in a message and reads each alone: days of the week, halves of the day, clock times, and words for free or busy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.reading import numbers
from domain.reading.lexicon import Hit

ALL = (1, 2, 3, 4, 5, 6, 7)
HALVES = {"am": (480, 720), "noon": (720, 840), "pm": (840, 1080), "evening": (1080, 1260), "daytime": (480, 1080), "allday": (480, 1260)}
DAYS = {"everyday": ALL, "usual": (1, 2, 3, 4, 5), "weekend": (6, 7)}
_DAY = {char: at % 7 + 1 for at, char in enumerate("一二三四五六日")} | {"天": 7} | {str(day): day for day in ALL}


class Clock(NamedTuple):
    """A clock time as said; `exact` where it can only mean one half of the day; `end` is the last hour of 早八晚五 and 上午9-11."""

    hour: int
    minute: int
    exact: bool = False
    half: str = ""
    edge: str = ""  # "after" for 以后, "before" for 之前
    end: int = 0


class Mark(NamedTuple):
    """A word of time at `start:end`. `code` is day, clock, a half of the day, or what the lexicon says of free and busy."""

    start: int
    end: int
    code: str
    days: tuple[int, ...] = ()
    clock: Clock | None = None


_HOUR = r"(?:1\d|2[0-4]|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九])"
_TEENS = ["", *"一二三四五六七八九"]
# Every way _HOUR writes an hour; reading it as a numeral each time costs more.
_HOURS = {
    **{f"{hour:0{width}}": hour for hour in range(25) for width in (1, 2)},
    **{char: hour for hour, char in enumerate("一二三四五六七八九", 1)},
    **{f"十{ones}": 10 + hour for hour, ones in enumerate(_TEENS)},
    **{f"二十{ones}": 20 + hour for hour, ones in enumerate(_TEENS[:5])},
    "两": 2,
}
_MINUTE = (
    r"半|[一三1]刻|[0-5]?\d(?![\d:点岁块个元])分?|(?:零[一-九]|[二三四五]?十[一二三四五六七八九]?)(?![一二三四五六七八九十点岁块个元])分?"
)
_TO = r"(?:一?直?[到至]|[-~—–]{1,2})"
_LATER = r"以?后(?![天来面勤])|之后|往后|过后|开始|起(?![床来])|开外"
_EARLIER = (
    r"以前|之前|为止|前(?![后台面天])|(?:[要得去我]{0,2}(?:接|放学|下班|做饭|回家|上班)[一-龥]{0,5}?(?:以前|,?之前|前(?![后台面天])))"
)
_CLOCK = re.compile(
    rf"(?=[早晚凌差\d一二两三四五六七八九十])(?P<half>早上?(?=.{{1,3}}点|\d)|晚上?(?=.{{1,3}}点|\d)|凌晨)?(?P<short>差(?:[一1]刻|十五?分?|[五5]分|1[05]分?)(?:钟|到)?)?(?<![\d.:])(?P<hour>{_HOUR})"
    rf"(?:(?:点|时(?=[到至\-~—半以之]))(?:钟|整)?(?P<minute>{_MINUTE})?|:(?P<colon>[0-5]\d)(?!\d)|(?=\s?{_TO}\s?(?:晚上?|下午)?{_HOUR}(?:点|:)))"
    rf"(?:来钟|多钟?|来的|钟|整|左右|前后|的?样子)*(?:(?P<after>{_LATER}|就有空|才有空)|(?P<before>{_EARLIER}))?"
)
_SHIFT = re.compile(rf"[早朝]上?({_HOUR})(?:点半?)?{_TO}?晚上?({_HOUR})点?")
_BARE = re.compile(rf"\s?({_HOUR}){_TO}({_HOUR})(?![\d点:个块元岁:])")
_ON = r"(?:周|礼拜|星期)"
# What follows a bare digit of a list shows that it is no day: 周一三点, 周六一天.
_NO_DAY = r"(?![点:个岁千百十万块元月小里公口家人半时天次回节条刻气分件\d])"
_ANY = "[一二三四五六日天1-7]"
_NAMED = rf"{_ON}{_ANY}(?!天(?!天)|次|回|趟|节|个)"
_UNTIL = rf"(?:{_TO}(?:{_NAMED}|{_ANY}{_NO_DAY}))?"
_WEEKDAY = re.compile(
    rf"(?<![一两二三四五六七八九十\d])(?<!(?<!点)半){_NAMED}(?!点){_UNTIL}(?:(?:[、,和跟与及\s]?{_NAMED}|、?{_ANY}{_NO_DAY}){_UNTIL})*"
)
_LISTED = re.compile(
    r"(?<![一二三四五六七八九十零百千万幺两第\d])(?:一、?三、?五(?:、?[七日])?|二、?四、?六|135|246)"
    r"(?=[的上下早晚中白全都有能可行歇休没不,、\s]|$|[一二两三四五六七八九十]{1,2}点)"
)
_STEP = re.compile(rf"([一二三四五六日天1-7])(?:{_TO}{_ON}?([一二三四五六日天1-7]))?")


def marks(text: str, hits: Iterable[Hit]) -> list[Mark]:
    """All words of time in a normalised text with the words found in it, in order, none within another. Linear in length."""
    found = [
        Mark(hit.start, hit.end, hit.code, DAYS.get(hit.code, ()))
        for hit in hits
        if hit.kind == "time" and text.startswith(hit.term, hit.start)
    ]
    if "点" in text or ":" in text or "时" in text:
        found.extend(_clocks(text))
    if "早" in text or "朝" in text:
        found.extend(_shifts(text))
    if any(mark.code in HALVES for mark in found):
        found.extend(_bare(text, found))
    if "周" in text or "礼拜" in text or "星期" in text:
        found.extend(Mark(match.start(), match.end(), "day", _listed(match[0])) for match in _WEEKDAY.finditer(text))
    if "三" in text or "四" in text or "135" in text or "246" in text:
        found.extend(Mark(match.start(), match.end(), "day", _listed(match[0])) for match in _LISTED.finditer(text))
    return list(_apart(found))


def _apart(found: list[Mark]) -> Iterator[Mark]:
    """Of overlapping words the first; of those that start together the longest. 啥时候都 leaves 行 of 都行."""
    reach = 0
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if mark.start >= reach:
            reach = mark.end
            yield mark
        elif mark.start == reach - 1 and mark.end > reach and mark.code in {"can", "busy", "duty", "work"}:
            yield mark._replace(start=reach)
            reach = mark.end


def _clocks(text: str) -> Iterator[Mark]:
    for match in _CLOCK.finditer(text):
        hour, minute = _HOURS[match["hour"]], _minute(match["minute"] or match["colon"])
        edge = "after" if match["after"] else "before" if match["before"] else ""
        exact = hour > 12 or (match["hour"].startswith("0") and len(match["hour"]) > 1)
        half = {"早": "am", "晚": "evening", "凌": "am"}.get((match["half"] or " ")[0], "")
        if match["short"] and minute == 0 and hour > 1:
            hour, minute = hour - 1, 60 - _short(match["short"])
        if minute is not None and hour * 60 + minute <= 1440:
            yield Mark(match.start(), match.end(), "clock", clock=Clock(hour, minute, exact, half, edge))


def _short(said: str) -> int:
    """Minutes before the hour: 差一刻九点 is 8:45."""
    return 15 if "刻" in said or "十五" in said or "15" in said else 5 if "五" in said or "5" in said else 10


def _minute(said: str | None) -> int | None:
    if not said:
        return 0
    if said == "半":
        return 30
    if said.endswith("刻"):
        return 15 if said[0] in "一1" else 45
    minute = numbers.whole(said.removesuffix("分"))
    return minute if minute is not None and minute < 60 else None


def _shifts(text: str) -> Iterator[Mark]:
    """早八晚五, 朝九晚六."""
    for match in _SHIFT.finditer(text):
        first, last = numbers.whole(match[1]) or 0, numbers.whole(match[2]) or 0
        if first < 12 and 0 < last <= 12:
            yield Mark(match.start(), match.end(), "clock", clock=Clock(first, 0, True, "am", end=last + 12))


def _bare(text: str, found: list[Mark]) -> Iterator[Mark]:
    """Hours without 点 behind a half of the day: 上午9-11."""
    for mark in found:
        match = _BARE.match(text, mark.end) if mark.code in HALVES else None
        if match:
            first, last = numbers.whole(match[1]) or 0, numbers.whole(match[2]) or 0
            yield Mark(match.start(), match.end(), "clock", clock=Clock(first, 0, first > 12, "", end=last))


def _listed(said: str) -> tuple[int, ...]:
    """周一三五, 周一到周五, 礼拜六、日; a range may run over Sunday."""
    days: set[int] = set()
    for first, last in _STEP.findall(said):
        start, end = _DAY[first], _DAY[last or first]
        days.update((day - 1) % 7 + 1 for day in range(start, end + (8 if end < start else 1)))
    return tuple(sorted(days))
