"""Rows that did not go in: with row number and reason in FILE.rejected.csv, to be put right and imported from there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.commands import sheets
from bot.commands.parts import Part
from domain.lists import Wrong
from domain.lists.cells import guard
from domain.lists.header import ADDED


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
