"""What the data officer sees of the access log: who looked at which case and when, never what stood there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.rows import columns, every
from storage.tables.people import access_log, person


class Look(NamedTuple):
    """One row of the log about a case."""

    id: int
    at: datetime
    action: str
    subject_id: int | None
    name: str | None
    key: str | None


def of_cases(tx: Connection, *, before: int | None, limit: int) -> list[Look]:
    """Looks at cases and changes of them, newest first; `before` a row."""
    rows = select(*columns(access_log, Look, person)).select_from(access_log).outerjoin(person, person.c.id == access_log.c.actor_id)
    rows = rows.where(access_log.c.subject_kind == "case")
    if before is not None:
        rows = rows.where(access_log.c.id < before)
    return every(tx, rows.order_by(access_log.c.id.desc()).limit(limit), Look)
