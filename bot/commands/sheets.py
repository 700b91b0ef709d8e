"""Reads tables from .csv and .xlsx as offices send them, and writes them; what cannot be read is a ValueError in Chinese."""

from __future__ import annotations

import codecs
import csv
import io
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from domain.lists import Table
from domain.lists.rows import Cell

_DELIMITERS = ",;\t"
_LOOK = 30
# Longer than any cell that is accepted, so that one too long is a row's error and not the file's.
_LONGEST_CELL = 100_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_EXCEL = "不是完好的 Excel 文件，请用 Excel 或 WPS 另存为 .xlsx 再试"


def read(file: Path, known: Callable[[Table], int]) -> Table:
    """The table of a file: of its sheets, or of its ways to be cut into cells, the one in whose beginning `known` finds most."""
    check_name(file)
    if file.is_dir():
        raise IsADirectoryError(f"{file} 是文件夹，要写文件")
    if not file.exists():
        raise FileNotFoundError(f"没有这个文件：{file}")
    return _read_xlsx(file, known) if file.suffix.lower() == ".xlsx" else _read_csv(file, known)


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
    found = []
    try:
        for record in _records(text, delimiter):
            found.append(record)
            if len(found) == _LOOK:
                break
    except ValueError:
        # Cut wrongly, quotes stand in the wrong places; what came before still tells.
        pass
    return found


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
            yield number, cells


def _read_xlsx(file: Path, known: Callable[[Table], int]) -> Table:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # openpyxl tells of ornaments that it leaves out.
        warnings.simplefilter("ignore")
        try:
            with file.open("rb") as opened:
                book = load_workbook(opened, read_only=True, data_only=True)
                tables = [list(_sheet(sheet)) for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")]
        except OSError:
            raise
        except Exception as error:  # zip, XML and openpyxl each have their own errors
            raise ValueError(f"{file.name} {_NO_EXCEL}") from error
    return _even(max(tables, key=lambda rows: known(rows[:_LOOK]), default=[]))


def _sheet(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # Some programs write a size that is too small.
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _even(rows: list[tuple[int, list[str]]]) -> Table:
    """All rows equally wide: in a sheet a remark beside the table is no slipped cell."""
    width = max((len(cells) for _, cells in rows), default=0)
    return [(number, cells + [""] * (width - len(cells))) for number, cells in rows]


def _text(value: Any) -> str:
    """A sheet's value as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).replace("_x000D_", "").strip(" ")


def write(file: Path, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A new file of column names and rows, for its owner alone. Raises FileExistsError rather than overwrite."""
    check_name(file)
    try:
        target = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise FileExistsError(f"{file} 已经有了，不覆盖") from error
    except OSError as error:
        raise OSError(f"写不了 {file}：{error.strerror}") from error
    try:
        with os.fdopen(target, "wb") as out:
            (_write_xlsx if file.suffix.lower() == ".xlsx" else write_csv)(out, names, rows)
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


def _write_xlsx(out: Any, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append(list(names))
    for row in rows:
        sheet.append(list(row))
    book.save(out)
