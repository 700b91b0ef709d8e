"""The federation's figures as a table for people, for spreadsheets, or as text, with how each is counted below it."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.commands import council, mediation, sheets, workshops
from bot.setup import everything
from domain.access import CITY
from domain.lists import Cell
from domain.lists.cells import guard
from domain.staff.reports import NAMES, Line, for_outside, period
from handlers.content import Content
from handlers.staff.reports import read_where
from storage import replica
from storage.database import Store
from storage.people import persons
from storage.staff import reports

HIDDEN = "*"
Row = list[Cell]


def run(
    file: Path | None, *, of: str = "work", month: str | None, format_: str, out: Path | None, outside: bool, now: datetime
) -> bytes | None:
    """The report `of` work, the council, mediation or pay, or None where it went into `out`. Raises ValueError for a month that is none, FileExistsError rather than overwrite."""
    _, store, content = everything(file)
    made = {"council": council.table, "mediation": mediation.table, "pay": workshops.table}.get(of, table)

    def read(source: replica.Source) -> tuple[list[str], list[Row], list[str]]:
        names, rows, notes = made(source.store, content, month=month, outside=outside, now=now)
        return names, rows, [*notes, *filter(None, [read_where(content, source)])]

    with closing(store):
        names, rows, notes = replica.behind(store, read)
    if format_ == "text":
        title = content.phrases.say("reports.title_month" if month else "reports.title_all", month=month)
        return _written(out, "\n".join([title, "", *aligned([names, *rows]), "", *notes, ""]).encode())
    below: list[Row] = [[]]
    below += [[note] for note in notes]
    if out is not None:
        sheets.write(out, names, [*rows, *below])
        return None
    lines = io.BytesIO()
    sheets.write_csv(lines, names, [*rows, *below])
    return lines.getvalue()


def _written(out: Path | None, text: bytes) -> bytes | None:
    if out is None:
        return text
    try:
        target = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise FileExistsError(f"{out} 已经有了，不覆盖") from error
    except OSError as error:
        raise OSError(f"写不了 {out}：{error.strerror}") from error
    with os.fdopen(target, "wb") as opened:
        opened.write(text)
    return None


def table(store: Store, content: Content, *, month: str | None, outside: bool, now: datetime) -> tuple[list[str], list[Row], list[str]]:
    """Column names, rows, and the notes below them."""
    say = content.phrases.say
    when = period(month, now=now)
    groups = {"mode": list(content.labels["modes"]), "sector": list(content.labels["sectors"])}
    with store.read() as tx:
        lines = reports.lines(tx, [CITY], when, groups)
        communities = {row.code: row.name for row in persons.communities(tx)}
    labels = {
        "community": communities,
        "mode": content.labels["modes"],
        "sector": content.labels["sectors"],
        "all": {"": say("reports.all")},
    }
    names = [say(f"reports.column_{name}") for name in ("dimension", "code", "name", *NAMES)]
    rows: list[Row] = []
    for line in for_outside(lines) if outside else lines:
        name = labels[line.dimension].get(line.code, line.code or say("reports.unsaid"))
        head: Row = [say(f"reports.dimension_{line.dimension}"), guard(line.code), guard(name)]
        rows.append([*head, *_figures(line, outside=outside)])
    notes = [say("reports.means"), *(say(f"reports.means_{name}") for name in (*NAMES, "groups")), *([say("reports.means_few")] * outside)]
    return names, rows, notes


def _figures(line: Line, *, outside: bool) -> Row:
    """The median is empty where nobody started; what is kept back is a star."""
    hidden = HIDDEN if outside else None
    return [
        hidden if line.figures[name] is None and (name != "median_days" or line.figures["started"] != 0) else line.figures[name]
        for name in NAMES
    ]


def width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two (UAX #11)."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def aligned(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Rows as lines of equally wide columns: texts to the left, numbers to the right."""
    texts = [["" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(width(row[place]) for row in texts) for place in range(len(texts[0]))]
    head = 3
    return [
        "  ".join(
            cell + " " * (wide - width(cell)) if place < head else " " * (wide - width(cell)) + cell
            for place, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in texts
    ]
