"""Reads one cell as people fill it in, and makes a text harmless for spreadsheets; what cannot be read is a ValueError in Chinese."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from domain.lists.given import nature
from domain.normal import normalise
from domain.notices import LOCAL

# As they stand: codes keep their capitals and texts their punctuation, which domain.normal would spell anew.
# U+200D joins a family of emoji into one sign; anywhere else it is rubbish.
_SIGN = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(f"(?<![{_SIGN}\ufe0f])\u200d|\u200d(?![{_SIGN}])")
_PLAIN = {
    **{0xFF10 + n: 0x30 + n for n in range(10)},
    **{0xFF21 + n: 0x41 + n for n in range(26)},
    **{0xFF41 + n: 0x61 + n for n in range(26)},
    **dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF]),
    **dict.fromkeys(range(0xD800, 0xE000)),
    0x3000: 0x20,
}
# What spreadsheets take for the start of a formula: OWASP's list on CSV injection, its full-width forms included.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"
_GUARDED = re.compile(f"''*[{_FORMULA}]")
_GUARD = re.compile(f"'*[{_FORMULA}]")
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}(?:\.0+)?", re.ASCII)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DIGITS = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
# A spreadsheet keeps fifteen digits of a number.
_EXACT = 15
_CLOCK = (
    r"(?:\s*t?\s*(?P<half>上午|下午|晚上|am|pm)?\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<late>am|pm)?\s*(?P<zone>z|[+-]\d\d:?\d\d)?)?"
)
_DAY = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?{_CLOCK}", re.ASCII)
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?", re.ASCII)
# Days that a spreadsheet counts from the end of 1899, with the clock behind the point; five digits are the years 1927 to 2173.
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_EPOCH = date(1899, 12, 30).toordinal()
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "对", "同意", "√", "✓"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "不", "不是", "不同意", "×", "x"})
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0\d{2,3}\d{7,8}|[48]00\d{7})(?:转(\d{1,6}))?", re.ASCII)


def clean(text: str) -> str:
    """Trimmed; full-width digits and letters as plain ones, line ends as one, what cannot be seen dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAIN)
    return (_STRAY_JOINER.sub("", plain) if "\u200d" in plain else plain).strip()


def guard(text: str) -> str:
    """With a ' in front where a spreadsheet could take it for a formula; `unguard` gives exactly `text` back."""
    return f"'{text}" if _GUARD.match(text) else text


def unguard(text: str) -> str:
    """Without the ' that `guard` put there."""
    return text[1:] if _GUARDED.match(text) else text


def text(cell: str, *, most: int) -> str:
    """Words as they stand; refused where the spreadsheet has made something else of them."""
    if nature(cell) == "date":
        raise ValueError(f"“{cell}”被表格改成了日期，原来写的看不出来了。请把这一列改成文本格式再填")
    if nature(cell) == "number" and len(cell.lstrip("-").partition(".")[0]) > _EXACT:
        raise ValueError(f"“{cell}”是数字格式，表格只记得住 {_EXACT} 位，后面的已经丢了。请把这一列改成文本格式再填")
    cleaned = clean(unguard(clean(cell)))
    if cleaned in _ERRORS:
        raise ValueError(f"这一格是表格算错的值 {cleaned}")
    if len(cleaned) > most:
        raise ValueError(f"太长了：{len(cleaned)} 个字，最多 {most} 个")
    return cleaned


def code(cell: str) -> str:
    """A code or a number that is a name; refused where the spreadsheet has rounded it."""
    cleaned = text(cell, most=64)
    if _DIGITS.fullmatch(cleaned):
        raise ValueError(f"“{cleaned}”被表格改成了科学计数，原来的数字已经丢了。请把这一列改成文本格式再填")
    if "\n" in cleaned or "\t" in cleaned:
        raise ValueError("编码里不能有换行")
    return cleaned


def _plain(cell: str, units: str = "") -> str:
    plain = _THOUSANDS.sub("", normalise(clean(cell)).text.strip())
    return re.sub(rf"\s*(?:{units})$", "", plain) if units else plain


def whole_number(cell: str, *, least: int, most: int, units: str = "") -> int:
    """A whole number from `least` to `most`."""
    plain = _plain(cell, units)
    if "%" in units and _NUMBER.fullmatch(plain) and 0 < Decimal(plain) < 1:
        raise ValueError(f"“{short(cell)}”是 {(Decimal(plain) * 100).normalize():f}% 吗？请写百分数，不写小数，比如 10")
    if not _WHOLE.fullmatch(plain) or not least <= (number := int(Decimal(plain))) <= most:
        raise ValueError(f"“{short(cell)}”要是 {least} 到 {most} 的整数")
    return number


def degrees(cell: str, *, most: float) -> float:
    """Degrees between -`most` and `most`."""
    plain = _plain(cell, "°|度")
    number = float(plain) if _NUMBER.fullmatch(plain) else float("nan")
    if not isfinite(number) or abs(number) > most:
        raise ValueError(f"“{short(cell)}”要是 -{most:g} 到 {most:g} 之间的度数，比如 37.46")
    return number


