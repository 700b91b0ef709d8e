"""Keeps the words by which persons are found, step by step beside the talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from domain.finding import of_person
from handlers.capability import Read, Work, Write
from handlers.content import Content
from storage.people import finding
from storage.people.finding import Named

STEP = 250


def keep(_content: Content, _now: Callable[[], datetime]) -> Work:
    """Everybody whose name or building is new."""
    after = 0
    while True:
        names: list[tuple[Named, set[str]]] = yield Read(lambda tx, after=after: _read(tx, after))  # type: ignore[misc]
        if not names:
            return
        yield Write(lambda tx, names=names: finding.keep(tx, names))  # type: ignore[misc]
        after = names[-1][0].id


def _read(tx: Connection, after: int) -> list[tuple[Named, set[str]]]:
    return [(row, of_person(row.name, row.building)) for row in finding.unfindable(tx, after=after, limit=STEP)]
