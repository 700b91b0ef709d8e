"""What was received: each platform event once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.messages import Inbound
from storage.prepared import Prepared
from storage.rows import columns, every
from storage.tables.messages import inbox

_INSERT = Prepared(insert(inbox).returning(inbox.c.id))
_SEEN = select(inbox.c.id).where(inbox.c.channel == bindparam("channel"), inbox.c.event_id == bindparam("event_id"))


class Said(NamedTuple):
    """Her words on a channel."""

    id: int
    event_id: str
    said: str
    received_at: datetime


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
        [[number]] = _INSERT.rows(tx, row)
    except IntegrityError:
        raise Repeated from None
    return int(number)


def seen(tx: Connection, channel: str, event_id: str) -> int | None:
    """The row of an event that was received before, or None."""
    return tx.execute(_SEEN, {"channel": channel, "event_id": event_id}).scalar()


def mark_failed(tx: Connection, inbox_id: int, why: str) -> None:
    """Note that its handler failed; `why` is an exception's class, never text."""
    tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(status=f"failed({why})"))


def said_by(tx: Connection, person_id: int, *, channel: str, limit: int) -> list[Said]:
    """Her last words on a channel, newest first."""
    statement = (
        select(*columns(inbox, Said))
        .where(inbox.c.person_id == person_id, inbox.c.channel == channel, inbox.c.said.is_not(None))
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    return every(tx, statement, Said)


def unsay(tx: Connection, person_id: int) -> None:
    """What she said just now is not kept: a secret vote stands nowhere beside her."""
    newest = select(inbox.c.id).where(inbox.c.person_id == person_id).order_by(inbox.c.id.desc()).limit(1).scalar_subquery()
    tx.execute(update(inbox).where(inbox.c.id == newest).values(said=None))


def speaks(tx: Connection, person_id: int, *, now: datetime) -> bool:
    """Whether her word is what is being dealt with at this moment."""
    last = select(inbox.c.received_at).where(inbox.c.person_id == person_id).order_by(inbox.c.id.desc()).limit(1)
    return tx.execute(last).scalar() == now


def forget(tx: Connection, *, person_id: int | None = None, before: datetime | None = None) -> None:
    """Empty what was said: by one person, or by anybody before that time. The rows stay, so that a repeat is still known."""
    said = update(inbox).where(inbox.c.said.is_not(None))
    if person_id is not None:
        said = said.where(inbox.c.person_id == person_id)
    if before is not None:
        said = said.where(inbox.c.received_at < before)
    tx.execute(said.values(said=None))


def take_back(tx: Connection, person_id: int, *, since: datetime) -> None:
    """What a person wrote since then is taken out of her chat."""
    tx.execute(update(inbox).where(inbox.c.person_id == person_id, inbox.c.received_at >= since).values(said=None))
