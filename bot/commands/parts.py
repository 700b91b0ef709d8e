"""Which sheets of an office's file are the list: every one that is shown and has its columns; what is not read is told."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bot.commands import sheets
from bot.commands.workbooks import Sheet
from domain.lists import AnyKind, Header, Table, best_header, find_header

# Sheets of our own templates.
OURS = ("填写说明", "选项")


class Part(NamedTuple):
    """The list's rows on one sheet; `sheet` is its name where the file has several, else empty."""

    sheet: str
    header: Header
    rows: Table
    # The sheet's name in the file, and the number of the row that holds the headings.
    place: str
    top: int


def read(kind: AnyKind, file: Path) -> tuple[list[Part], list[str]]:
    """The parts of a list, and what staff have to know of the rest of the file. Raises ValueError where there is no such list."""

    def columns(table: Table) -> int:
        header = best_header(kind, table)
        return len(header.columns) if header else 0

    sheets_with_rows = [sheet for sheet in sheets.read(file, columns) if sheet.rows]
    shown = [sheet for sheet in sheets_with_rows if not sheet.hidden]
    notes = [
        f"工作表“{sheet.title}”是隐藏的，里面 {len(sheet.rows)} 行没有读"
        for sheet in sheets_with_rows
        if sheet.hidden and sheet.title not in OURS
    ]
    lists = [sheet for sheet in shown if _holds(kind, sheet)]
    if not lists:
        if not shown and sheets_with_rows:
            raise ValueError("；".join(notes) + "。要导入的话，请先取消隐藏")
        # The error of the sheet that looks most like it.
        find_header(kind, max((sheet.rows for sheet in shown), key=columns, default=[]))
    notes += [
        f"工作表“{sheet.title}”没有读，有 {len(sheet.rows)} 行：不是{kind.title}表，或者缺少列"
        for sheet in shown
        if sheet not in lists and sheet.title not in OURS
    ]
    notes += [f"工作表“{sheet.title}”里有 {sheet.unseen} 行被隐藏或筛掉了，也一起读了" for sheet in lists if sheet.unseen]
    several = len(lists) > 1
    return [_part(kind, sheet, named=several) for sheet in lists], notes


def _holds(kind: AnyKind, sheet: Sheet) -> bool:
    header = best_header(kind, sheet.rows)
    return header is not None and all(column.name in header.columns.values() for column in kind.columns if column.required)


def _part(kind: AnyKind, sheet: Sheet, *, named: bool) -> Part:
    try:
        header = find_header(kind, sheet.rows)
    except ValueError as error:
        raise ValueError(f"工作表“{sheet.title}”：{error}" if named else str(error)) from error
    return Part(sheet.title if named else "", header, sheet.rows[header.above :], sheet.title, sheet.rows[header.above - 1][0])
