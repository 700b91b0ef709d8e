"""`motherpost import` and `motherpost export`: rows go in step by step; what is wrong comes back with row, column and reason."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import yaml
from sqlalchemy import Connection

from bot import content
from bot.commands import sheets
from bot.config import Settings
from bot.config import read as read_settings
from bot.setup import open_store
from domain import triage
from domain.forms import load as forms
from domain.lists import KINDS, Header, Kind, Known, Table, Wrong, best_header, find_header, read_row, write_row
from domain.lists.cells import guard
from domain.lists.header import ADDED
from domain.lists.rows import Cell
from domain.notices import LOCAL
from handlers import safety
from storage import lists as stored
from storage.database import Store
from storage.lists import Saved

# Each step commits, so that a chat that goes on meanwhile waits a moment and not for the file.
STEP = 250
SHOWN = 20
Progress = Callable[[Iterable[int]], AbstractContextManager[Iterable[int]]]


class _DryRun(Exception):  # noqa: N818 - the way to leave a transaction without a commit
    """Everything was done; nothing is to stay."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that did not go in: its number as the sheet shows it, its cells, and why."""

    number: int
    cells: Sequence[str]
    wrong: Sequence[Wrong]


@dataclass(slots=True)
class Report:
    """What became of a file."""

    kind: Kind
    header: Header
    saved: Saved = field(default_factory=Saved)
    rejected: list[Rejected] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What staff read on the screen: the first rows that did not go in, and how many more."""
        if unknown := self.header.unknown():
            yield f"不认识的列，没有读：{'、'.join(unknown)}"
        for row in self.rejected[:SHOWN]:
            yield f"第 {row.number} 行：{'；'.join(map(str, row.wrong))}"
        if len(self.rejected) > SHOWN:
            yield f"……还有 {len(self.rejected) - SHOWN} 行"

    def summary(self, *, dry_run: bool) -> str:
        """One line."""
        saved = self.saved
        counts = f"新增 {saved.new}，更新 {saved.changed}，没变 {saved.unchanged}，退回 {len(self.rejected)}"
        return f"{self.kind.title}{'（试跑，什么都没有存）' if dry_run else ''}：{counts}"


def load(settings: Settings, name: str, file: Path, *, dry_run: bool, now: datetime, progress: Progress = nullcontext) -> Report:
    """Read a file and save its good rows; `progress` is shown the steps as they are taken. Raises ValueError where the file cannot be read."""
    kind = KINDS[name]
    table = read_table(kind, file)
    report = Report(kind, find_header(kind, table))
    rows, version = table[report.header.above :], consent_version()
    seen: dict[str, int] = {}
    with closing(open_store(settings)) as store, progress(range(0, len(rows), STEP)) as steps:
        known = _known(store, now)
        for first in steps:
            _step(settings, store, report, rows[first : first + STEP], known, seen=seen, version=version, dry_run=dry_run, now=now)
    return report


def read_table(kind: Kind, file: Path) -> Table:
    """The table of a file whose beginning looks most like this list."""

    def columns(table: Table) -> int:
        found = best_header(kind, table)
        return len(found.columns) if found else 0

    return sheets.read(file, columns)


def consent_version() -> int:
    """The words that mothers agree to now, on paper as in the chat."""
    return forms.load(content.CONTENT / "forms" / "intake.yaml", shared=content.CHOICES).version


def labels() -> dict[str, dict[str, str]]:
    """Codes of sectors, modes and skills with their labels."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(content.CHOICES.read_text("utf-8"), Loader=loader))  # noqa: S506 - safe


def _known(store: Store, now: datetime) -> Known:
    with store.read() as tx:
        communities, enterprises = (stored.names(tx, KINDS[name]) for name in ("communities", "enterprises"))
    return Known.of(labels(), communities=communities, enterprises=enterprises, today=now.astimezone(LOCAL).date())


def _gate(report: Report, values: dict[str, Any]) -> list[Wrong]:
    """What nobody may publish does not come in as published either."""
    from domain.screening import QUERY_CODES, screen

    found = screen(f"{values.get('title', '')}\n{values.get('text', '')}")
    if found.verdict != "block":
        return []
    quotes = "、".join(f"“{finding.quote}”" for finding in found.findings if finding.code not in QUERY_CODES)
    return [Wrong(report.header.written("text"), f"有不合规的内容：{quotes}；请企业改了再发布")]


