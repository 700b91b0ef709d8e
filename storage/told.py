"""What was told: to one address as its page shows it, in answer to one event, in figures, and what staff should see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, literal_column, or_, select

from domain.messages import Outbound
from storage.bodies import SHOWN, outbounds
from storage.rows import columns, every
from storage.tables.messages import OutboxStatus, outbox

# How far back a page that comes back is brought what it did not show (rows of the whole outbox).
LATE = 100_000


class Shown(NamedTuple):
    """What one address was told."""

    id: int
    outbound: Outbound
    created_at: datetime


class Trouble(NamedTuple):
    """A row that staff should see."""

    id: int
    channel: str
    person_id: int | None
    status: OutboxStatus
    why: str
    attempts: int
    created_at: datetime
    ambiguous_at: datetime | None


def answers_to(tx: Connection, inbox_id: int) -> list[tuple[int, Outbound]]:
    """What was said in answer to one event: for a channel that wants its answer in the response."""
    rows = tx.execute(select(outbox.c.id, *SHOWN).where(outbox.c.inbox_id == inbox_id).order_by(outbox.c.id)).all()
    return [(row.id, said) for row, said in zip(rows, outbounds(tx, rows), strict=True)]


def said_to(tx: Connection, channel: str, address: str, *, after: int, limit: int) -> list[Shown]:
    """What one address was told on a channel, oldest first. An edit stands at the message it changed.

    After 0: the last `limit` messages. Else: newer rows, and older ones that were brought but never seen (a notice can be sent late).
    """
    base = select(outbox.c.id, *SHOWN, outbox.c.created_at).where(
        outbox.c.channel == channel, outbox.c.address == address, outbox.c.status.not_in(("withheld", "failed"))
    )
    if after:
        late = and_(outbox.c.status == "sent", outbox.c.id > after - LATE)
        rows = tx.execute(base.where(or_(outbox.c.id > after, late)).order_by(outbox.c.id).limit(limit)).all()
        return [Shown(r.id, said, r.created_at) for r, said in zip(rows, outbounds(tx, rows), strict=True)]
    rows = tx.execute(base.where(outbox.c.edits == "").order_by(outbox.c.id.desc()).limit(limit)).all()
    first = rows[-1].id if rows else 0
    edits = {row.edits: row for row in tx.execute(base.where(outbox.c.edits != "", outbox.c.id > first).order_by(outbox.c.id))}
    newest = outbounds(tx, [edits.get(str(row.id), row) for row in rows])
    told = [Shown(r.id, replace(said, edits=""), r.created_at) for r, said in zip(rows, newest, strict=True)]
    # Text that was forgotten leaves no empty bubble.
    return [item for item in told[::-1] if item.outbound.text]


def on_pages(tx: Connection, *, since: datetime) -> list[tuple[int, str]]:
    """Row id and address of what was brought to pages since then, in the order of the rows; whichever process brought it."""
    brought = (outbox.c.channel == literal_column("'web'"), outbox.c.sent_at.is_not(None), outbox.c.sent_at >= since)
    return [(row.id, row.address) for row in tx.execute(select(outbox.c.id, outbox.c.address).where(*brought).order_by(outbox.c.id))]


def said(tx: Connection, ids: Collection[int]) -> list[tuple[int, Outbound]]:
    """What rows say, in their order."""
    rows = tx.execute(select(outbox.c.id, *SHOWN).where(outbox.c.id.in_(ids)).order_by(outbox.c.id)).all()
    return [(row.id, one) for row, one in zip(rows, outbounds(tx, rows), strict=True)]


def counts(tx: Connection) -> dict[tuple[str, str], int]:
    """Rows by channel and status, for metrics and staff."""
    statement = select(outbox.c.channel, outbox.c.status, func.count()).group_by(outbox.c.channel, outbox.c.status)
    return {(channel, status): n for channel, status, n in tx.execute(statement)}


def oldest_due(tx: Connection, *, now: datetime) -> list[tuple[str, datetime]]:
    """By channel, since when the message that waits longest could have been sent."""
    first = func.min(outbox.c.due_at, type_=outbox.c.due_at.type).label("due_at")
    rows = tx.execute(
        select(outbox.c.channel, first).where(outbox.c.status == "waiting", outbox.c.due_at <= now).group_by(outbox.c.channel)
    )
    return [(row.channel, row.due_at) for row in rows]


def troubled(tx: Connection, limit: int) -> list[Trouble]:
    """Rows staff should see: failed, uncertain, or sent again after a crash. Ids and reasons, never text."""
    statement = (
        select(*columns(outbox, Trouble))
        .where(or_(outbox.c.status.in_(("failed", "uncertain")), outbox.c.ambiguous_at.is_not(None)))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return every(tx, statement, Trouble)
