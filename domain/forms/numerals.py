"""Numbers as people type them into a form: `36`, `３６`, `三十六`, `两千五`, `第二个`, `1 3`, `1、3和5`."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = "零〇一二两俩三四五六七八九十百千万"
_ONE = re.compile(rf"(?:选|要|我选|我要|就|就要|是)?第?(\d+|[{_HAN}]+)(?:个|项|条|号|种|样)?(?:吧|的|呢)?")
_BETWEEN = re.compile(r"[\s,，、;；.。+&/和跟与及]+")
_LONGEST = 15


def integer(text: str) -> int | None:
    """A whole number in ASCII or Chinese digits (below 10^8 in Chinese); None where `text` is anything else."""
    if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    if not text or len(text) > _LONGEST or any(char not in _HAN for char in text):
        return None
    head, wan, tail = text.rpartition("万")
    high, low = (_below_wan(head) if wan else 0), _below_wan(tail, after_wan=bool(wan))
    return None if high is None or low is None or (wan and not head) else high * 10_000 + low


def _below_wan(text: str, *, after_wan: bool = False) -> int | None:
    if len(text) == 4 and not after_wan and all(char in _DIGITS for char in text):  # 二零二一, a year spoken digit by digit
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit, unit = 0, -1, 10_000 if after_wan else 0
    for char in text:
        if char in _UNITS:
            if digit < 0 and (char != "十" or total):
                return None
            unit = _UNITS[char]
            total, digit = total + max(digit, 1) * unit, -1
        elif char == "零" or char == "〇":
            unit, digit = 0, 0
        elif digit <= 0:
            digit = _DIGITS.get(char, 10)
        else:
            return None
    if digit > 9:
        return None
    # 两千五 is 2,500: a last digit without unit counts in the next smaller one.
    return total + max(digit, 0) * (unit // 10 if unit >= 100 else 1)


def numbers(text: str) -> list[int] | None:
    """The numbers in a text that holds nothing but numbers and what stands between them; None for any other text."""
    found = []
    for piece in _BETWEEN.split(text.strip(" \n.。,，、!！)）(（")):
        match = _ONE.fullmatch(piece)
        number = integer(match.group(1)) if match else None
        if number is None:
            return None
        found.append(number)
    return found


def decimal(text: str) -> float | None:
    """A number with a point, or a whole one."""
    if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        return float(text)
    whole, point, rest = text.partition("点")
    number = integer(whole)
    if number is None or not point:
        return None if number is None else float(number)
    digits = [_DIGITS.get(char, -1) for char in rest]
    return float(f"{number}.{''.join(map(str, digits))}") if digits and min(digits) >= 0 and len(digits) < 9 else None
