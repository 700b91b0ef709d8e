"""Threads as the desk lists them: with place and cell, who has each, and what is still unanswered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, literal, select

from domain.access import Scope
from storage.rows import columns, every
from storage.tables.people import person
from storage.tables.threads import ThreadKind, ThreadOutcome, thread, thread_word
from storage.tables.work import cell, community
from storage.threads import within_scopes


class Listed(NamedTuple):
    """A thread in the list; `newest` is when she or staff said something last, `hers` whether that was she."""

    id: int
    person_id: int
    kind: ThreadKind
    opened_at: datetime
    last_word_at: datetime
    taken_by: int | None
    closed_at: datetime | None
    outcome: ThreadOutcome
    key: str
    name: str | None
    community: str | None
    cell: str | None
    taker: str | None
    answered_at: datetime | None

    @property
    def urgent(self) -> bool:
        """Whether somebody is in danger."""
        return self.kind == "danger"

    @property
    def unanswered(self) -> bool:
        """Whether the last word is hers."""
        return self.answered_at is None or self.answered_at < self.last_word_at


def listed(tx: Connection, where: Iterable[Scope], *, closed: bool, first: int, limit: int) -> list[Listed]:
    """Threads within these scopes: open ones dangers first, then untaken, then the oldest first; closed ones newest first."""
    taker = person.alias("taker")
    said = (thread_word.c.thread_id == thread.c.id, thread_word.c.from_staff.is_(True), thread_word.c.noted.is_(False))
    answered = select(func.max(thread_word.c.said_at)).where(*said).scalar_subquery()
    chosen = columns(thread, Listed, person, community=community.c.name, cell=cell.c.name, taker=taker.c.name, answered_at=answered)
    statement = (
        select(*chosen)
        .select_from(thread)
        .join(person, person.c.id == thread.c.person_id)
        .outerjoin(community, community.c.id == thread.c.community_id)
        .outerjoin(cell, cell.c.id == person.c.cell_id)
        .outerjoin(taker, taker.c.id == thread.c.taken_by)
        .where(thread.c.closed_at.is_not(None) if closed else thread.c.closed_at.is_(None), within_scopes(where))
    )
    urgent = case((thread.c.kind == "danger", literal(0)), else_=literal(1))
    order = [thread.c.closed_at.desc()] if closed else [urgent, thread.c.taken_by.is_not(None), thread.c.id]
    return every(tx, statement.order_by(*order).offset(first).limit(limit), Listed)
