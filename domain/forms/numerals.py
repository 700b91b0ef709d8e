"""Numbers as people type them into a form: `36`, `３６`, `三十六`, `两千五`, `第二个`, `1 3`, `1、3和5`."""

from __future__ import annotations

import re

from domain.reading.numbers import DIGITS, span

_HAN = "零〇一二两俩三四五六七八九十百千万"
_ONE = re.compile(rf"(?:选|要|我选|我要|就|就要|是)?第?(\d+|[{_HAN}]+)(?:个|项|条|号|种|样)?(?:吧|的|呢)?")
_BETWEEN = re.compile(r"[\s,，、;；.。+&/和跟与及]+")
# A unit alone or twice is a slip of the hand, not a number.
_SLIP = re.compile(r"^[百千万]$|([十百千万])\1")
_LONGEST = 15


def integer(text: str) -> int | None:
    """A whole number in ASCII or Chinese digits (below 10^8 in Chinese); None where `text` is anything else."""
    if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    if not text or len(text) > _LONGEST or any(char not in _HAN for char in text) or _SLIP.search(text):
        return None
    low_high = span(text.replace("〇", "零"))
    return int(low_high[0]) if low_high is not None and low_high[0] == low_high[1] else None


def numbers(text: str) -> list[int] | None:
    """The numbers in a text that holds nothing but numbers and what stands between them; None for any other text."""
    numbers_read = []
    for piece in _BETWEEN.split(text.strip(" \n.。,，、!！)）(（")):
        match = _ONE.fullmatch(piece)
        number = integer(match.group(1)) if match else None
        if number is None:
            return None
        numbers_read.append(number)
    return numbers_read


def decimal(text: str) -> float | None:
    """A number with a point, or a whole one."""
    if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        return float(text)
    whole, point, rest = text.partition("点")
    number = integer(whole)
    if number is None or not point:
        return None if number is None else float(number)
    digits = [DIGITS.get(char, -1) for char in rest]
    return float(f"{number}.{''.join(map(str, digits))}") if digits and min(digits) >= 0 and len(digits) < 9 else None
