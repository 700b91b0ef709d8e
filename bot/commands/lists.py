"""`motherpost import` and `motherpost export`: rows go in step by step; what is wrong comes back with row, column and reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml
from sqlalchemy import Connection

from bot import content
from bot.commands import parts, returned, sheets
from bot.commands.at_the_gate import Gate, let_through
from bot.commands.parts import Part
from bot.commands.returned import Rejected
from bot.config import Settings
from bot.config import read as read_settings
from bot.setup import open_store
from domain import triage
from domain.forms import load as forms
from domain.lists import KINDS, AnyKind, Cell, Known, Table, Wrong, read_row, show_row, write_row
from domain.lists.suggestions import SuggestionRow
from domain.notices import LOCAL
from handlers import safety
from storage import lists
from storage.database import Store
from storage.lists import Saved

# Each step commits, so that a chat that goes on meanwhile waits a moment and not for the file.
STEP = 250
SHOWN = 20
Progress = Callable[[Iterable[int]], AbstractContextManager[Iterable[int]]]


class _DryRun(Exception):  # noqa: N818 - the way to leave a transaction without a commit
    """Everything was done; nothing is to stay."""


@dataclass(slots=True)
class Report:
    """What became of a file."""

    kind: AnyKind
    parts: Sequence[Part]
    # What staff have to know of the file besides its rows.
    notes: list[str]
    gate: Gate
    saved: Saved = field(default_factory=Saved)
    rejected: list[Rejected] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What staff read on the screen: the first rows that did not go in, and how many more."""
        yield from self.notes
        if unknown := list(dict.fromkeys(name for part in self.parts for name in part.header.unknown())):
            yield f"不认识的列，没有读：{'、'.join(unknown)}"
        yield from self.gate.lines(SHOWN)
        for row in self.rejected[:SHOWN]:
            yield f"{row.where()}：{row.reasons()}"
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
    report = Report(kind, *parts.read(kind, file), Gate(cache(lambda: content.load(settings))))
    steps = [(part, rows) for part in report.parts for rows in _cut(part.rows)]
    version = consent_version()
    seen: dict[str, str] = {}
    with closing(open_store(settings)) as store, progress(range(len(steps))) as taken:
        known = _known(store, now)
        for number in taken:
            _step(settings, store, report, *steps[number], known, seen=seen, version=version, dry_run=dry_run, now=now)
    return report


def _cut(rows: Table) -> Iterator[Table]:
    return (rows[first : first + STEP] for first in range(0, len(rows), STEP))


def consent_version() -> int:
    """The words that mothers agree to now, on paper as in the chat."""
    return forms.load(content.CONTENT / "forms" / "intake.yaml", shared=content.CHOICES).version


def labels() -> dict[str, dict[str, str]]:
    """Codes of sectors, modes and skills with their labels."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(content.CHOICES.read_text("utf-8"), Loader=loader))  # noqa: S506 - safe


def office_words() -> dict[str, dict[str, list[str]]]:
    """What else offices call sectors, modes and skills: list name → code → words."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load((content.CONTENT / "office_words.yaml").read_text("utf-8"), Loader=loader))  # noqa: S506 - safe


def _known(store: Store, now: datetime) -> Known:
    with store.read() as tx:
        communities, enterprises = (lists.names(tx, KINDS[name]) for name in ("communities", "enterprises"))
    today = now.astimezone(LOCAL).date()
    return Known.of(labels(), words=office_words(), communities=communities, enterprises=enterprises, today=today)


