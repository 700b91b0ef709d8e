"""Reads one row of a list into values, with everything that is wrong in it, and writes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.lists.column import AnyColumn, AnyKind, Cell, Kind, Labels, Row
from domain.lists.given import nature
from domain.lists.header import Header
from domain.lists.known import Known

_UNCALCULATED = "这一格是公式，文件里没有算出来的结果。请用 Excel 或 WPS 打开、保存一次再导入，或者直接填结果"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: the column as written in the file (empty: the row as a whole), and why."""

    column: str
    why: str

    def __str__(self) -> str:
        return f"{self.column}：{self.why}" if self.column else self.why


def read_row(kind: Kind[Row], header: Header, cells: Sequence[str], known: Known) -> tuple[Row, list[Wrong]]:
    """Values by column name, of the columns that the file has, and all that is wrong. A blank cell is the column's `empty`, or left out where it keeps."""
    values: dict[str, object] = {}
    wrong: list[Wrong] = []
    columns = {column.name: column for column in kind.columns}
    for place, name in header.columns.items():
        column, cell = columns[name], cells[place] if place < len(cells) else ""
        # What a sheet told of a cell stays with it; such a cell has no blanks around.
        cell = cell if nature(cell) else cell.strip()
        try:
            if nature(cell) == "formula":
                raise ValueError(_UNCALCULATED)
            value = column.read(cell, known) if cell else None
        except ValueError as error:
            wrong.append(Wrong(header.names[place], str(error)))
            continue
        if value in (None, ""):
            if column.required:
                wrong.append(Wrong(header.names[place], "不能空着"))
            elif not column.keep:
                values[name] = column.blank()
        else:
            values[name] = value
    if any(cell.strip() for cell in cells[len(header.names) :]):
        wrong.append(Wrong("", "这一行的格子比表头多，后面的可能错位了（文字里的逗号要用引号括起来）"))
    row = kind.row(values)
    if not wrong:
        wrong = [Wrong(header.written(name), why) for name, why in kind.check(row, known)]
    return row, wrong


def settled(kind: AnyKind, row: Mapping[str, object]) -> dict[str, object]:
    """The columns of a row, stored or read, in the form in which the two are compared."""
    return {column.name: column.settle(row[column.name]) for column in kind.columns if column.name in row}


def write_row(kind: AnyKind, row: Mapping[str, object], *, extra: bool = False) -> list[Cell]:
    """A stored row as cells; numbers and dates as such, texts harmless for spreadsheets."""
    return [_written(column, row[column.name]) for column in kind.shown(extra=extra)]


def show_row(kind: AnyKind, row: Mapping[str, object], labels: Labels, *, extra: bool = False) -> list[Cell]:
    """A stored row as people read it: labels for codes; an import reads the same of it."""
    return [_shown(column, row[column.name], labels) for column in kind.shown(extra=extra)]


def _shown(column: AnyColumn, value: Any, labels: Labels) -> Cell:
    if column.show is None or value is None:
        return _written(column, value)
    return column.show(column.settle(value), labels)


def _written(column: AnyColumn, value: Any) -> Cell:
    if value is None:
        return None
    # Coordinates leave as exact as they are.
    kept: Cell = value if isinstance(value, float) else column.settle(value)
    return kept if column.write is None else column.write(kept)
