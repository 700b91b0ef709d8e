"""The list of classes with their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Required, TypedDict

from domain.lists import cells, several, shapes, times
from domain.lists.column import Column, Kind
from domain.lists.shapes import CODES, PLACES


class ClassRow(TypedDict, total=False):
    """A class; `leads_to` are codes of posts."""

    code: Required[str]
    title: Required[str]
    skill: Required[str]
    community: Required[str]
    sessions: Required[list[datetime]]
    capacity: Required[int]
    leads_to: list[str]


def _settled(sessions: Iterable[datetime]) -> list[datetime]:
    return sorted(times.to_the_minute(at) for at in sessions)


CLASSES: Kind[ClassRow] = Kind(
    name="classes",
    title="培训班",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "班级编码", "培训班编码", "培训班代码", "培训班编号")),
        shapes.words("title", ("班名", "培训班", "培训班名称", "班级名称", "课程", "课程名称", "名称"), 200, required=True),
        shapes.one_of("skills", "skill", ("技能", "教什么", "学什么", "手艺")),
        shapes.community((*PLACES, "上课社区")),
        Column(
            name="sessions",
            names=("上课时间", "课次", "开课时间", "时间", "日程"),
            required=True,
            read=lambda cell, _known: times.several(cell),
            settle=_settled,
            write=lambda values: ";".join(map(times.written, values)),
        ),
        shapes.whole_number("capacity", ("名额", "人数", "招生人数", "班额", "容量"), (1, 1_000), "人|名|个", required=True),
        Column(
            name="leads_to",
            names=("对应岗位", "岗位", "岗位编码", "学完上岗", "学完能去的岗位"),
            read=lambda cell, _known: several.codes(cell),
            write=lambda values: cells.guard(";".join(values)),
            empty=(),
        ),
    ),
)
