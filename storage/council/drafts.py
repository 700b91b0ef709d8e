"""What somebody said and has not put into the box yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from storage.rows import columns, every, first
from storage.tables.council import suggestion_draft


class Draft(NamedTuple):
    """Her words; `due_at` is when they go into the box by themselves, since she had asked for it."""

    id: int
    person_id: int
    community_id: int | None
    text: str
    said_at: datetime
    due_at: datetime | None


def add(tx: Connection, person_id: int, text: str, *, community_id: int | None, due_at: datetime | None, now: datetime) -> int:
    """Keep what she said; its id."""
    row = {"person_id": person_id, "text": text, "community_id": community_id, "due_at": due_at, "said_at": now}
    return int(tx.execute(insert(suggestion_draft).values(row).returning(suggestion_draft.c.id)).scalar_one())


def get(tx: Connection, draft_id: int, person_id: int) -> Draft | None:
    """One of hers."""
    hers = (suggestion_draft.c.id == draft_id, suggestion_draft.c.person_id == person_id)
    return first(tx, select(*columns(suggestion_draft, Draft)).where(*hers), Draft)


def place(tx: Connection, draft_id: int, community_id: int) -> None:
    """It is about this community."""
    tx.execute(update(suggestion_draft).where(suggestion_draft.c.id == draft_id).values(community_id=community_id))


def remove(tx: Connection, draft_id: int) -> None:
    """It is in the box now, or she does not want it there."""
    tx.execute(delete(suggestion_draft).where(suggestion_draft.c.id == draft_id))


def due(tx: Connection, *, now: datetime, limit: int) -> list[Draft]:
    """Those that go into the box now."""
    late = (suggestion_draft.c.due_at.is_not(None), suggestion_draft.c.due_at <= now, suggestion_draft.c.community_id.is_not(None))
    return every(tx, select(*columns(suggestion_draft, Draft)).where(*late).order_by(suggestion_draft.c.id).limit(limit), Draft)


def forget(tx: Connection, *, before: datetime) -> None:
    """What nobody put into the box."""
    tx.execute(delete(suggestion_draft).where(suggestion_draft.c.said_at < before))
