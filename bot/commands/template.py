"""`motherpost template`: the empty list as an office fills it, with Chinese headings, drop-downs, and a sheet with the rules."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from bot import content
from bot.commands import lists, sheets
from bot.commands.parts import OURS
from bot.config import read
from bot.setup import open_store
from domain.lists import KINDS, AnyColumn, AnyKind
from storage import lists as stored

# Rows with drop-downs: more than an office fills in one go.
ROWS = 2_000
# Columns that name a row of another list.
_PLACES = {"community": "communities", "enterprise": "enterprises"}


def save(config: Path | None, name: str, file: Path) -> None:
    """Write the template of a list. Raises ValueError for another kind of file, FileExistsError rather than overwrite."""
    if file.suffix.lower() != ".xlsx":
        raise ValueError(f"{file.name} 的后缀要是 .xlsx：别的放不下下拉选项和填写说明")
    with closing(open_store(read(config))) as store, store.read() as tx:
        book = _book(KINDS[name], _places(tx))
    sheets.create(file, book.save)


def made(tx: Connection, name: str) -> bytes:
    """The template of a list as the desk gives it."""
    out = io.BytesIO()
    _book(KINDS[name], _places(tx)).save(out)
    return out.getvalue()


def _places(tx: Connection) -> dict[str, list[str]]:
    return {column: list(stored.names(tx, KINDS[of])) for column, of in _PLACES.items()}


def rules() -> dict[str, str]:
    """What is to be written in a column, by its code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load((content.CONTENT / "list_rules.yaml").read_text("utf-8"), Loader=loader))  # noqa: S506 - safe


def _book(kind: AnyKind, places: dict[str, list[str]]) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    page, explained, offered = book.active, book.create_sheet(OURS[0]), book.create_sheet(OURS[1])
    page.title, page.freeze_panes = kind.title, "A2"
    offered.sheet_state = "hidden"
    known, labels = rules(), lists.labels()
    explained.append(["列", "必须填", "怎么填", "可以选"])
    for place, column in enumerate(kind.shown(extra=True), 1):
        choices = _choices(column, labels, places)
        _column(page, place, column)
        if choices:
            _drop_down(page, offered, place, choices, several=column.empty == ())
        explained.append([column.title, "必须" if column.required else "", known[column.name], "、".join(choices[:50])])
    for letter, width in zip("ABCD", (18, 8, 60, 60), strict=True):
        explained.column_dimensions[letter].width = width
    return book


def _choices(column: AnyColumn, labels: dict[str, dict[str, str]], places: dict[str, list[str]]) -> Sequence[str]:
    if isinstance(column.choices, str):
        return list(labels[column.choices].values())
    return column.choices or places.get(column.name, [])


def _column(page: Any, place: int, column: AnyColumn) -> None:
    """A heading, marked where it must be filled; cells are text, so that nothing typed becomes a date or loses digits."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    heading = page.cell(1, place, f"*{column.title}" if column.required else column.title)
    heading.font = Font(bold=True)
    heading.fill = PatternFill("solid", fgColor="FFE699" if column.required else "DDEBF7")
    width = page.column_dimensions[get_column_letter(place)]
    width.width, width.number_format = max(14, 2 * len(column.title) + 4), "@"


def _drop_down(page: Any, offered: Any, place: int, choices: Sequence[str], *, several: bool) -> None:
    """A list to choose from; what may hold several values takes other words too."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(place)
    for row, choice in enumerate(choices, 1):
        offered.cell(row, place, choice)
    rule = DataValidation(type="list", formula1=f"'{OURS[1]}'!${letter}$1:${letter}${len(choices)}", allow_blank=True)
    rule.showErrorMessage = not several
    rule.errorTitle, rule.error = "请从下拉里选", "这一格请从下拉里选一项"
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")
