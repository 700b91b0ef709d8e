"""Hours by a notice's own words: over the law's limits, without a day of rest, or at night with no word about it being voluntary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.screening.notice import Notice, Span, denied
from domain.screening.rules import signs

# Labour Law art. 36-41 with the codebook's rulings, in hours.
LONGEST_DAY = 11.0
LONGEST_WEEK = 44.0
NIGHT = (22.0, 30.0)

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
_PART = r"(凌晨|清早|清晨|一早|大清早|早上|早晨|早|上午|中午|正午|下午|午后|傍晚|晚上|晚间|夜里|夜间|半夜|深夜|午夜|晚|夜|午|朝|次日|第二天早上|第二天|隔天|翌日|次日凌晨|次日早)?"
_HOUR = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_CLOCK = _PART + r"的?" + _HOUR + r"(?:点钟?|[:时](?!薪|工|给))?(半|一刻|三刻|[0-5]\d分?|[一二三四五]十分?)?"
_RANGE = re.compile(
    _CLOCK + r"(?:上班|开工|开始|起|到岗|进厂|上工)?,?(?:一直)?(?:到|至|-|~|—+|干到|做到|忙到|上到)(?:当日|当晚|当天)?" + _CLOCK
)
_APART = re.compile(
    _CLOCK
    + r"(?:准时)?(?:上班|开工|到岗|进厂|上工|上岗|接班|开始)[^。;!?\n]{0,6}?"
    + _CLOCK
    + r"(?:才)?(?:下班|收工|结束|离岗|交班|下工|放工)"
)
_NINE_TO_FIVE = re.compile(r"([朝早])上?" + _HOUR + r"点?半?,?(晚)上?" + _HOUR)
_PER_DAY = re.compile(
    r"(?:每天|每日|一天|日均|每班|一班|每个班|天天|工时|白班|长白班|每天工作|日工作|一天干|工作时间)[^,。;!?\n\d]{0,6}?(\d{1,2}(?:\.5)?|[一二两三四五六七八九十]{1,3})(半|个半|个)?(?:小时|钟头|h(?![a-z]))"
)
_PER_WEEK = re.compile(r"(?:每周|一周|周)[^,。;!?\n\d]{0,4}?(\d{2})(?:个)?(?:小时|钟头)")
_SURELY_NIGHT = re.compile(r"夜班|通宵|大夜|凌晨|后半夜|下半夜|三班")
_AFTERNOON = re.compile(r"/晚|放学|作业|晚托|托管|晚辅|下午|晚饭")
_OPENING = re.compile(r"营业|门店开放|开放时间|咨询|来电|接听时间|报名|面试|领料|取货|领取|交货")


def over_hours(notice: Notice) -> Span | None:
    """The words that tell of unlawful or unvoluntary night hours."""
    text = notice.text
    found = signs()
    for name in ("long_day", "no_rest"):
        for match in found[name].finditer(text):
            if not denied(notice, *match.span()) and not (name == "long_day" and _not_a_shift(text, match.end())):
                return match.span()
    shifts = list(_shifts(notice))
    return _night(notice, shifts) or _too_long(notice, shifts)


def _not_a_shift(text: str, at: int) -> bool:
    return bool(
        re.match(r"[^,。;!?\n]{0,3}(热线|服务热线|在线|营业|内(发|结|到|回|送|付)|热水|监控|急救|便利|响应)|后|前", text[at : at + 10])
    )


def _number(digits: str) -> float:
    if digits.isdigit() or "." in digits:
        return float(digits)
    if digits[0] == "十":
        return 10.0 + (_DIGITS[digits[1]] if len(digits) > 1 else 0)
    if "十" in digits:
        return _DIGITS[digits[0]] * 10.0 + (_DIGITS[digits[2]] if len(digits) > 2 else 0)
    return float(_DIGITS[digits[0]])


def _clock(part: str | None, hour: str, minutes: str | None) -> float:
    """Hours after midnight; afternoon and evening words lift a small hour."""
    value = _number(hour)
    part = part or ""
    if part[:1] in {"晚", "夜", "半", "深"} or part == "午夜":
        value += 12 if 5 <= value < 12 else 24 if value < 5 and part[:1] == "晚" else 12 if value == 12 else 0
    elif part == "凌晨":
        value %= 12
    elif (part[:1] in {"下", "傍"} or part == "午后") and value < 12 or part in {"中午", "正午", "午"} and value < 6:
        value += 12
    if minutes:
        value += 0.5 if minutes[0] in "半三" else 0.25
    return value


def _shifts(notice: Notice) -> Iterator[tuple[float, float, Span]]:
    """Each shift as start, end (past 24 where it runs into the next day) and its span."""
    text = notice.text
    for pattern in (_RANGE, _APART):
        for match in pattern.finditer(text):
            found = _shift(match, text)
            if found is not None and found[1] - found[0] <= 20 and not _OPENING.search(text, *notice.clause(*match.span())):
                yield *found, match.span()
    for match in _NINE_TO_FIVE.finditer(text):
        yield _number(match[2]), _number(match[4]) + 12, match.span()


def _shift(match: re.Match[str], text: str) -> tuple[float, float] | None:
    """Start and end of a span of hours, the end after the start; None for a span of something else."""
    part, hour, minutes, other_part, other_hour, other_minutes = match.groups()
    if not _is_time(match[0], part, other_part) or not (0 <= _number(hour) <= 24 and 0 <= _number(other_hour) <= 24):
        return None
    start, end = _clock(part, hour, minutes), _clock(other_part, other_hour, other_minutes)
    if not other_part and end <= start and end + 12 > start and start < 12:
        end += 12
    if not other_part and part and part[:1] in {"下", "傍", "晚"} and start < 24 and end + 12 > start and end < 12:
        end += 12
    if end <= start:
        end += 24
    return None if not part and start < NIGHT[1] - 24 and _AFTERNOON.search(text) else (start, end)


def _is_time(written: str, part: str | None, other: str | None) -> bool:
    """A span of numbers is a span of hours only where a word or mark of time is with it."""
    if part or other or "点" in written:
        return True
    return bool(re.search(r"\d:[0-5]\d", written))


def _night(notice: Notice, shifts: list[tuple[float, float, Span]]) -> Span | None:
    text = notice.text
    found = signs()
    if found["voluntary"].search(text):
        return None
    for start, end, span in shifts:
        if (start < NIGHT[1] - 24 or end > NIGHT[0] or start >= NIGHT[0]) and not denied(notice, *span):
            return span
    if found["no_night"].search(text):
        return None
    for match in found["night"].finditer(text):
        daytime = shifts and not _SURELY_NIGHT.match(text, match.start())
        if not daytime and not denied(notice, *match.span()):
            return match.span()
    return None


def _too_long(notice: Notice, shifts: list[tuple[float, float, Span]]) -> Span | None:
    text = notice.text
    found = signs()
    days = 6.0 if found["six_days"].search(text) else 5.0 if found["five_days"].search(text) else 0.0
    paid = bool(found["overtime_paid"].search(text))
    for hours, span in _daily(text, shifts):
        if hours > LONGEST_DAY or hours >= 12:
            return span
        if not paid and (hours * days > LONGEST_WEEK or (not days and hours >= 10 and not found["part_time"].search(text))):
            return span
    for match in _PER_WEEK.finditer(text):
        if not paid and float(match[1]) > LONGEST_WEEK:
            return match.span()
    return None


def _daily(text: str, shifts: list[tuple[float, float, Span]]) -> Iterator[tuple[float, Span]]:
    """Working hours a day; from a span of clock times an hour is taken off for the meal."""
    stated = [(_number(match[1]) + (0.5 if match[2] and "半" in match[2] else 0), match.span()) for match in _PER_DAY.finditer(text)]
    yield from stated
    if not stated:
        for start, end, span in shifts:
            hours = end - start
            yield (hours if hours >= 12 else hours - 1 if hours > 8 else hours), span
