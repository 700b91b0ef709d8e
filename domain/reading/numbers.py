"""Chinese and Arabic numerals as people say them: 两千五, 2千5, 一百二三, 八九十, 三五里, 幺三八.

The library for this, cn2an 0.5.24, was tried: it refuses what mothers say most (两千五六, 八九十, 千八百, 十来, 俩, 一块五) and takes 14 µs
a number of the 100 µs that a whole message may take. So the few lines below are our own.
"""

from __future__ import annotations

import re

DIGITS = {
    char: value for value, chars in enumerate(("零0", "一幺", "二两俩", "三仨", "四", "五", "六", "七", "八", "九")) for char in chars
}
UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "k": 1_000, "w": 10_000}
CHINESE = "零一二两俩仨三四五六七八九十百千万"
# One numeral, for patterns of this room; always tried from its first character, so it never starts inside a longer one.
NUMERAL = rf"(?:\d{{1,7}}(?:\.\d{{1,2}})?(?:[千百万kw][1-9]?(?!\d))?|[{CHINESE}]{{1,9}})"
STARTS = rf"(?=[\d{CHINESE}])"  # put first in a pattern, it lets the search pass over other characters at once
_SPOKEN = {"千八百": (800.0, 1000.0), "百八十": (80.0, 100.0), "千八": (800.0, 1000.0)}  # "some eight hundred to a thousand"

_TENS = re.compile(r"(十[一二三四五六七八九]?|[二三四五六七八九]十五?)([二三四五六七八九]?十[一二三四五六七八九]?)")

Span = tuple[float, float]


def span(numeral: str) -> Span | None:
    """The least and the most that a numeral may mean (equal for an exact one), or None for what is no number.

    Two digits side by side are a choice: 两三千 is 2000 to 3000, 一千八九 is 1800 to 1900. A digit after the last unit counts tenths of that
    unit: 两千五 is 2500.
    """
    if not numeral:
        return None
    if numeral in _SPOKEN:
        return _SPOKEN[numeral]
    if numeral[:1].isascii():
        return _arabic(numeral)
    if any(char not in CHINESE and char != "幺" for char in numeral):
        return None
    if len(numeral) > 2 and all(char in DIGITS for char in numeral):
        exact = float("".join(str(DIGITS[char]) for char in numeral))
        return exact, exact
    if (tens := _TENS.fullmatch(numeral)) and (low := _chinese(tens[1])) and (high := _chinese(tens[2])) and low[0] < high[0]:
        return low[0], high[0]  # 十五二十
    return _chinese(numeral)


def whole(numeral: str) -> int | None:
    """The least whole number that a numeral means: 十五 is 15, 七八 is 7; None for what is no number."""
    read = span(numeral)
    return None if read is None else int(read[0])


def digits(spoken: str) -> str:
    """Digits said one by one, as ASCII: 幺三八零 is 1380. Other characters are dropped."""
    return "".join(char if char.isascii() else str(DIGITS[char]) for char in spoken if char in DIGITS or char in "0123456789")


def _arabic(numeral: str) -> Span | None:
    unit = next((char for char in numeral if char in UNITS), "")
    number, _, tenths = numeral.partition(unit) if unit else (numeral, "", "")
    try:
        value = float(number) * UNITS.get(unit, 1) + (int(tenths) * UNITS[unit] / 10 if tenths else 0)
    except ValueError:
        return None
    return value, value


def _chinese(numeral: str) -> Span | None:
    head, wan, tail = numeral.rpartition("万")
    if not wan:
        return _below_wan(numeral, 0)
    left = _chinese(head) if head else (1.0, 1.0)
    right = _below_wan(tail, 10_000) if tail else (0.0, 0.0)
    return (left[0] * 10_000 + right[0], left[1] * 10_000 + right[1]) if left and right else None


def _below_wan(numeral: str, last: int) -> Span | None:
    """`last` is the unit before the first digit, of which a digit without a unit counts tenths."""
    low = high = 0.0
    waiting: list[int] = []
    for char in numeral:
        if char == "零":
            last = 0
        elif char in DIGITS:
            waiting.append(DIGITS[char])
        elif len(waiting) > 2:
            return None
        else:
            last = UNITS[char]
            low, high = low + (waiting or [1])[0] * last, high + (waiting or [1])[-1] * last
            waiting = []
    if len(waiting) > 2:
        return None
    scale = last / 10 if last > 10 else 1
    return (low + waiting[0] * scale, high + waiting[-1] * scale) if waiting else (low, high)
