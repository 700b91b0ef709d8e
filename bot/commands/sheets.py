"""Reads tables from .csv and .xlsx as offices send them, and writes them; what cannot be read is a ValueError in Chinese."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.commands import workbooks
from bot.commands.workbooks import Sheet
from domain.lists import Cell, Table
from domain.lists.given import given

# Columns of sentences, and how wide they are.
_LONG, _WIDE = frozenset({"说明", "建议", "上课时间", "时间", "技能", "方式"}), 36
_DELIMITERS = ",;\t"
_LOOK = 30
# Longer than any cell that is accepted, so that one too long is a row's error and not the file's.
_LONGEST_CELL = 100_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What a spreadsheet leaves of a number when it saves: places behind the point without their last zeros, and zeros from the sixteenth digit on.
_SHORTENED = re.compile(r"\d+\.\d+|\d{15}0+", re.ASCII)


def read(file: Path, known: Callable[[Table], int]) -> list[Sheet]:
    """The sheets of a file; a .csv is one without a name, cut into cells so that `known` finds most in its beginning."""
    check_name(file)
    if file.is_dir():
        raise IsADirectoryError(f"{file} 是文件夹，要写文件")
    if not file.exists():
        raise FileNotFoundError(f"没有这个文件：{file}")
    return workbooks.sheets(file) if file.suffix.lower() == ".xlsx" else [Sheet("", hidden=False, rows=_read_csv(file, known))]


def check_name(file: Path) -> None:
    """Only the two kinds of file. Raises ValueError."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise ValueError(f"{file.name} 的后缀不对，只认 .csv 和 .xlsx；别的请用 Excel 或 WPS 另存")


def _read_csv(file: Path, known: Callable[[Table], int]) -> Table:
    text = _decoded(file)
    # csv.Sniffer guesses from frequencies and is misled by lists inside cells; the known column names do not guess.
    best = max(_DELIMITERS, key=lambda delimiter: known(_beginning(text, delimiter)))
    return list(_records(text, best))


def _beginning(text: str, delimiter: str) -> Table:
    rows = []
    try:
        for record in _records(text, delimiter):
            rows.append(record)
            if len(rows) == _LOOK:
                break
    except ValueError:
        # Cut wrongly, quotes stand in the wrong places; what came before still tells.
        pass
    return rows


def _decoded(file: Path) -> str:
    raw = file.read_bytes()
    if raw.startswith((_ZIP, _OLE)):
        raise ValueError(f"{file.name} 其实是 Excel 文件，请把后缀改成 .xlsx，或者另存为 .csv")
    if raw.startswith(_UTF16):
        # What Excel calls Unicode text.
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        # A superset of GBK and GB2312. Text that is valid UTF-8 by chance is next to impossible, so no guessing by frequencies.
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name} 的编码认不出来，请另存为 UTF-8 的 .csv") from error


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            number += 1
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Read on, and the rest of the file would be one cell.
            raise ValueError(f"第 {number} 行的引号没有成对（从引号开始的格子，里面的引号要写两遍）") from error
        if any(cell.strip() for cell in cells):
            yield number, [given(cell, "number") if _SHORTENED.fullmatch(cell) else cell for cell in cells]


def write(file: Path, names: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> None:
    """A new file of column names and rows, in a workbook below a title, for its owner alone. Raises FileExistsError rather than overwrite."""
    check_name(file)
    if file.suffix.lower() == ".xlsx":
        create(file, lambda out: _write_xlsx(out, names, rows, title))
    else:
        create(file, lambda out: write_csv(out, names, rows))


def create(file: Path, fill: Callable[[Any], object]) -> None:
    """A new file for its owner alone; nothing stays of one that could not be written. Raises FileExistsError rather than overwrite."""
    try:
        target = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise FileExistsError(f"{file} 已经有了，不覆盖") from error
    except OSError as error:
        raise OSError(f"写不了 {file}：{error.strerror}") from error
    try:
        with os.fdopen(target, "wb") as out:
            fill(out)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def write_csv(out: Any, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """UTF-8 with BOM, without which Excel takes Chinese for something else."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(["" if cell is None else f"{cell}" for cell in row] for row in rows)
    text.flush()
    text.detach()


def _write_xlsx(out: Any, names: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.partition("（")[0] or None)
    header = 2 if title else 1
    sheet.freeze_panes = f"A{header + 1}"
    for place, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(_WIDE if name in _LONG else 14, 2 * len(name) + 4)
    _ready_to_print(sheet, header)
    if title:
        sheet.append([_bold(WriteOnlyCell(sheet, title), Font(bold=True, size=14))])
    sheet.append([_bold(WriteOnlyCell(sheet, name), Font(bold=True)) for name in names])
    last = header
    for row in rows:
        sheet.append(list(row))
        last += 1
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(names))}{last}"
    book.save(out)


def _bold(cell: Any, font: Any) -> Any:
    cell.font = font
    return cell


def _ready_to_print(sheet: Any, header: int) -> None:
    """A4 across, all columns on a page, the headings on every page, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{header}"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
