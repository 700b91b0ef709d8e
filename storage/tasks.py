"""What staff have to do about a person: on a list until it is closed, found by where she lives."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.access import Scope
from storage.scope import within
from storage.tables import Person, Task
from storage.tables.columns import table

T, PERSON = table(Task), table(Person)


def put(tx: Connection, kind: str, person_id: int, *, about_id: int = 0, said: str | None = None, now: datetime) -> int:
    """Put a task on the list of her place; its row id. One that is there already is opened again, with the newer words."""
    person = tx.execute(select(PERSON.c.community_id, PERSON.c.cell_id).where(PERSON.c.id == person_id)).one()
    same = select(T.c.id).where(T.c.kind == kind, T.c.person_id == person_id, T.c.about_id == about_id)
    if (row := tx.execute(same).scalar()) is not None:
        values = {"said": said, "closed_at": None, "closed_by": None, "outcome": ""}
        tx.execute(update(T).where(T.c.id == row).values({**values, **person._asdict()}))
        return int(row)
    fresh = {"kind": kind, "person_id": person_id, "about_id": about_id, "said": said, "created_at": now, "outcome": "", **person._asdict()}
    return int(tx.execute(insert(T).values(fresh).returning(T.c.id)).scalar_one())


def get(tx: Connection, task_id: int) -> dict[str, Any] | None:
    """One task."""
    row = tx.execute(select(T).where(T.c.id == task_id)).first()
    return None if row is None else dict(row._mapping)


def open_(tx: Connection, where: Iterable[Scope], *, kinds: Collection[str], limit: int = 20, after: int = 0) -> list[dict[str, Any]]:
    """Open tasks of these kinds within these scopes, oldest first, with her key, name, phone and building."""
    mine = within(where, community=T.c.community_id, cell=T.c.cell_id)
    statement = (
        select(T, PERSON.c.key, PERSON.c.name, PERSON.c.phone, PERSON.c.building)
        .select_from(T)
        .join(PERSON, PERSON.c.id == T.c.person_id)
        .where(T.c.closed_at.is_(None), T.c.kind.in_(list(kinds)), T.c.id > after, mine)
        .order_by(T.c.id)
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def close(tx: Connection, task_id: int, *, by: int | None, outcome: str, now: datetime) -> bool:
    """Off the list; False where it was off already."""
    statement = update(T).where(T.c.id == task_id, T.c.closed_at.is_(None)).values(closed_at=now, closed_by=by, outcome=outcome)
    return tx.execute(statement).rowcount == 1
