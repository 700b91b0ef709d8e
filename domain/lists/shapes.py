"""Columns of the shapes that come again in every list: words, codes, money, days, yes or no, hours of the week, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, Unpack

from domain.lists import cells, several
from domain.lists.column import Column
from domain.lists.known import Known

Names = tuple[str, ...]
CODES = ("编码", "代码", "编号")
PLACES = ("社区", "社区编码", "社区代码", "社区编号", "社区名称", "所在社区")
WEEKLY = ("时间", "时间段", "工作时间", "上班时间", "空闲时间", "有空时间")


class Further(TypedDict, total=False):
    """What a column says besides its shape."""

    required: bool
    keep: bool
    extra: bool


def words(name: str, names: Names, most: int, *, empty: str | None = None, **further: Unpack[Further]) -> Column[str]:
    """So many characters at most."""
    return Column(
        name=name,
        names=names,
        read=lambda cell, _known: cells.text(cell, most=most),
        settle=_settled_text,
        write=cells.guard,
        empty=empty,
        **further,
    )


def _settled_text(value: str | None) -> str | None:
    return None if value is None else cells.clean(value)


def code(name: str, names: Names, *, required: bool = True, keep: bool = False, extra: bool = False) -> Column[str]:
    """A name that programs know."""
    return Column(
        name=name,
        names=names,
        read=lambda cell, _known: cells.code(cell),
        settle=_settled_text,
        write=cells.guard,
        required=required,
        keep=keep,
        extra=extra,
    )


def whole_number(
    name: str, names: Names, ends: tuple[int, int], units: str = "", *, empty: int | None = None, required: bool = False
) -> Column[int]:
    """A whole number between both ends."""
    least, most = ends
    return Column(
        name=name,
        names=names,
        read=lambda cell, _known: cells.whole_number(cell, least=least, most=most, units=units),
        empty=empty,
        required=required,
    )


def money(name: str, names: Names, *, required: bool = False) -> Column[int]:
    """Yuan in the file, fen in the store."""
    return Column(name=name, names=names, read=lambda cell, _known: cells.fen(cell), write=cells.yuan, required=required)


def day(name: str, names: Names, *, required: bool = False) -> Column[date]:
    """A date."""
    return Column(name=name, names=names, read=lambda cell, _known: cells.day(cell), required=required)


def yes(name: str, names: Names, *, empty: bool | None = None, keep: bool = False) -> Column[bool]:
    """是 or 否."""
    return Column(
        name=name,
        names=names,
        read=lambda cell, _known: cells.yes(cell),
        write=lambda value: "yes" if value else "no",
        show=lambda value, _labels: "是" if value else "否",
        choices=("是", "否"),
        empty=empty,
        keep=keep,
    )


def hours(name: str) -> Column[str]:
    """Hours of the week."""
    return Column(
        name=name,
        names=WEEKLY,
        read=several.week_hours,
        show=lambda value, _labels: several.week_words(value),
        settle=_settled_hours,
        empty="",
    )


_NOBODY = Known({}, {}, {}, date.min)


def _settled_hours(value: str) -> str:
    try:
        return several.week_hours(value, _NOBODY) if value else ""
    except ValueError:
        return value


def one_of(choices: str, name: str, names: Names) -> Column[str]:
    """A code of a list of content/choices.yaml."""
    return Column(
        name=name,
        names=names,
        read=several.one_of(choices),
        show=lambda value, labels: labels[choices].get(value, value),
        choices=choices,
        required=True,
    )


def some_of(choices: str, names: Names) -> Column[list[str]]:
    """Codes of a list of content/choices.yaml, in a column of the same name."""
    return Column(
        name=choices,
        names=names,
        read=several.some_of(choices),
        show=lambda values, labels: "；".join(labels[choices].get(value, value) for value in values),
        choices=choices,
        write=";".join,
        empty=(),
    )


def word_of(
    spellings: Mapping[str, tuple[str, ...]], name: str, names: Names, *, empty: str | None = None, **further: Unpack[Further]
) -> Column[str]:
    """A code with words of its own."""
    return Column(
        name=name,
        names=names,
        read=several.word_of(spellings),
        show=lambda value, _labels: spellings[value][0] if value in spellings else value,
        choices=tuple(said[0] for said in spellings.values()),
        empty=empty,
        **further,
    )


def phone(name: str, names: Names, *, landline: bool) -> Column[str]:
    """A mainland number."""
    return Column(name=name, names=names, read=lambda cell, _known: cells.phone(cell, landline=landline), settle=_settled_phone)


def _settled_phone(value: str | None) -> str | None:
    try:
        return cells.phone(value, landline=True) if value else None
    except ValueError:
        return value


def community(names: Names = PLACES) -> Column[str]:
    """A community that there is."""

    def read(cell: str, known: Known) -> str:
        return _found(known.communities, cell, "社区")

    return Column(name="community", names=names, read=read, write=cells.guard, required=True)


def enterprise(names: Names) -> Column[str]:
    """An enterprise that there is."""

    def read(cell: str, known: Known) -> str:
        return _found(known.enterprises, cell, "企业")

    return Column(name="enterprise", names=names, read=read, write=cells.guard, required=True)


def _found(codes: Mapping[str, str], cell: str, what: str) -> str:
    code = codes.get(cells.text(cell, most=200))
    if code is None:
        raise ValueError(f"没有编码是“{cells.short(cell)}”的{what}，请先导入{what}")
    return code


def latitude(*, required: bool = False) -> Column[float]:
    """Degrees north."""
    return _angle("lat", ("纬度", "latitude", "北纬"), 90, required=required)


def longitude(*, required: bool = False) -> Column[float]:
    """Degrees east."""
    return _angle("lon", ("经度", "longitude", "lng", "东经"), 180, required=required)


def _angle(name: str, names: Names, most: float, *, required: bool) -> Column[float]:
    return Column(
        name=name,
        names=names,
        read=lambda cell, _known: cells.degrees(cell, most=most),
        settle=_settled_angle,
        required=required,
    )


def _settled_angle(angle: float | None) -> float | None:
    return None if angle is None else cells.centimetre(angle)
