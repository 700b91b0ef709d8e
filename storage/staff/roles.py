"""Who works here as what and where; the invitations that give a role, each usable once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, insert, or_, select, update

from domain.access import Held, Scope
from storage.prepared import Prepared
from storage.rows import columns, every, first
from storage.scope import within
from storage.sealed import digest
from storage.tables import people
from storage.tables.people import person
from storage.tables.work import cell, community, enterprise, position

# Without 0/O, 1/l/I: codes are read out and typed on phones.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Redeemed(NamedTuple):
    """What a used code gives, and who made it."""

    role: str
    community_id: int | None
    cell_id: int | None
    enterprise_id: int | None
    created_by: int | None

    @property
    def scope(self) -> Scope:
        """Where the role holds."""
        return Scope(self.community_id, self.cell_id, self.enterprise_id)


class Given(NamedTuple):
    """A role that is held now, with the names of its place and of who holds it."""

    id: int
    person_id: int
    role: str
    community_id: int | None
    cell_id: int | None
    enterprise_id: int | None
    given_at: datetime
    community: str | None
    cell: str | None
    enterprise: str | None
    name: str | None
    key: str

    @property
    def scope(self) -> Scope:
        """Where it holds."""
        return Scope(self.community_id, self.cell_id, self.enterprise_id)


class Invitation(NamedTuple):
    """A code that was made, with the names of its place; one with a person is a takeover's."""

    id: int
    person_id: int | None
    role: str
    community_id: int | None
    cell_id: int | None
    enterprise_id: int | None
    expires_at: datetime
    community: str | None
    cell: str | None
    enterprise: str | None

    @property
    def scope(self) -> Scope:
        """Where the role will hold."""
        return Scope(self.community_id, self.cell_id, self.enterprise_id)


class Coded(NamedTuple):
    """A grid cell or an enterprise."""

    id: int
    code: str
    name: str


class Place(NamedTuple):
    """The names of a scope: of what it names, empty where that is gone; None of what it does not name."""

    community: str | None = None
    cell: str | None = None
    enterprise: str | None = None


def invite(
    tx: Connection,
    role: str,
    where: Scope,
    *,
    expires_at: datetime,
    now: datetime,
    created_by: int | None = None,
) -> tuple[int, str]:
    """A new single-use code of ten characters, and its row id; only its digest is stored."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    values = {
        "code_digest": digest(code, "invitation"),
        "role": role,
        "community_id": where.community_id,
        "cell_id": where.cell_id,
        "enterprise_id": where.enterprise_id,
        "created_by": created_by,
        "expires_at": expires_at,
        "created_at": now,
    }
    invitation_id = tx.execute(insert(people.invitation).values(values).returning(people.invitation.c.id)).scalar_one()
    return int(invitation_id), code


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # Codes with a person are storage.takeovers' affair.
    code = people.invitation.c
    return (code.person_id.is_(None), code.used_at.is_(None), code.withdrawn_at.is_(None), code.expires_at > now)


def redeem(tx: Connection, code: str, person_id: int, *, now: datetime) -> Redeemed | None:
    """Use a code: what it gives, or None where it is unknown, used, withdrawn or expired. Once, whoever comes second."""
    this = people.invitation.c.code_digest == digest(code.strip().lower(), "invitation")
    used = update(people.invitation).where(this, *_usable(now)).values(used_at=now, used_by=person_id)
    return first(tx, used.returning(*columns(people.invitation, Redeemed)), Redeemed)


def give(tx: Connection, person_id: int, role: str, where: Scope, *, now: datetime, by: int | None = None) -> None:
    """Give a role in a scope; giving it again changes nothing."""
    place = {"community_id": where.community_id, "cell_id": where.cell_id, "enterprise_id": where.enterprise_id}
    if Held(role, **place) not in roles_of(tx, person_id):
        tx.execute(insert(people.role).values(person_id=person_id, role=role, given_at=now, given_by=by, **place))


_ROLES = Prepared(
    select(people.role.c.role, people.role.c.community_id, people.role.c.cell_id, people.role.c.enterprise_id)
    .where(people.role.c.person_id == bindparam("person"), people.role.c.withdrawn_at.is_(None))
    .order_by(people.role.c.id)
)


def roles_of(tx: Connection, person_id: int) -> list[Held]:
    """Roles a person holds now."""
    return [Held(*row) for row in _ROLES.rows(tx, {"person": person_id})]


def works_here(tx: Connection, person_id: int) -> bool:
    """Whether she holds a role other than a mother's."""
    return any(held.role != "mother" for held in roles_of(tx, person_id))


_HOLDING = select(people.role.c.person_id).where(people.role.c.role == bindparam("name"), people.role.c.withdrawn_at.is_(None))
_OF_CITY = _HOLDING.where(people.role.c.community_id.is_(None)).order_by(people.role.c.id)
_THERE = or_(people.role.c.community_id == bindparam("community"), people.role.c.community_id.is_(None))
_OF_COMMUNITY = _HOLDING.where(_THERE).order_by(people.role.c.id)


def staff(tx: Connection, role: str, community_id: int | None) -> list[int]:
    """Persons who hold a role for a community, the city's included."""
    if community_id is None:
        return list(tx.execute(_OF_CITY, {"name": role}).scalars())
    return list(tx.execute(_OF_COMMUNITY, {"name": role, "community": community_id}).scalars())


