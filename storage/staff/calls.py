"""Who asks, or needs, to be called, until somebody has spoken to her."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from domain.access import Scope
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables import call_request, person

# Of her words in one request; the newest count.
CALL_WORDS = 4000


class Call(NamedTuple):
    """A request with who asks; `contact`: how she said that she may be reached."""

    id: int
    person_id: int
    community_id: int | None
    reason: str
    hazards: list[str]
    said: str | None
    contact: str | None
    created_at: datetime
    closed_at: datetime | None
    key: str
    name: str | None
    phone: str | None


def request(tx: Connection, person_id: int, *, reason: str, hazards: list[str], said: str, community_id: int | None, now: datetime) -> int:
    """Somebody asks, or needs, to be called; the request's id. One of the same reason that is still open takes her words up as well."""
    open_ = select(call_request.c.id, call_request.c.said, call_request.c.hazards).where(
        call_request.c.person_id == person_id, call_request.c.reason == reason, call_request.c.closed_at.is_(None)
    )
    if (row := tx.execute(open_).first()) is not None:
        words = "\n".join(part for part in (row.said, said) if part)[-CALL_WORDS:]
        tx.execute(update(call_request).where(call_request.c.id == row.id).values(said=words, hazards=sorted({*row.hazards, *hazards})))
        return int(row.id)
    values = {"person_id": person_id, "community_id": community_id, "reason": reason, "hazards": hazards, "said": said, "created_at": now}
    return int(tx.execute(insert(call_request).values(values).returning(call_request.c.id)).scalar_one())


def set_contact(tx: Connection, call_id: int, contact: str) -> None:
    """How she may be reached, in words."""
    tx.execute(update(call_request).where(call_request.c.id == call_id).values(contact=contact))


def close(tx: Connection, call_id: int, *, by: int, now: datetime) -> None:
    """Somebody spoke to her."""
    tx.execute(update(call_request).where(call_request.c.id == call_id).values(closed_at=now, closed_by=by))


_CALLS = select(*columns(call_request, Call, person)).select_from(call_request).join(person, person.c.id == call_request.c.person_id)


def waiting(tx: Connection, where: Iterable[Scope], *, limit: int = 20) -> list[Call]:
    """Open requests within these scopes, those of nobody's community included, oldest first."""
    mine = or_(within(where, community=call_request.c.community_id), call_request.c.community_id.is_(None))
    return every(tx, _CALLS.where(call_request.c.closed_at.is_(None), mine).order_by(call_request.c.id).limit(limit), Call)


def get(tx: Connection, call_id: int) -> Call | None:
    """One request to be called."""
    return first(tx, _CALLS.where(call_request.c.id == call_id), Call)
