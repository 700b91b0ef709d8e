"""The list of a hotline's calls by month."""

from __future__ import annotations

from typing import Required, TypedDict

from domain.lists import several, shapes
from domain.lists.column import Column, Kind


class HotlineRow(TypedDict):
    """Calls of the women's line in a month, YYYY-MM."""

    month: Required[str]
    calls: Required[int]


HOTLINE: Kind[HotlineRow] = Kind(
    name="hotline",
    title="热线",
    key="month",
    columns=(
        Column(name="month", names=("月份", "月", "年月", "统计月份"), read=several.month_past, required=True),
        shapes.whole_number(
            "calls", ("来电数", "来电", "电话数", "来电量", "接听量", "件数"), (0, 1_000_000), "个|通|件|次", required=True
        ),
    ),
)
