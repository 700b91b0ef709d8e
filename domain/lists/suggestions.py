"""The list of suggestions from an office's box or hotline."""

from __future__ import annotations

from datetime import date
from typing import Required, TypedDict

from domain.lists import shapes
from domain.lists.column import Kind
from domain.lists.shapes import CODES


class SuggestionRow(TypedDict, total=False):
    """A suggestion by the office's number."""

    id: Required[str]
    community: Required[str]
    text: Required[str]
    received_on: date | None


SUGGESTIONS: Kind[SuggestionRow] = Kind(
    name="suggestions",
    title="建议",
    key="id",
    columns=(
        shapes.code("id", (*CODES, "序号", "建议编号", "建议编码")),
        shapes.community(),
        shapes.words("text", ("建议", "内容", "建议内容", "意见", "意见建议", "原话"), 10_000, required=True),
        shapes.day("received_on", ("日期", "收到日期", "收件日期", "提出日期")),
    ),
)