def centimetre(angle: float) -> float:
    """Degrees to seven places, as they are compared: a spreadsheet keeps less of a number than a float holds."""
    return round(angle, 7)


_NEAR = 100
_FAR = re.compile(r"(\d+(?:\.\d+)?)\s*(公里|千米|km|里地|里|米|m)?", re.ASCII)
_METRES = {"公里": 1000, "千米": 1000, "km": 1000, "里地": 500, "里": 500}


def metres(cell: str, *, most: int) -> int:
    """Metres, or kilometres that are named so. A bare number too small for metres is asked back: 3 is meant as kilometres."""
    plain = _plain(cell)
    match = _FAR.fullmatch(plain)
    number = Decimal(match[1]) * _METRES.get(match[2] or "", 1) if match else Decimal(-1)
    if match and match[2] is None and 0 < number < _NEAR:
        raise ValueError(
            f"“{short(cell)}”是 {number:f} 公里吗？这一列记的是米：请写 {number:f}公里，或者写 {number * 1000:f}；真是 {number:f} 米就写 {number:f}米"
        )
    if match is None or not 0 <= number <= most or number != int(number):
        raise ValueError(f"“{short(cell)}”要是 0 到 {most} 的米数，或者写 3公里 这样")
    return int(number)


def distance(far: int) -> int | str:
    """Metres as they are written: with their unit where a bare number would be asked back."""
    return f"{far}米" if 0 < far < _NEAR else far


def fen(cell: str) -> int:
    """Yuan with at most two decimals, as whole fen; a spreadsheet's own rounding (0.30000000000000004) is forgiven."""
    plain = _plain(cell, "元|块|块钱").removeprefix("¥").removeprefix("￥")
    number = Decimal(plain) * 100 if _NUMBER.fullmatch(plain) else Decimal(-1)
    if not 0 <= number <= 100_000_000:
        raise ValueError(f"“{short(cell)}”要是 0 到 1000000 之间的元数，比如 2.5")
    rounded = number.to_integral_value()
    if abs(number - rounded) > Decimal("1e-6"):
        raise ValueError(f"“{short(cell)}”最多写到分，也就是两位小数")
    return int(rounded)


def yuan(amount: int) -> Decimal:
    """Fen as yuan, exactly."""
    return Decimal(amount) / 100


def yes(cell: str) -> bool:
    """是 or 否, in any of the ways people tick."""
    plain = _plain(cell)
    if plain not in _YES | _NO:
        raise ValueError(f"“{short(cell)}”请写“是”或“否”")
    return plain in _YES


def day(cell: str) -> date:
    """A date with a year of four digits, perhaps with a clock time, or a spreadsheet's count of days. A time with another zone is told in ours.

    No library: dateutil and dateparser guess what is missing and read 11/12/26 one way or the other; here a doubt goes back to who wrote it.
    """
    plain = _plain(cell)
    try:
        if _SERIAL.fullmatch(plain):
            return date.fromordinal(_EPOCH + int(float(plain)))
        if (match := _EIGHT.fullmatch(plain) or _DAY.fullmatch(plain)) and 1900 <= int(match[1]) <= 2199:
            day_ = date(int(match[1]), int(match[2]), int(match[3]))
            return _local(day_, match) if match.re is _DAY and match["hour"] else day_
    except ValueError:
        pass
    raise ValueError(f"“{short(cell)}”不是日期，请写成 2026-11-24 这样")


def _local(day_: date, match: re.Match[str]) -> date:
    """The day in China at that clock time. Raises ValueError where there is no such time."""
    hour, afternoon = int(match["hour"]), {match["half"], match["late"]} & {"下午", "晚上", "pm"}
    if afternoon and hour < 12:
        hour += 12
    at = datetime(day_.year, day_.month, day_.day, hour, int(match["minute"]), int(match["second"] or 0), tzinfo=LOCAL)
    if zone := match["zone"]:
        at = datetime.fromisoformat(f"{at:%Y-%m-%dT%H:%M}{'+00:00' if zone == 'z' else zone}").astimezone(LOCAL)
    return at.date()


def phone(cell: str, *, landline: bool = False) -> str:
    """Digits of a mainland mobile; with `landline` also area code and number, perhaps with an extension (05356688888转801)."""
    # A program that takes a column for numbers writes 13900001111.0.
    plain = re.sub(r"(?<=\d{5})\.0$", "", _plain(cell))
    digits = re.sub(r"[\s()\-–—·.]", "", re.sub(r"-(?=\d{1,6}$)(?<=\d{7}-)", "转", plain))
    digits = re.sub(r"^(?:\+|00)86|^86(?=1\d{10}$)", "", digits)
    if _MOBILE.fullmatch(digits) or (landline and _LANDLINE.fullmatch(digits)):
        return digits
    raise ValueError(f"“{short(cell)}”不是" + ("电话：请写 11 位手机号，或者带区号的座机" if landline else " 11 位手机号"))


def short(cell: str) -> str:
    """A cell in a message: its beginning, on one line."""
    cleaned = " ".join(clean(cell).split())
    return cleaned if len(cleaned) <= 20 else f"{cleaned[:20]}…"
