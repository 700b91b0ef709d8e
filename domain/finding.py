"""The words by which a person is found: her name, her given name, its pinyin initials, and her building."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.normal import normalise

# Surnames of two characters that are met most (公安部《二〇二一年全国姓名报告》 and before).
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "夏侯", "令狐", "宇文", "长孙")
_BUILDING = re.compile(r"^\D{0,8}?(\d{1,3})(?:号楼|栋|幢|座|楼)")
_LATIN = re.compile(r"[a-z]{2,8}")


def of_person(name: str | None, building: str | None) -> set[str]:
    """All of them; few, since each is kept as a digest."""
    return {*_of_name(_plain(name)), *_of_building(_plain(building))}


def search_words(text: str) -> set[str]:
    """What somebody may mean who typed this: any of these words of a person."""
    plain = _plain(text)
    return (
        {f"name {plain}", f"given {plain}", *([f"initials {plain}"] if _LATIN.fullmatch(plain) else []), *_of_building(plain)}
        if plain
        else set()
    )


def _plain(text: str | None) -> str:
    return re.sub(r"\W", "", normalise(text or "").text).lower()


def _of_name(name: str) -> Iterator[str]:
    if not name:
        return
    yield f"name {name}"
    given = name[2:] if name.startswith(_DOUBLE) and len(name) > 2 else name[1:]
    if len(given) > 1:
        yield f"given {given}"
    yield f"initials {_initials(name)}"


def _initials(name: str) -> str:
    """llp for 吕丽萍; what is no Chinese character stays as it is."""
    # Here, since its tables take a third of a second that only this needs.
    from pypinyin import Style, lazy_pinyin

    return "".join(syllable[:1] for syllable in lazy_pinyin(name, style=Style.NORMAL)).lower()


def _of_building(building: str) -> Iterator[str]:
    if building:
        yield f"building {building}"
        if match := _BUILDING.match(building):
            yield f"block {int(match[1])}"
