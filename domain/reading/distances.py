"""Reads how far from home she would go at most, from a length or from minutes on foot or by bicycle."""

from __future__ import annotations

import re

from domain.reading import numbers

_N = numbers.NUMERAL
WALKING, RIDING = 80, 250  # metres a minute
_METRES = {"里": 500, "华": 500, "公": 1000, "千": 1000, "k": 1000, "米": 1, "m": 1}
_LENGTH = re.compile(
    rf"(?=[\d半{numbers.CHINESE}])(?P<half>半)?(?P<n>{_N})?(?:来|多|几|把)?(?:个)?(?:(?P<unit>公里"
    rf"|华里|里(?![面头边屯铺外的]|程)|km|(?<=\d)千米|米(?![饭面粉线])|m(?![a-z]))|(?P<unit2>里(?=的路|地"
    rf"|外)))(?P<plus>半)?"
)
_ON_FOOT = r"走路|步行|走着|腿着|溜达|遛达|走道|步撵|走(?:个|上)?(?=[\d一二两三四五六七八九十半]|$)"
_RIDE = r"骑(?:着)?(?:小)?(?:电动车|电动|电车|电瓶车|电驴子?|自行车|单车|车子?|三轮)?|电动车|电瓶车|电驴|自行车|单车|电三轮|脚踏车"
_DRIVEN = r"开车|坐车|公交车?|打车|坐公交|地铁|班车|自驾|汽车|车程|坐[一二三两\d]+路"
_MODE = re.compile(rf"(?P<none>{_DRIVEN})|(?P<ride>{_RIDE})|(?P<foot>{_ON_FOOT})")
_MINUTES = re.compile(
    rf"(?=[\d半{numbers.CHINESE}])(?:(?P<quarter>[一两三]刻钟?)|(?P<n>{_N})(?:来|多|几)?(?P<unit>分钟"
    rf"|分(?![钱没开配给文]))|(?P<halfhour>半个?(?:小时|钟头|点))|(?P<hours>{_N})个?(?P<half>半)?(?:小时|钟头))"
)
_STATED = re.compile(
    r"(?:住得?(?:不远|很?近|近便)?|住的?(?:地方|那)?(?:离|不远|近)|离?[我俺]家(?:离|到|有)?|上学|学校|幼儿园|孩子|跑了|走了|绕|跟了|追)[^,。]{0,8}$"
)
_LIMIT = re.compile(r"内|能到|以里|就行|最多|顶多|不超|就中|都行|可以|到的|别超|就到|也行|最远|以下|左右|的活|的厂|范围|都能")
_FAR = re.compile(r"[^。]{0,4}(?:太远|有点远|远了|嫌远|就不|不去|外|跑步|长|宽|高|深|布|线|绳|开外的不)")
_ON_WAY = re.compile(r"(?:小时|钟头|分钟?|刻钟?)?(?:以内|之内|内|左右|的)?(?:路程|距离)?的?(?:步行|走路|走|骑车|骑|电动车|腿)")


def distance(text: str) -> int | None:
    """The distance from home in metres that she will go at most; of two the smaller. None where none is said, or only by bus or car."""
    found: list[float] = []
    if "里" in text or "米" in text or "m" in text:
        found.extend(_lengths(text))
    if any(char in text for char in "走步骑车驴腿溜遛") and ("分" in text or "刻" in text or "小时" in text or "钟头" in text):
        found.extend(_rides(text))
    return round(min(found)) if found else None


def _lengths(text: str) -> list[float]:
    result = []
    for match in _LENGTH.finditer(text):
        read = numbers.span(match["n"]) if match["n"] else None
        if read is None and not match["half"]:
            continue
        unit = match["unit"] or match["unit2"]
        metres = _METRES[unit[0]] * ((read[1] if read else 0.5) + (0.5 if match["plus"] else 0))
        stated = _STATED.search(text[max(0, match.start() - 16) : match.start()]) and not _LIMIT.match(text, match.end())
        if (
            50 <= metres <= 50_000
            and not _FAR.match(text, match.end())
            and not (stated and not _LIMIT.search(text[match.end() : match.end() + 4]))
        ):
            result.append(metres)
    return result


def _rides(text: str) -> list[float]:
    result = []
    for match in _MINUTES.finditer(text):
        pace = _pace(text, match)
        minutes = _minutes(match)
        if pace and minutes and 1 <= minutes <= 120:
            stated = _STATED.search(text[max(0, match.start() - 16) : match.start()])
            if not (stated and not _LIMIT.search(text[match.end() : match.end() + 5])) and not _FAR.match(text, match.end()):
                result.append(pace * minutes)
    return result


def _pace(text: str, match: re.Match[str]) -> int:
    """Metres a minute, from the word for the way of going nearest before, else right behind; 0 for a bus, a car or none."""
    low = max(0, match.start() - 10)
    low = max(low, 1 + max(text.rfind(char, low, match.start()) for char in ",。;!?\n"))
    last = None
    for mode in _MODE.finditer(text, low, match.start()):
        last = mode
    if last is None:
        last = _MODE.search(text, match.end(), min(len(text), match.end() + 9))
        if last and not re.fullmatch(r"(?:以内|之内|内|左右|的|路程?|就能|能|可以|就|距离|我|要)*", text[match.end() : last.start()]):
            last = None
    if last is None or last["none"]:
        return 0
    return RIDING if last["ride"] else WALKING


def _minutes(match: re.Match[str]) -> float | None:
    if match["quarter"]:
        return 15 * (numbers.whole(match["quarter"][0]) or 1)
    if match["halfhour"]:
        return 30
    if match["hours"]:
        read = numbers.span(match["hours"])
        return read[1] * 60 + (30 if match["half"] else 0) if read else None
    read = numbers.span(match["n"])
    return read[1] if read and (match["unit"] == "分钟" or read[1] >= 3) else None
