"""Finds the row of column names, wherever it stands below titles, in Chinese or English, in one row or over two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from domain.lists.column import AnyKind
from domain.lists.known import spelt

# Row number as the sheet shows it, and its cells; blank rows are left out.
Table = Sequence[tuple[int, Sequence[str]]]
# Titles, a note on how to fill it in, the date: what stands above a header.
_LOOK = 30
# Columns that a file of rejected rows has besides its own.
ADDED = ("工作表", "行号", "原因")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`columns`: place of a cell → column's name; `names`: the column names as written; rows begin after the first `above` of the table."""

    columns: dict[int, str]
    names: tuple[str, ...]
    above: int

    def written(self, name: str) -> str:
        """A column's name as it is written in the file; its own where the file does not have it."""
        return next((self.names[place] for place, column in self.columns.items() if column == name), name)

    def unknown(self) -> list[str]:
        """Names of columns that nobody reads."""
        return [name for place, name in enumerate(self.names) if name and place not in self.columns and name not in ADDED]


def _plain(name: str) -> str:
    """纬度（WGS84）, *纬度 and 纬度： are the same; so are pay_min and Pay min."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[*:_'\-]", "", spelt(name))


@cache
def _spellings(kind_name: str, pairs: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {_plain(spelling): name for name, names in pairs for spelling in (name, *names)}


def best_header(kind: AnyKind, table: Table) -> Header | None:
    """The first row, or pair of rows, with the most known column names among the first thirty; None where there are none."""
    spellings = _spellings(kind.name, tuple((column.name, column.names) for column in kind.columns))
    top = [list(cells) for _, cells in table[:_LOOK]]
    single = [_header(spellings, cells, above=number) for number, cells in enumerate(top, 1)]
    # 位置 merged over 纬度 and 经度, beside 编码 merged downwards.
    double = [_header(spellings, _merged(spellings, *rows), above=number) for number, rows in enumerate(pairwise(top), 2)]
    return max((header for header in (*single, *double) if header.columns), key=lambda header: len(header.columns), default=None)


def _merged(spellings: dict[str, str], upper: list[str], lower: list[str]) -> list[str]:
    width = max(len(upper), len(lower))
    both = [(above, below) for above, below in zip(_padded(upper, width), _padded(lower, width), strict=True)]
    if any(below and _plain(above) in spellings for above, below in both):
        # What stands below a column's name is that column's first value: this pair is a header and a row.
        return upper
    return [below if _plain(below) in spellings else above for above, below in both]


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _header(spellings: dict[str, str], cells: Sequence[str], *, above: int) -> Header:
    names = tuple(" ".join(cell.split()) for cell in cells)
    columns = {place: spellings[plain] for place, name in enumerate(names) if name and (plain := _plain(name)) in spellings}
    return Header(columns=columns, names=names, above=above)


def find_header(kind: AnyKind, table: Table) -> Header:
    """The header that `best_header` finds. Raises ValueError, in Chinese, where a column is missing or stands there twice."""
    if not table:
        raise ValueError("文件是空的")
    header = best_header(kind, table)
    columns = list(header.columns.values()) if header else []
    missing = [column for column in kind.columns if column.required and column.name not in columns]
    if header is None or missing:
        names = "、".join(f"{column.name}（{column.names[0]}）" for column in missing)
        raise ValueError(f"{kind.title}表缺少列：{names}")
    for name in columns:
        if columns.count(name) > 1:
            twice = "、".join(header.names[place] for place, column in header.columns.items() if column == name)
            raise ValueError(f"有两列是同一个意思：{twice}；请留一列")
    return header
