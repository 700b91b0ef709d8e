"""When a backup last came back whole, and what a store holds by number, so that a restored one can be held against it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from storage.rows import columns, first
from storage.tables.drills import drill
from storage.tables.mediation import dispute_case
from storage.tables.messages import inbox
from storage.tables.people import person


class Drill(NamedTuple):
    """A drill that went well: when, of a backup made when, and how many seconds until it was looked through."""

    at: datetime
    made_at: datetime
    seconds: float


class Counts(NamedTuple):
    """Rows of what a city cannot lose."""

    people: int
    messages: int
    cases: int


def remember(tx: Connection, *, now: datetime, made_at: datetime, seconds: float) -> None:
    """It went well."""
    tx.execute(insert(drill).values(at=now, made_at=made_at, seconds=seconds))


def last(tx: Connection) -> Drill | None:
    """The last one that went well."""
    return first(tx, select(*columns(drill, Drill)).order_by(drill.c.at.desc()).limit(1), Drill)


def counts(tx: Connection) -> Counts:
    """How many rows there are of each."""
    return Counts(*(tx.execute(select(func.count()).select_from(one)).scalar_one() for one in (person, inbox, dispute_case)))
