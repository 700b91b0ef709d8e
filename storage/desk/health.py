"""What became of messages by channel, how long the oldest waits, and at which revision the store is: counts alone, never a content."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.rows import every
from storage.tables.messages import outbox


class Sent(NamedTuple):
    """Messages of one channel in one state, for one reason."""

    channel: str
    status: str
    why: str
    messages: int
    oldest: datetime


def troubled(tx: Connection, *, since: datetime) -> list[Sent]:
    """What is not out: waiting or being sent now, and what failed, was withheld or is uncertain since then."""
    open_ = outbox.c.status.in_(("waiting", "sending"))
    lately = (outbox.c.status.in_(("failed", "withheld", "uncertain")), outbox.c.created_at > since)
    chosen = (
        outbox.c.channel,
        outbox.c.status,
        outbox.c.why,
        func.count().label("messages"),
        func.min(outbox.c.created_at, type_=outbox.c.created_at.type).label("oldest"),
    )
    by = (outbox.c.channel, outbox.c.status, outbox.c.why)
    rows = [*every(tx, select(*chosen).where(open_).group_by(*by), Sent), *every(tx, select(*chosen).where(*lately).group_by(*by), Sent)]
    return sorted(rows)


def revision(tx: Connection) -> str:
    """The schema that the store is at."""
    return str(tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
