"""Mediation for the command line: cases by community and kind with what became of them, and the hotline's calls; small numbers are never told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.access import CITY
from domain.few import FEW
from domain.lists import Cell
from domain.lists.cells import guard
from domain.mediation.figures import CASES, RESULTS, Told, counted, days, halves, told, trend
from domain.mediation.kinds import KINDS
from domain.staff.reports import period
from handlers.content import Content
from storage.database import Store
from storage.mediation import figures
from storage.people import persons

HIDDEN = "*"
NAMES = (CASES, *RESULTS)
Row = list[Cell]


class _Group(NamedTuple):
    """The rows of a dimension: code → name, and its cases."""

    dimension: str
    names: Mapping[str, str]
    cases: Mapping[str, Sequence[Told]]


def table(store: Store, content: Content, *, month: str | None, outside: bool, now: datetime) -> tuple[list[str], list[Row], list[str]]:
    """Column names, rows, and the notes below them. What is few is hidden inside the federation too: only who has a case may know of it."""
    say = content.phrases.say
    when = period(month, now=now)
    with store.read() as tx:
        cases_told, calls = figures.told(tx, [CITY], when), figures.hotline(tx, when)
        places = {row.code: row.name for row in persons.communities(tx)}
    kinds: dict[str, str] = {kind: content.labels["case_kinds"][kind] for kind in KINDS}
    groups = (
        _Group("all", {"": say("reports.all")}, {"": cases_told}),
        _Group("community", places, {code: [one for one in cases_told if one.community == code] for code in places}),
        _Group("kind", kinds, {kind: [one for one in cases_told if one.kind == kind] for kind in kinds}),
    )
    head = [say(f"reports.column_{name}") for name in ("dimension", "code", "name")]
    names = [*head, *(say(f"mediation.column_{name}") for name in (*NAMES, "days", "calls", "before", "year_before"))]
    rows = [row for group in groups for row in _rows(content, group)]
    rows += [
        [say("mediation.hotline"), one.month, "", *([None] * (len(NAMES) + 1)), HIDDEN if 0 < one.calls < FEW else one.calls, *changes]
        for one in trend(calls)
        for changes in [(one.before, one.year_before)]
    ]
    change = halves(calls)
    notes = [say("mediation.report_means"), say("mediation.report_few", few=FEW)]
    return names, rows, notes if change is None else [*notes, say("mediation.report_trend", change=f"{change:+d}")]


def _rows(content: Content, group: _Group) -> list[Row]:
    lines = told([(code, counted(group.cases[code])) for code in group.names], parts=RESULTS)
    dimension = content.phrases.say("mediation.dimension_kind" if group.dimension == "kind" else f"reports.dimension_{group.dimension}")
    return [
        [
            dimension,
            guard(line.group),
            guard(group.names[line.group]),
            *(HIDDEN if line.figures[name] is None else line.figures[name] for name in NAMES),
            HIDDEN if line.figures[CASES] is None else days(group.cases[line.group]),
            None,
            None,
            None,
        ]
        for line in lines
    ]
