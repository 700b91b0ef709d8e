"""Which processes live: each writes a beat by the database's clock, so that no host's own clock counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Interval, delete, func, literal, select

from domain.process_roles import ROLES
from storage.rows import upsert
from storage.tables.columns import Instant
from storage.tables.processes import process

# How often a process says that it lives (seconds).
BEAT = 0.5
# Who has not said so for that long is gone; what helps in danger is taken over sooner, since saying it twice does no harm.
GONE, GONE_IN_DANGER = timedelta(seconds=3), timedelta(seconds=1.2)
# Rows of processes that are gone for so long are of no use to anybody.
FORGOTTEN = timedelta(hours=1)


def beat(tx: Connection, number: int, *, host: str, pid: int, role: str = "all") -> None:
    """This process lives. The commit is not waited for: a beat that is lost is followed by the next."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL synchronous_commit TO off")
    now = clock(tx)
    row = upsert(tx, process).values(id=number, host=host, pid=pid, role=role, started_at=now, beat_at=now)
    tx.execute(row.on_conflict_do_update(index_elements=[process.c.id], set_={"beat_at": now}))
    tx.execute(delete(process).where(process.c.beat_at < clock(tx, ago=FORGOTTEN)))


def living(tx: Connection) -> dict[str, int]:
    """How many processes live, by role; of a role that nobody has it is 0."""
    alive = select(process.c.role, func.count().label("processes")).where(process.c.beat_at > clock(tx, ago=GONE)).group_by(process.c.role)
    return dict.fromkeys(ROLES, 0) | {row.role: row.processes for row in tx.execute(alive)}


def end(tx: Connection, number: int) -> None:
    """It has ended by itself: what it may have left is anybody's at once."""
    tx.execute(delete(process).where(process.c.id == number))


def lives(tx: Connection, number: ColumnElement[int], *, within: timedelta) -> ColumnElement[bool]:
    """Whether the process that a column names has said within this time that it lives."""
    return select(process.c.id).where(process.c.id == number, process.c.beat_at > clock(tx, ago=within)).exists()


def clock(tx: Connection, *, ago: timedelta = timedelta(0)) -> ColumnElement[Any]:
    """The database's own time, or that much earlier."""
    if tx.dialect.name == "postgresql":
        return func.clock_timestamp(type_=Instant) - literal(ago, Interval())
    return func.strftime("%Y-%m-%d %H:%M:%f", "now", f"-{ago.total_seconds()} seconds", type_=Instant)
