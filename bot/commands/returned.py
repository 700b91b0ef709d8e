"""Rows that did not go in: with row number and reason in FILE.rejected.csv, to be put right and imported from there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bot.commands import sheets, workbooks
from bot.commands.parts import Part
from domain.lists import Wrong
from domain.lists.cells import guard
from domain.lists.header import ADDED

_REASON = ADDED[-1]
_WRONG = "FFC7CE"


class Rejected(NamedTuple):
    """A row that did not go in: its part and number as the sheet shows it, its cells, and why."""

    part: Part
    number: int
    cells: Sequence[str]
    wrong: Sequence[Wrong]

    def where(self) -> str:
        """As staff find it."""
        return f"{self.part.sheet} 第 {self.number} 行" if self.part.sheet else f"第 {self.number} 行"

    def reasons(self) -> str:
        """All that is wrong with it."""
        return "；".join(map(str, self.wrong))


def file_of(file: Path) -> Path:
    """Where the rows that did not go in are written."""
    return file.with_name(f"{file.name}.rejected.csv")


def save(rejected: Sequence[Rejected], file: Path) -> None:
    """The rows as they were, of all sheets below each other; for their owner alone."""
    names = list(dict.fromkeys(name for row in rejected for name in row.part.header.names if name not in ADDED))
    several = any(row.part.sheet for row in rejected)
    target = os.open(file_of(file), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(target, "wb") as out:
        added = ADDED if several else ADDED[1:]
        sheets.write_csv(out, [*map(guard, names), *added], _rows(rejected, names, several=several))


def _rows(rejected: Sequence[Rejected], names: Sequence[str], *, several: bool) -> Iterator[list[str | int]]:
    for row in rejected:
        own = dict(zip(row.part.header.names, row.cells, strict=False))
        yield [*(guard(own.get(name, "")) for name in names), *([row.part.sheet] if several else []), row.number, guard(row.reasons())]


def coloured_of(file: Path) -> Path:
    """The office's own workbook with what is wrong in it."""
    return file.with_name(f"{file.name}.rejected.xlsx")


def save_coloured(rejected: Sequence[Rejected], file: Path) -> None:
    """The office's own workbook, its wrong cells coloured and the reasons in a last column; for its owner alone."""
    import warnings

    from openpyxl import load_workbook

    with warnings.catch_warnings(), file.open("rb") as opened:
        warnings.simplefilter("ignore")
        book = load_workbook(workbooks.ordinary(opened, file.name))
    for part in dict.fromkeys(row.part.place for row in rejected):
        _colour(book[part], [row for row in rejected if row.part.place == part])
    target = os.open(coloured_of(file), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(target, "wb") as out:
        book.save(out)


def _colour(page: Any, rejected: Sequence[Rejected]) -> None:
    from openpyxl.styles import PatternFill

    names, top = rejected[0].part.header.names, rejected[0].part.top
    reasons = names.index(_REASON) + 1 if _REASON in names else len(names) + 1
    page.cell(top, reasons, _REASON)
    for row in page.iter_rows(min_row=top + 1):
        for cell in row:
            # What was coloured before and is right now is plain again.
            if cell.fill.fgColor.rgb == f"00{_WRONG}":
                cell.fill = PatternFill()
            if cell.column == reasons:
                cell.value = None
    for row in rejected:
        page.cell(row.number, reasons, row.reasons())
        for place in {names.index(wrong.column) + 1 for wrong in row.wrong if wrong.column in names} | {reasons}:
            page.cell(row.number, place).fill = PatternFill("solid", fgColor=_WRONG)
