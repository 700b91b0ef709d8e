"""Lists: uploaded with a preview, faults coloured and mended on the page, stored step by step; templates and exports of one's own place."""

from __future__ import annotations

import base64
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from bot.commands import lists, parts, sheets, template
from bot.desk.page import Asked, File, Job, Look, Page, Steps, View
from domain.access import CITY, Scope, scopes
from domain.errors import Refused
from domain.lists import KINDS, Header, Known, Wrong, read_row, show_row
from domain.lists.given import given, nature
from domain.notices import local_day
from handlers.content import Content
from handlers.staff.reports import read_where
from storage import access_log, replica
from storage import lists as stored
from storage.desk import lists as placed
from storage.lists import Saved
from storage.staff import roles

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Lists whose rows lie in a community; the others are the city's.
OF_PLACES = ("mothers", "positions", "classes")
OF_CITY = ("communities", "enterprises")
# Bytes of a file, rows of it, and bytes that it is on the page while its faults are mended.
UPLOAD, ROWS, UNPACKED = 4_000_000, 3_000, 8_000_000
STEP = 50


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list as it was uploaded: its kind, its headings, and its rows by number."""

    kind: str
    header: Header
    rows: list[tuple[int, list[str]]]

    def pack(self) -> str:
        """As a hidden field keeps it; what a sheet told of a cell besides its words stays with it."""
        cells = [[number, [[str(cell), nature(cell)] if nature(cell) else str(cell) for cell in row]] for number, row in self.rows]
        whole = {"kind": self.kind, "columns": list(self.header.columns.items()), "names": self.header.names, "rows": cells}
        return base64.b64encode(zlib.compress(orjson.dumps(whole), 9)).decode()

    @classmethod
    def unpack(cls, packed: str) -> Sheet:
        """The way back from `pack`. Raises Refused for what it did not make."""
        try:
            opened = zlib.decompressobj()
            raw = opened.decompress(base64.b64decode(packed, validate=True), UNPACKED)
            whole = orjson.loads(raw)
            if opened.unconsumed_tail or whole["kind"] not in KINDS:
                raise ValueError
            columns = {int(place): str(name) for place, name in whole["columns"]}
            known = {column.name for column in KINDS[whole["kind"]].columns}
            rows = [(int(number), [given(*cell) if isinstance(cell, list) else str(cell) for cell in row]) for number, row in whole["rows"]]
            if not set(columns.values()) <= known or len(rows) > ROWS:
                raise ValueError
            return cls(whole["kind"], Header(columns=columns, names=tuple(map(str, whole["names"])), above=0), rows)
        except (ValueError, KeyError, TypeError, zlib.error):
            raise Refused("desk.list_unreadable") from None


def show(look: Look) -> View:
    """Which lists she may bring and fetch."""
    return View("lists.html", {"kinds": _kinds(look.scopes("lists.manage")), "titles": {name: kind.title for name, kind in KINDS.items()}})


def _kinds(where: Sequence[Scope]) -> tuple[str, ...]:
    return (*OF_PLACES, *OF_CITY) if CITY in where else OF_PLACES


def _kind(asked: Asked | Job, where: Sequence[Scope], name: str) -> str:
    if name not in _kinds(where):
        raise Refused("staff.not_allowed")
    return name


def _upload(look: Look) -> View:
    """What would come of a file; nothing is stored."""
    where = look.scopes("lists.manage")
    kind = _kind(look, where, look.form.text("kind", 40))
    sheet, notes = _read(kind, look.form.names.get("file", ""), look.form.files.get("file", b""))
    return _preview(look.tx, look.content, sheet, where, today_of=look, notes=notes)


def _read(kind: str, name: str, content: bytes) -> tuple[Sheet, list[str]]:
    """A file as a list. Raises Refused with what is wrong with it."""
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"list{suffix if suffix in ('.csv', '.xlsx') else '.unknown'}"
        file.touch(mode=0o600)
        file.write_bytes(content)
        try:
            sheets, notes = parts.read(KINDS[kind], file)
        except (ValueError, OSError) as error:
            raise Refused("desk.list_wrong", why=str(error)) from None
    if len(sheets) != 1:
        raise Refused("desk.list_sheets")
    rows = [(number, list(cells)) for number, cells in sheets[0].rows]
    if len(rows) > ROWS:
        raise Refused("desk.list_long", most=ROWS)
    return Sheet(kind, sheets[0].header, rows), notes


def _known(tx: Connection, content: Content, asked: Asked | Job) -> Known:
    communities, enterprises = (stored.names(tx, KINDS[name]) for name in ("communities", "enterprises"))
    today = local_day(asked.now)
    return Known.of(content.labels, words=lists.office_words(), communities=communities, enterprises=enterprises, today=today)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list with what was read of it and what is wrong."""

    number: int
    cells: list[str]
    values: Any
    wrong: list[Wrong]


