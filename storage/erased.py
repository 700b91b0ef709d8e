"""Whoever was forgotten stays forgotten: each deletion is written down beside the store too, and an older backup is held against that list.

A line of the list is a keyed digest of a person and the time: without the store it tells nothing of anybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from storage import sealed
from storage.rows import columns, every
from storage.tables.erased import erased
from storage.tables.people import person

# The list's name, in the folder of the store and in that of its backups.
NAME = "motherpost.erased"
# Said of a connection whose transaction has forgotten somebody.
FRESH = "erased"
WHOLE = re.compile(r"([0-9a-f]{64}) (\S+\+00:00)")


class Entry(NamedTuple):
    """One deletion: whose, as a digest, and when."""

    person: str
    at: datetime


def note(tx: Connection, person_id: int, *, now: datetime) -> None:
    """She is forgotten, with every record that had become one with hers: in an older backup those stand by themselves."""
    chosen, ids = select(person.c.id, person.c.key), [person_id]
    found = list(tx.execute(chosen.where(person.c.id == person_id)))
    while rows := list(tx.execute(chosen.where(person.c.merged_into.in_(ids), person.c.id.not_in([row.id for row in found])))):
        found += rows
        ids = [row.id for row in rows]
    tx.execute(insert(erased), [{"person": _digest(row.id, row.key), "at": now} for row in found])
    tx.info[FRESH] = True


def remember(tx: Connection, entry: Entry) -> None:
    """The store knows of this deletion from now on."""
    tx.execute(insert(erased).values(person=entry.person, at=entry.at))


def _digest(person_id: int, key: str) -> str:
    return sealed.digest(f"{person_id}:{key}", "erased")


def knows(tx: Connection, entry: Entry) -> bool:
    """Whether the store has done this deletion, or a later one of the same person."""
    later = select(erased.c.id).where(erased.c.person == entry.person, erased.c.at >= entry.at)
    return tx.execute(later.limit(1)).first() is not None


def missed(tx: Connection, folder: Path) -> list[Entry]:
    """Deletions of the list that this store knows nothing of: it is older than they are. Raises OSError."""
    listed = _read(folder / NAME)
    if not listed:
        return []
    known = {(row.person, row.at) for row in tx.execute(select(erased.c.person, erased.c.at))}
    return sorted((one for one in listed if one not in known and not knows(tx, one)), key=lambda one: one.at)


def people(tx: Connection, wanted: Collection[str]) -> dict[str, int]:
    """Who they are in this store; who is not in it, or became one with somebody, is left out."""
    rows = tx.execute(select(person.c.id, person.c.key).where(person.c.merged_into.is_(None)).execution_options(yield_per=10_000))
    return {found: row.id for row in rows if (found := _digest(row.id, row.key)) in wanted}


def keep(tx: Connection, folder: Path) -> int:
    """Write down in `folder` whom this store has forgotten; how many lines are new. Raises OSError."""
    return _append(folder / NAME, every(tx, select(*columns(erased, Entry)).order_by(erased.c.id), Entry))


def gather(source: Path, folder: Path) -> None:
    """What the list in `source` has, the one in `folder` has as well. Raises OSError."""
    _append(folder / NAME, _read(source / NAME))


def _read(file: Path) -> list[Entry]:
    """The list's lines; one that a dead process left half written was taken up again by the next."""
    if not file.exists():
        return []
    found = (WHOLE.fullmatch(line) for line in file.read_text("ascii").splitlines())
    return [Entry(one[1], datetime.fromisoformat(one[2])) for one in found if one]


def _append(file: Path, entries: list[Entry]) -> int:
    there = set(_read(file))
    fresh = [one for one in dict.fromkeys(entries) if one not in there]
    if fresh:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            # A line that a dead process left half written ends here.
            out.write(b"".join(f"\n{one.person} {one.at.isoformat()}".encode() for one in fresh) + b"\n")
            out.flush()
            os.fsync(out.fileno())
    return len(fresh)
