"""What was received: each platform event once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.messages import Inbound
from storage.tables import Inbox
from storage.tables.columns import table

T = table(Inbox)
_INSERT = insert(T).returning(T.c.id)
_SEEN = select(T.c.id).where(T.c.channel == bindparam("channel"), T.c.event_id == bindparam("event_id"))


class Repeated(Exception):  # noqa: N818 - an expected case
    """The platform delivered this event before."""


def put(tx: Connection, inbound: Inbound, *, person_id: int | None, said: str, now: datetime) -> int:
    """Store the event and return its row id. Raises Repeated; call it inside a savepoint, which then has to be undone."""
    row = {
        "channel": inbound.channel,
        "event_id": inbound.event_id,
        "person_id": person_id,
        "kind": inbound.kind,
        "said": said or None,
        "received_at": now,
        "status": "done",
    }
    try:
        return int(tx.execute(_INSERT, row).scalar_one())
    except IntegrityError:
        raise Repeated from None


def seen(tx: Connection, channel: str, event_id: str) -> int | None:
    """The row of an event that was received before, or None."""
    return tx.execute(_SEEN, {"channel": channel, "event_id": event_id}).scalar()


def mark_failed(tx: Connection, inbox_id: int, why: str) -> None:
    """Note that its handler failed; `why` is an exception's class, never text."""
    tx.execute(update(T).where(T.c.id == inbox_id).values(status=f"failed({why})"))


def said_by(tx: Connection, person_id: int, *, channel: str, limit: int) -> list[dict[str, Any]]:
    """Her last words on a channel, newest first: id, event_id, said, received_at."""
    statement = (
        select(T.c.id, T.c.event_id, T.c.said, T.c.received_at)
        .where(T.c.person_id == person_id, T.c.channel == channel, T.c.said.is_not(None))
        .order_by(T.c.id.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def forget(tx: Connection, *, person_id: int | None = None, before: datetime | None = None) -> None:
    """Empty what was said: by one person, or by anybody before that time. The rows stay, so that a repeat is still known."""
    said = update(T).where(T.c.said.is_not(None))
    if person_id is not None:
        said = said.where(T.c.person_id == person_id)
    if before is not None:
        said = said.where(T.c.received_at < before)
    tx.execute(said.values(said=None))