def _judged(tx: Connection, sheet: Sheet, known: Known, where: Sequence[Scope]) -> Iterator[Row]:
    """Every row as an import would take it; none of another place, and no post is published by a list."""
    kind, seen = KINDS[sheet.kind], set[object]()
    ids = stored.ids(tx, KINDS["communities"])
    read = [(number, cells, *read_row(kind, sheet.header, cells, known)) for number, cells in sheet.rows]
    keys = [str(values.get(kind.key)) for _, _, values, _ in read if values.get(kind.key)]
    before = placed.placed(tx, sheet.kind, keys) if sheet.kind in OF_PLACES else {}
    for number, cells, values, wrong in read:
        key = values.get(kind.key)
        if key is not None and key in seen:
            wrong = [Wrong(sheet.header.written(kind.key), "和前面的重复"), *wrong]
        seen.add(key)
        if not wrong and sheet.kind in OF_PLACES:
            lies = {ids.get(str(values.get("community")))} | ({before[key]} if key in before else set())
            if not all(any(scope.covers(Scope(one)) for scope in where) for one in lies):
                wrong = [Wrong(sheet.header.written("community"), "不是您管的社区")]
        if not wrong and sheet.kind == "positions" and values.get("status") == "published":
            wrong = [Wrong(sheet.header.written("status"), "发布要在岗位那一页看过全文再发，这里请写草稿")]
        yield Row(number, cells, values, wrong)


def _preview(
    tx: Connection,
    content: Content,
    sheet: Sheet,
    where: Sequence[Scope],
    *,
    today_of: Asked | Job,
    notes: Sequence[str] = (),
    saved: Saved | None = None,
) -> View:
    rows = list(_judged(tx, sheet, _known(tx, content, today_of), where))
    bad = [row for row in rows if row.wrong]
    left = Sheet(sheet.kind, sheet.header, [(row.number, row.cells) for row in rows if row.wrong or saved is None])
    columns = [(place, sheet.header.names[place]) for place in sorted(sheet.header.columns)]
    values = {
        "title": KINDS[sheet.kind].title,
        "kind": sheet.kind,
        "good": 0 if saved else len(rows) - len(bad),
        "bad": bad,
        "saved": saved,
    }
    unknown = sheet.header.unknown()
    return View(
        "list.html", {**values, "packed": left.pack() if left.rows else "", "columns": columns, "notes": list(notes), "unknown": unknown}
    )