def _step(
    settings: Settings,
    store: Store,
    report: Report,
    rows: Table,
    known: Known,
    *,
    seen: dict[str, int],
    version: int,
    dry_run: bool,
    now: datetime,
) -> None:
    """Read and save some rows in one transaction."""
    good: dict[str, tuple[int, Sequence[str], dict[str, Any]]] = {}
    bad: list[Rejected] = []
    for number, cells in rows:
        values, wrong = read_row(report.kind, report.header, cells, known)
        key = values.get(report.kind.key)
        if key is not None and seen.setdefault(key, number) != number:
            wrong = [Wrong(report.header.written(report.kind.key), f"“{key}”和第 {seen[key]} 行重复"), *wrong]
        if not wrong and values.get("status") == "published":
            wrong = _gate(report, values)
        if wrong:
            bad.append(Rejected(number, cells, wrong))
        else:
            good[str(key)] = (number, cells, values)
    saved = Saved()
    try:
        with store.begin() as tx:
            saved = stored.save(tx, report.kind, [values for _, _, values in good.values()], consent_version=version, now=now)
            if dry_run:
                raise _DryRun
            if report.kind.name == "suggestions":
                _alarm(tx, settings, [values for _, _, values in good.values()], now=now)
    except _DryRun:
        pass
    for key, (column, why) in saved.refused.items():
        number, cells, _ = good[key]
        bad.append(Rejected(number, cells, [Wrong(report.header.written(column), why)]))
    report.saved.add(saved)
    report.rejected += sorted(bad, key=lambda row: row.number)


def _alarm(tx: Connection, settings: Settings, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Who is on duty learns which papers of the box tell of a danger."""
    dangers = [row for row in rows if isinstance(triage.look(str(row.get("text") or "")), triage.Alarm)]
    if dangers:
        loaded, communities = content.load(settings), stored.ids(tx, KINDS["communities"])
        for row in dangers:
            safety.listed(tx, loaded, number=row["id"], community_id=communities[row["community"]], now=now)


def rejects_file(file: Path) -> Path:
    """Where the rows that did not go in are written."""
    return file.with_name(f"{file.name}.rejected.csv")


def save_rejected(report: Report, file: Path) -> None:
    """The rows that did not go in as they were, with row number and reason, to be put right and imported; for their owner alone."""
    names = report.header.names
    own = [place for place, name in enumerate(names) if name not in ADDED]
    target = os.open(rejects_file(file), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(target, "wb") as out:
        sheets.write_csv(out, [*(guard(names[place]) for place in own), *ADDED], (_rejected(row, own) for row in report.rejected))


def _rejected(row: Rejected, own: Sequence[int]) -> list[str | int]:
    cells = [guard(row.cells[place]) if place < len(row.cells) else "" for place in own]
    return [*cells, row.number, guard("；".join(map(str, row.wrong)))]


def save_all(settings: Settings, name: str, file: Path, *, now: datetime, extra: bool = False) -> int:
    """Write all rows of a list into a new file, with `extra` its optional columns too; how many. Raises FileExistsError rather than overwrite."""
    kind = KINDS[name]
    sheets.check_name(file)
    count = 0

    def rows(tx: Connection) -> Iterator[list[Cell]]:
        nonlocal count
        for count, row in enumerate(stored.listed(tx, kind), 1):  # noqa: B007 - told at the end
            yield write_row(kind, row, extra=extra)

    with closing(open_store(settings)) as store:
        with store.read() as tx:
            sheets.write(file, [column.name for column in kind.shown(extra=extra)], rows(tx))
        with store.begin() as tx:
            stored.exported(tx, kind, now=now)
    return count


def _progress(steps: Iterable[int]) -> AbstractContextManager[Iterable[int]]:
    if sys.stderr.isatty():
        return click.progressbar(steps, label="导入", file=sys.stderr)
    return nullcontext(steps)


def run_import(config: Path | None, name: str, file: Path, *, dry_run: bool) -> bool:
    """The command: progress and errors on standard error, the summary on standard output; whether all rows went in."""
    settings = read_settings(config)
    report = load(settings, name, file, dry_run=dry_run, now=datetime.now(UTC), progress=_progress)
    for line in report.lines():
        click.echo(line, err=True)
    if report.rejected:
        try:
            save_rejected(report, file)
            click.echo(f"退回的行都在 {rejects_file(file)}，改好了可以直接再导入", err=True)
        except OSError as error:
            click.echo(f"退回的行没能写进 {rejects_file(file)}：{error.strerror}", err=True)
    click.echo(report.summary(dry_run=dry_run))
    return not report.rejected


def run_export(config: Path | None, name: str, file: Path, *, cells: bool = False) -> str:
    """The command; what it says. `cells`: with grid cell and building, which only mothers have."""
    if cells and name != "mothers":
        raise ValueError("--cells 只用于 mothers")
    count = save_all(read_settings(config), name, file, now=datetime.now(UTC), extra=cells)
    return f"{KINDS[name].title}：{count} 行，写进了 {file}"
