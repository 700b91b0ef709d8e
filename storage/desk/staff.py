"""Who works here, as the command line looks for her."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from domain.access import Scope
from storage.people import persons
from storage.staff import roles
from storage.tables.people import person, role


def by_key(tx: Connection, key: str) -> int | None:
    """The person of this key."""
    return tx.execute(select(person.c.id).where(person.c.key == key)).scalar()


def holder(tx: Connection, of_role: str, where: Scope) -> int | None:
    """Who holds a role exactly there and has a name; the first of several."""
    place = (role.c.enterprise_id == where.enterprise_id, role.c.community_id == where.community_id, role.c.cell_id == where.cell_id)
    held = (
        select(role.c.person_id).join(person, person.c.id == role.c.person_id).where(role.c.role == of_role, role.c.withdrawn_at.is_(None))
    )
    return tx.execute(held.where(*place, person.c.name.is_not(None)).order_by(role.c.id).limit(1)).scalar()


def hire(tx: Connection, name: str, of_role: str, where: Scope, *, now: datetime) -> int:
    """Somebody new, who holds a role there; her id. She has no address yet."""
    values = {"key": persons.new_key(), "name": name, "community_id": where.community_id, "language": "zh", "notices": True, "quiet": ""}
    person_id = int(tx.execute(insert(person).values(**values, created_at=now).returning(person.c.id)).scalar_one())
    roles.give(tx, person_id, of_role, where, now=now)
    return person_id
