"""Reads .xlsx files as Excel, WPS and programs write them: every sheet, every cell with what it is besides its words."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, NamedTuple

from domain.lists import Table
from domain.lists.given import given

_NO_EXCEL = "不是完好的 Excel 文件，请用 Excel 或 WPS 另存为 .xlsx 再试"
# Lists are packed ten to thirty times smaller; what is a hundred times larger than its file was made to fill the memory.
_RATIO, _HARMLESS, _LARGEST = 100, 16_000_000, 1_000_000_000
# Excel's own precision: what a number holds behind these digits was made up by the spreadsheet.
_EXACT = 10**15
_STRICT = b"http://purl.oclc.org/ooxml/"
# ISO/IEC 29500 part 1 (strict) and part 4 (transitional) name the same things by other addresses.
_TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_UNSEEN = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"[^>]*><(?:\w+:)?c\b')
_ZEROS = re.compile(r"0{2,}")


class Sheet(NamedTuple):
    """A sheet by its name; `hidden`: people who open the file do not see it; so many rows of it they do not see either (a filter)."""

    title: str
    hidden: bool
    rows: Table
    unseen: int = 0


def sheets(file: Path) -> list[Sheet]:
    """All sheets of a workbook. Raises ValueError, in Chinese, where it is none or is made to fill the memory."""
    with warnings.catch_warnings():
        # openpyxl tells of ornaments that it leaves out.
        warnings.simplefilter("ignore")
        try:
            with file.open("rb") as opened:
                return list(_sheets(ordinary(opened, file.name)))
        except (OSError, Oversized):
            raise
        except Exception as error:  # zip, XML and openpyxl each have their own errors
            raise ValueError(f"{file.name} {_NO_EXCEL}") from error


class Oversized(ValueError):
    """Unpacked it would fill the memory."""


def ordinary(opened: IO[bytes], name: str) -> IO[bytes]:
    """The same workbook in the common spelling; looked at before anything of it is unpacked. Raises Oversized."""
    with zipfile.ZipFile(opened) as packed:
        unpacked, size = sum(entry.file_size for entry in packed.infolist()), sum(entry.compress_size for entry in packed.infolist())
        if unpacked > _LARGEST or unpacked > max(_HARMLESS, size * _RATIO):
            raise Oversized(f"{name} 解开有 {unpacked // 1_000_000} MB，不像名单，没有读。请只留要导入的行，另存为新的 .xlsx 再试")
        book = next((entry for entry in packed.namelist() if entry == "xl/workbook.xml"), None)
        if book is None or _STRICT not in packed.read(book):
            opened.seek(0)
            return opened
        return _transitional(packed)


def _transitional(packed: zipfile.ZipFile) -> IO[bytes]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for entry in packed.infolist():
            content = packed.read(entry)
            if entry.filename.endswith((".xml", ".rels")):
                for strict, transitional in _TRANSITIONAL:
                    content = content.replace(strict, transitional)
            written.writestr(entry.filename, content)
    target.seek(0)
    return target


def _sheets(opened: IO[bytes]) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(opened, read_only=True, data_only=True)
    formulas = None
    for sheet in book.worksheets:
        if not hasattr(sheet, "reset_dimensions"):
            continue
        calculated: Any = {}
        has_formulas, unseen = _looked_over(sheet)
        if has_formulas:
            formulas = formulas or load_workbook(opened, read_only=True)
            calculated = dict(_formulas(formulas[sheet.title]))
        yield Sheet(sheet.title, sheet.sheet_state != "visible", _even(list(_rows(sheet, calculated))), unseen)


def _looked_over(sheet: Any) -> tuple[bool, int]:
    """Whether there are formulas, so that a second look is needed; and how many rows are hidden, which openpyxl does not tell."""
    formulas, unseen, left = False, 0, b""
    with sheet._get_source() as source:
        while part := source.read(1 << 20):
            # What a piece cuts in two is read whole with the next one.
            whole, cut, rest = (left + part).rpartition(b"<")
            formulas = formulas or _FORMULA.search(whole) is not None
            unseen += len(_UNSEEN.findall(whole))
            left = cut + rest
    return formulas, unseen


def _formulas(sheet: Any) -> Iterator[tuple[tuple[int, int], str]]:
    """Row and column of every formula, with its words."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield (cell.row, cell.column), str(getattr(cell.value, "text", cell.value))


def _rows(sheet: Any, formulas: dict[tuple[int, int], str]) -> Iterator[tuple[int, list[str]]]:
    # Some programs write a size that is too small.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_text(cell) for cell in row]
        if formulas:
            for place, cell in enumerate(row):
                # A formula that came to nothing is stored as an empty text; without any result its cell has no type.
                if cell.value is None and (number, place + 1) in formulas and cell.data_type != "str":
                    cells[place] = given(formulas[number, place + 1], "formula")
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _even(rows: list[tuple[int, list[str]]]) -> Table:
    """All rows equally wide: in a sheet a remark beside the table is no slipped cell."""
    width = max((len(cells) for _, cells in rows), default=0)
    return [(number, cells + [""] * (width - len(cells))) for number, cells in rows]


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").strip(" ")
    if isinstance(value, datetime):
        shown = f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M:%S}"
        return given(shown, "date")
    if isinstance(value, date):
        return given(value.isoformat(), "date")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return given(_number(value, cell.number_format or ""), "number")
    return str(value)


def _number(value: float, shape: str) -> str:
    """As the sheet shows it: 10 % as that, a number of fixed width with its zeros; a long one with all places, so that it is seen how many."""
    if "%" in shape:
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    if abs(value) >= _EXACT:
        return f"{Decimal(str(value)):f}"
    shown = str(int(value)) if float(value).is_integer() else str(value)
    return shown.zfill(len(shape)) if _ZEROS.fullmatch(shape) else shown