def contacts(tx: Connection, enterprise_id: int) -> list[int]:
    """Persons who speak for a firm."""
    held = people.role.c
    mine = (held.role == "employer", held.enterprise_id == enterprise_id, held.withdrawn_at.is_(None))
    return list(tx.execute(select(held.person_id).where(*mine).order_by(held.id)).scalars())


def everybody(tx: Connection, role: str) -> list[int]:
    """All who hold a role anywhere."""
    held = people.role.c
    statement = select(held.person_id).where(held.role == role, held.withdrawn_at.is_(None)).distinct().order_by(held.person_id)
    return list(tx.execute(statement).scalars())


def _placed(source: Table, kind: type[NamedTuple], *joined: Table) -> Select[tuple[object, ...]]:
    """Roles or invitations with the names of where they hold."""
    names = {"community": community.c.name, "cell": cell.c.name, "enterprise": enterprise.c.name}
    places = source.outerjoin(community, community.c.id == source.c.community_id).outerjoin(cell, cell.c.id == source.c.cell_id)
    places = places.outerjoin(enterprise, enterprise.c.id == source.c.enterprise_id)
    for table in joined:
        places = places.join(table, table.c.id == source.c.person_id)
    return select(*columns(source, kind, *joined, **names)).select_from(places)


_GIVEN = _placed(people.role, Given, person).where(people.role.c.withdrawn_at.is_(None))
_INVITATIONS = _placed(people.invitation, Invitation)


def given(tx: Connection, role_id: int) -> Given | None:
    """One role that is held now."""
    return first(tx, _GIVEN.where(people.role.c.id == role_id), Given)


def all_given(tx: Connection, where: Iterable[Scope], *, names: Collection[str], after: int, limit: int) -> list[Given]:
    """Roles of these names that are held within these scopes, by row id. A firm's contact is found by her community."""
    held = people.role.c
    mine = within(where, community=held.community_id, cell=held.cell_id)
    return every(tx, _GIVEN.where(held.role.in_(list(names)), held.id > after, mine).order_by(held.id).limit(limit), Given)


def open_invitations(tx: Connection, where: Iterable[Scope], *, names: Collection[str], now: datetime, limit: int) -> list[Invitation]:
    """Invitations to these roles within these scopes that can still be used, newest first."""
    code = people.invitation.c
    mine = within(where, community=code.community_id, cell=code.cell_id)
    statement = _INVITATIONS.where(*_usable(now), code.role.in_(list(names)), mine)
    return every(tx, statement.order_by(code.id.desc()).limit(limit), Invitation)


def invitation(tx: Connection, invitation_id: int) -> Invitation | None:
    """One invitation, in whatever state."""
    return first(tx, _INVITATIONS.where(people.invitation.c.id == invitation_id), Invitation)


def void(tx: Connection, *, now: datetime, invitation_id: int | None = None, created_by: int | None = None) -> int:
    """Withdraw one invitation, or all that somebody made, before they are used; how many that were."""
    code = people.invitation.c
    which = code.id == invitation_id if invitation_id is not None else code.created_by == created_by
    return tx.execute(update(people.invitation).where(which, *_usable(now)).values(withdrawn_at=now)).rowcount


def withdraw(tx: Connection, role_id: int, *, now: datetime) -> bool:
    """End a role at once; False where it had ended before."""
    this = (people.role.c.id == role_id, people.role.c.withdrawn_at.is_(None))
    return tx.execute(update(people.role).where(*this).values(withdrawn_at=now)).rowcount == 1


def other_federation(tx: Connection, role_id: int) -> bool:
    """Whether somebody holds the federation's role for the whole city besides this row."""
    held = people.role.c
    city = (held.role == "federation", held.community_id.is_(None), held.withdrawn_at.is_(None))
    return tx.execute(select(held.id).where(*city, held.id != role_id).limit(1)).first() is not None


def cells_of(tx: Connection, community_id: int) -> list[Coded]:
    """A community's grid cells by code."""
    return every(tx, select(*columns(cell, Coded)).where(cell.c.community_id == community_id).order_by(cell.c.code), Coded)


def firms_of(tx: Connection, community_id: int) -> list[Coded]:
    """Enterprises that have, or had, posts in a community, by name."""
    there = select(position.c.id).where(position.c.enterprise_id == enterprise.c.id, position.c.community_id == community_id).exists()
    return every(tx, select(*columns(enterprise, Coded)).where(there).order_by(enterprise.c.name, enterprise.c.id), Coded)


def firm_by_code(tx: Connection, code: str) -> int | None:
    """The enterprise of this code."""
    return tx.execute(select(enterprise.c.id).where(enterprise.c.code == code)).scalar()


def place(tx: Connection, where: Scope) -> Place:
    """What a scope's community, cell and enterprise are called."""

    def called(table: Table, row_id: int | None) -> str | None:
        return None if row_id is None else str(tx.execute(select(table.c.name).where(table.c.id == row_id)).scalar() or "")

    return Place(called(community, where.community_id), called(cell, where.cell_id), called(enterprise, where.enterprise_id))
