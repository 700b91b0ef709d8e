"""The list of mothers whom an office registered on paper."""

from __future__ import annotations

from typing import Required, TypedDict

from domain.lists import cells, several, shapes
from domain.lists.column import Column, Kind
from domain.lists.known import Known
from domain.lists.shapes import CODES


class MotherRow(TypedDict, total=False):
    """A mother; children are birth months, pay is in fen, distance in metres."""

    key: Required[str]
    name: str | None
    phone: str | None
    community: Required[str]
    birth_year: int | None
    children: list[str]
    skills: list[str]
    modes: list[str]
    sectors: list[str]
    windows: str
    max_distance_m: int | None
    min_monthly_pay: int | None
    job_consent: bool | None
    cell: str | None
    building: str | None


def _birth_year(cell: str, known: Known) -> int:
    # Nobody under 16 may work (Labour Law 15).
    return cells.whole_number(cell, least=known.today.year - 100, most=known.today.year - 16, units="年|年生")


MOTHERS: Kind[MotherRow] = Kind(
    name="mothers",
    title="妈妈",
    key="key",
    columns=(
        shapes.code("key", (*CODES, "妈妈编号", "妈妈编码")),
        shapes.words("name", ("姓名", "名字", "妈妈姓名"), 100),
        shapes.phone("phone", ("手机", "手机号", "手机号码", "电话", "联系电话"), landline=False),
        shapes.community(),
        Column(name="birth_year", names=("出生年", "出生年份"), read=_birth_year),
        Column(
            name="children",
            names=("孩子", "子女", "孩子出生年月", "子女出生年月", "孩子生日"),
            read=several.birth_months,
            write=";".join,
            empty=(),
        ),
        shapes.some_of("skills", ("技能", "手艺", "会做的活", "会什么")),
        shapes.some_of("modes", ("方式", "就业方式", "干活方式", "怎么干")),
        shapes.some_of("sectors", ("行业", "行当", "想做的行业", "想做的行当")),
        shapes.hours("windows"),
        Column(
            name="max_distance_m",
            names=("最远距离", "最远", "距离", "多远"),
            read=lambda cell, _known: cells.metres(cell, most=1_000_000),
            write=cells.distance,
        ),
        shapes.money("min_monthly_pay", ("期望月薪", "期望收入", "期望月收入", "最低月收入", "想挣多少")),
        shapes.yes("job_consent", ("同意岗位通知", "岗位通知", "同意通知", "是否同意", "同意"), keep=True),
        # For the survey at the door: the grid cell by its code within the community, and where she lives in it.
        shapes.code("cell", ("网格", "网格编码", "网格代码", "网格编号", "所属网格"), required=False, keep=True, extra=True),
        shapes.words("building", ("楼号", "楼栋", "门牌", "楼号门牌", "住址", "地址"), 100, keep=True, extra=True),
    ),
)