def _step(
    settings: Settings,
    store: Store,
    report: Report,
    part: Part,
    rows: Table,
    known: Known,
    *,
    seen: dict[str, str],
    version: int,
    dry_run: bool,
    now: datetime,
) -> None:
    """Read and save some rows in one transaction."""
    good: dict[str, tuple[int, Sequence[str], Any]] = {}
    bad: list[Rejected] = []
    for number, cells in rows:
        values, wrong = read_row(report.kind, part.header, cells, known)
        key, here = values.get(report.kind.key), Rejected(part, number, cells, wrong).where()
        if key is not None and seen.setdefault(key, here) != here:
            wrong = [Wrong(part.header.written(report.kind.key), f"“{key}”和{seen[key]}重复"), *wrong]
        if wrong:
            bad.append(Rejected(part, number, cells, wrong))
        else:
            good[str(key)] = (number, cells, values)
    if report.kind.name == "positions":
        public = [(Rejected(part, *row[:2], []), row[2]) for row in good.values() if row[2].get("status") == "published"]
        back = let_through(store, report.gate, public, now=now)
        bad += back.values()
        good = {key: row for key, row in good.items() if key not in back}
    saved = Saved()
    try:
        with store.begin() as tx:
            saved = lists.save(tx, report.kind, [values for _, _, values in good.values()], consent_version=version, now=now)
            if dry_run:
                raise _DryRun
            if report.kind.name == "suggestions":
                _alarm(tx, settings, [values for _, _, values in good.values()], now=now)
    except _DryRun:
        pass
    for key, (column, why) in saved.refused.items():
        number, cells, _ = good[key]
        bad.append(Rejected(part, number, cells, [Wrong(part.header.written(column), why)]))
    report.saved.add(saved)
    report.rejected += sorted(bad, key=lambda row: row.number)


def _alarm(tx: Connection, settings: Settings, rows: Sequence[SuggestionRow], *, now: datetime) -> None:
    """Who is on duty learns which papers of the box tell of a danger."""
    dangers = [row for row in rows if isinstance(triage.look(str(row.get("text") or "")), triage.Alarm)]
    if dangers:
        loaded, communities = content.load(settings), lists.ids(tx, KINDS["communities"])
        for row in dangers:
            safety.listed(tx, loaded, number=row["id"], community_id=communities[row["community"]], now=now)


def save_all(settings: Settings, name: str, file: Path, *, now: datetime, extra: bool = False, codes: bool = False) -> int:
    """Write all rows of a list into a new file, with `extra` its optional columns too, with `codes` as programs read it; how many. Raises FileExistsError rather than overwrite."""
    kind = KINDS[name]
    sheets.check_name(file)
    count, shown, columns = 0, labels(), kind.shown(extra=extra)
    day = f"{now.astimezone(LOCAL):%Y-%m-%d}"

    def rows(tx: Connection) -> Iterator[list[Cell]]:
        nonlocal count
        for count, row in enumerate(lists.listed(tx, kind), 1):  # noqa: B007 - told at the end
            yield write_row(kind, row, extra=extra) if codes else show_row(kind, row, shown, extra=extra)

    with closing(open_store(settings)) as store:
        with store.read() as tx:
            if codes:
                sheets.write(file, [column.name for column in columns], rows(tx))
            else:
                sheets.write(file, [column.title for column in columns], rows(tx), title=f"{kind.title}名单（{day}）")
        with store.begin() as tx:
            lists.exported(tx, kind, now=now)
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
            returned.save(report.rejected, file)
            click.echo(f"退回的行都在 {returned.file_of(file)}，改好了可以直接再导入", err=True)
            if file.suffix.lower() == ".xlsx":
                returned.save_coloured(report.rejected, file)
                click.echo(f"原表里错的格子标了红，最后一列是原因：{returned.coloured_of(file)}", err=True)
        except OSError as error:
            click.echo(f"退回的行没能写进 {returned.file_of(file)}：{error.strerror}", err=True)
    click.echo(report.summary(dry_run=dry_run))
    return not report.rejected


def run_export(config: Path | None, name: str, file: Path, *, cells: bool = False, codes: bool = False) -> str:
    """The command; what it says. `cells`: with grid cell and building, which only mothers have; `codes`: headings and values as programs read them."""
    if cells and name != "mothers":
        raise ValueError("--cells 只用于 mothers")
    count = save_all(read_settings(config), name, file, now=datetime.now(UTC), extra=cells, codes=codes)
    return f"{KINDS[name].title}：{count} 行，写进了 {file}"
