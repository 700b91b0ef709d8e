"""The list of lots: what firms bring to be worked on by the piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Required, TypedDict

from domain.lists import shapes
from domain.lists.column import Finding, Kind
from domain.lists.known import Known
from domain.lists.shapes import CODES


class LotRow(TypedDict, total=False):
    """A lot; the rate for a good piece is in fen."""

    code: Required[str]
    enterprise: Required[str]
    community: Required[str]
    position: str | None
    item: Required[str]
    pieces: Required[int]
    rate: Required[int]
    deadline: Required[date]
    training: str


def _whole(row: LotRow, _known: Known) -> Iterator[Finding]:
    if row.get("rate") == 0:
        yield "rate", "每件的工钱要大于零"


LOTS: Kind[LotRow] = Kind(
    name="lots",
    title="来料",
    key="code",
    columns=(
        shapes.code("code", (*CODES, "批号", "批次", "来料编码", "来料编号")),
        shapes.enterprise(("企业", "企业编码", "企业代码", "企业编号", "企业名称", "送料企业")),
        shapes.community(),
        shapes.code("position", ("岗位", "岗位编码", "岗位代码", "岗位编号"), required=False),
        shapes.words("item", ("做什么", "品名", "名称", "物料", "产品", "活儿"), 40, required=True),
        shapes.whole_number("pieces", ("件数", "数量", "总件数"), (1, 1_000_000), "件|个", required=True),
        shapes.money("rate", ("单价", "每件", "件价", "计件单价", "每件工钱"), required=True),
        shapes.day("deadline", ("交活日期", "截止日期", "交期", "期限"), required=True),
        shapes.words("training", ("先学什么", "培训", "培训要求"), 60, empty=""),
    ),
    check=_whole,
)
