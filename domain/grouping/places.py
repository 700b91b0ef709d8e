"""Where a suggestion points: numbered and compass-named places, with 三号楼 and 3栋 spelt alike."""

from __future__ import annotations

import re
from typing import NamedTuple

from domain.reading.numbers import NUMERAL, whole

# Kinds of numbered places, and what each is called below. 两栋楼 and 办一期 count; they name nothing.
_NUMBERED = {
    r"号(?:居民|住宅)?楼|#楼?|栋|幢|座(?=楼|单元|门|\d)|(?<=[a-h])座|号院|号(?=门口|门前)": "building",
    r"单元": "unit",
    r"号门": "gate",
    r"号?电梯": "lift",
    r"号车?棚": "shed",
    r"号(?:车|地)?库": "garage",
    r"号(?:工坊|车间)": "workshop",
    r"号?(?:活动|教)室": "room",
    r"号岗?亭": "booth",
    r"路公交车?|路车": "bus",
    r"期(?=小区|工程|楼|院|的|东|西|南|北|\d)": "phase",
    r"区(?!别)": "quarter",
}
_SLOTS = list(_NUMBERED.values())
_PLACE = re.compile(
    rf"(?<![a-z\d这那每另])(?!两)((?:(?:{NUMERAL}|[a-h])号?楼?(?:、|,|和|跟|与|及|到|至|-)){{0,5}})({NUMERAL}|[a-h])(?:"
    + "|".join(f"({pattern})" for pattern in _NUMBERED)
    + ")"
)
_VALUE = re.compile(rf"{NUMERAL}|[a-h]")
_COMPASS = re.compile(
    r"(东南|东北|西南|西北|(?<![山广])东(?!西)|(?<!东)西(?![瓜药装红餐])|南|北|正)"
    r"(?:(?:边|侧|面|头)?的?(?:[大小](?=门))?(门|广场|花园|公园|游园|停车场|车库|地库|车棚|凉亭|亭子|健身区|球场|篮球场|入口|出口|区|院|岗亭)"
    r"|(?:侧|边|头|面|山墙|端|口|路|街|坡|墙))"
)
_BEHIND = re.compile(r"[楼院屋房](?:后|背后)|后(?:院|头|面|边|墙)")
_ROAD = re.compile(r"([\u4e00-\u9fff]{2})(?:路|街|大道|巷|胡同)(?!灯|面|过|沿|牌|障|况|线|人|径|滑|段|程|不|难|平|子)")
_NO_ROAD = re.compile(r"[条修走马过让堵道铺公段的这那半一着了迷问绕探引带赶回归网线电思套水土小大个家门出上下有没无好坏占挡拦在学边侧面头]")
_ESTATE = re.compile(r"([\u4e00-\u9fff]{2})(?:家园|嘉园|花苑|佳苑|新村|公寓|华庭|名苑|雅苑|丽园)")
# A text without one of these characters names no such place; the patterns are then not tried.
_HINT = re.compile(r"[号栋幢座#期区东南西北后正路街道巷园苑村寓庭梯]|单元|胡同")


class Place(NamedTuple):
    """Two suggestions of one group name the same; one may name more. In `parts` the same key must not hold different values."""

    named: frozenset[tuple[str, str]]
    parts: tuple[tuple[str, frozenset[str]], ...]


def place(text: str) -> Place:
    """The place of a normalised text. A unit, a side or a road narrows a place and may be left out by the next writer; a building may not."""
    if not _HINT.search(text):
        return Place(frozenset(), ())
    named = _numbered(text)
    parts = _roads(text)
    for direction, noun in _COMPASS.findall(text):
        if noun:
            named.add((noun, direction))
        else:
            parts.setdefault("side", set()).add(direction)
    if "side" not in parts and _BEHIND.search(text):
        parts["side"] = {"后"}
    if any(slot == "building" for slot, _ in named):
        for slot, value in [item for item in named if item[0] in ("unit", "lift")]:
            named.discard((slot, value))
            parts.setdefault(slot, set()).add(value)
    return Place(frozenset(named), tuple(sorted((slot, frozenset(values)) for slot, values in parts.items())))


def _numbered(text: str) -> set[tuple[str, str]]:
    named = set()
    for match in _PLACE.finditer(text):
        slot = next(slot for slot, kind in zip(_SLOTS, match.groups()[2:], strict=True) if kind)
        for value in [*_VALUE.findall(match[1]), match[2]]:
            number = None if value.isascii() and value.isalpha() else whole(value)
            named.add((slot, value if number is None else str(number)))
    return named


def _roads(text: str) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {}
    for slot, pattern in (("road", _ROAD), ("estate", _ESTATE)):
        for name in pattern.findall(text):
            if not _NO_ROAD.search(name):
                parts.setdefault(slot, set()).add(name)
    return parts
