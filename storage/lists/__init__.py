"""Puts the rows of an office's list into the store, each once, and gives them back; what is the same already stays untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from domain.lists import AnyKind
from storage import access_log
from storage.database import lock
from storage.lists import cases, classes, hotline, lots, mothers, places, positions, suggestions
from storage.lists.saved import Saved, rows_of

__all__ = ["Saved", "ids", "listed", "names", "exported", "save"]
Listed = Callable[[Connection], Iterator[Mapping[str, object]]]
LISTED: dict[str, Listed] = {
    "mothers": mothers.listed,
    "classes": classes.listed,
    "suggestions": suggestions.listed,
    "positions": positions.listed,
    "lots": lots.listed,
    "cases": cases.listed,
    "hotline": hotline.listed,
}


def save(tx: Connection, kind: AnyKind, rows: Sequence[Any], *, consent_version: int, now: datetime) -> Saved:
    """Insert what is new by its key, change what differs in the columns given. The rows' keys are distinct; references exist."""
    lock(tx, "lists")
    if kind.name == "mothers":
        return mothers.save(tx, rows, consent_version=consent_version, now=now)
    if kind.name == "classes":
        return classes.save(tx, rows, now=now)
    if kind.name == "suggestions":
        return suggestions.save(tx, rows, now=now)
    if kind.name == "positions":
        return positions.save(tx, rows, now=now)
    if kind.name == "lots":
        return lots.save(tx, rows, now=now)
    if kind.name == "cases":
        return cases.save(tx, rows, now=now)
    if kind.name == "hotline":
        return hotline.save(tx, rows)
    return places.save(tx, kind, rows)


def listed(tx: Connection, kind: AnyKind) -> Iterator[Mapping[str, object]]:
    """All rows of a list by its column names, sorted by key byte by byte."""
    if kind.name in LISTED:
        return LISTED[kind.name](tx)
    return rows_of(tx, places.statement(kind.name), places.TABLES[kind.name].c[kind.key])


def names(tx: Connection, kind: AnyKind) -> dict[str, str]:
    """Code → name of all communities or enterprises."""
    rows = places.TABLES[kind.name]
    return {row.code: row.name for row in tx.execute(select(rows.c.code, rows.c.name))}


def ids(tx: Connection, kind: AnyKind) -> dict[str, int]:
    """Row ids by code, of communities or enterprises."""
    rows = places.TABLES[kind.name]
    return {row.code: row.id for row in tx.execute(select(rows.c.code, rows.c.id))}


def exported(tx: Connection, kind: AnyKind, *, now: datetime) -> None:
    """Write down that a whole list left the store (personal data of children among it: minors' network rules 36)."""
    access_log.write(tx, actor_id=None, action="data.export", subject_kind=kind.name, subject_id=None, now=now)