def _store(job: Job) -> Steps:
    """Store the good rows, some at a time; what is still wrong comes back to be mended."""
    sheet = _mended(Sheet.unpack(job.form.text("packed", UNPACKED)), job)
    where: list[Scope] = yield partial(_allowed, job=job, kind=sheet.kind)
    rows: list[Row] = yield lambda tx: list(_judged(tx, sheet, _known(tx, job.content, job), where))
    version, whole = lists.consent_version(), Saved()
    good = [row for row in rows if not row.wrong]
    refused: list[tuple[int, list[str]]] = []
    for first in range(0, len(good), STEP):
        some = good[first : first + STEP]
        saved: Saved = yield partial(_save, kind=sheet.kind, values=[row.values for row in some], version=version, job=job)
        whole.add(saved)
        key = KINDS[sheet.kind].key
        refused += [(row.number, row.cells) for row in some if row.values[key] in saved.refused]
        whole.refused.update(saved.refused)
    bad = [(row.number, row.cells) for row in rows if row.wrong]
    left = Sheet(sheet.kind, sheet.header, [*bad, *refused])
    notes = [f"{key}：{why}" for key, (_, why) in whole.refused.items()]
    view: View = yield partial(_preview, content=job.content, sheet=left, where=where, today_of=job, notes=notes, saved=whole)
    return view


def _allowed(tx: Connection, *, job: Job, kind: str) -> list[Scope]:
    where = scopes(roles.roles_of(tx, job.person_id), "lists.manage")
    _kind(job, where, kind)
    return where


def _save(tx: Connection, *, kind: str, values: Sequence[Any], version: int, job: Job) -> Saved:
    saved = stored.save(tx, KINDS[kind], values, consent_version=version, now=job.now)
    access_log.write(
        tx, actor_id=job.person_id, action="lists.import", subject_kind=kind, subject_id=None, now=job.now, detail={"rows": len(values)}
    )
    return saved


def _mended(sheet: Sheet, job: Job) -> Sheet:
    """The cells that were typed anew on the page, in place of what the file had."""
    typed: dict[tuple[int, int], str] = {}
    for name in job.form.given:
        row, _, place = name.removeprefix("cell-").partition("-")
        if name.startswith("cell-") and row.isdecimal() and place.isdecimal():
            typed[int(row), int(place)] = job.form.text(name, 2000)
    rows = []
    for number, cells in sheet.rows:
        wide = [*cells, *[""] * (len(sheet.header.names) - len(cells))]
        # A cell that nobody touched keeps what its sheet told of it.
        rows.append(
            (
                number,
                [typed[number, place] if typed.get((number, place), str(cell)) != str(cell) else cell for place, cell in enumerate(wide)],
            )
        )
    return Sheet(sheet.kind, sheet.header, rows)


def _template(look: Look) -> File:
    """The empty list with its drop-downs."""
    kind = _kind(look, look.scopes("lists.manage"), look.query.text("kind", 40))
    return File(template.made(look.tx, kind), f"{KINDS[kind].title}名单.xlsx", XLSX)


def _export(look: Look) -> File:
    """The list of her own place, as an import reads it again; that it left is logged."""
    where = look.scopes("lists.manage")
    kind = KINDS[_kind(look, where, look.query.text("kind", 40))]
    codes = {row_id: code for code, row_id in stored.ids(look.tx, KINDS["communities"]).items()}
    mine = {codes.get(scope.community_id or 0) for scope in where}
    rows = (row for row in stored.listed(look.tx, kind) if CITY in where or row.get("community") in mine)
    shown = [show_row(kind, row, look.content.labels) for row in rows]
    look.log("lists.export", kind.name, None, rows=len(shown))
    day, said = f"{look.today:%Y-%m-%d}", read_where(look.content, replica.source(look.tx))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.xlsx"
        sheets.write(file, [column.title for column in kind.shown(extra=False)], shown, title=f"{kind.title}名单（{day}）{said}")
        return File(file.read_bytes(), f"{kind.title}名单-{day}.xlsx", XLSX)


PAGES = (
    Page(
        path="/desk/lists",
        needs="lists.manage",
        show=show,
        looks={"look": _upload},
        jobs={"store": _store},
        menu="desk.menu_lists",
        rank=100,
        upload=UPLOAD,
    ),
    Page(path="/desk/lists/template", needs="lists.manage", show=_template),
    Page(path="/desk/lists/export", needs="lists.manage", show=_export, behind=True),
)
