"""Puts the rows of an office's list into the store, each once, and gives them back; what is the same already stays untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from domain.lists import Kind
from storage import access_log
from storage.database import lock
from storage.lists import classes, coded, mothers, suggestions
from storage.lists.saved import Saved, rows_of

__all__ = ["Saved", "ids", "listed", "names", "exported", "save"]
# Lists with more than one table behind a row, or with sealed columns of their own.
OWN: dict[str, Callable[[Connection], Iterator[dict[str, Any]]]] = {
    "mothers": mothers.listed,
    "classes": classes.listed,
    "suggestions": suggestions.listed,
}


def save(tx: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]], *, consent_version: int, now: datetime) -> Saved:
    """Insert what is new by its key, change what differs in the columns given. The rows' keys are distinct; references exist."""
    lock(tx, "lists")
    if kind.name == "mothers":
        return mothers.save(tx, kind, rows, consent_version=consent_version, now=now)
    if kind.name == "classes":
        return classes.save(tx, kind, rows, now=now)
    if kind.name == "suggestions":
        return suggestions.save(tx, kind, rows, now=now)
    return coded.save(tx, kind, rows, now=now)


def listed(tx: Connection, kind: Kind) -> Iterator[dict[str, Any]]:
    """All rows of a list by its column names, sorted by key byte by byte."""
    if kind.name in OWN:
        return OWN[kind.name](tx)
    return rows_of(tx, coded.STATEMENTS[kind.name], coded.TABLES[kind.name].c[kind.key])


def names(tx: Connection, kind: Kind) -> dict[str, str]:
    """Code → name of all communities or enterprises."""
    places = coded.TABLES[kind.name]
    return {row.code: row.name for row in tx.execute(select(places.c.code, places.c.name))}


def ids(tx: Connection, kind: Kind) -> dict[str, int]:
    """Row ids by code, of communities or enterprises."""
    places = coded.TABLES[kind.name]
    return {row.code: row.id for row in tx.execute(select(places.c.code, places.c.id))}


def exported(tx: Connection, kind: Kind, *, now: datetime) -> None:
    """Write down that a whole list left the store (personal data of children among it: minors' network rules 36)."""
    access_log.write(tx, actor_id=None, action="data.export", subject_kind=kind.name, subject_id=None, now=now)
