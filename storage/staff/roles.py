"""Roles, the invitations that give them, and the log of who looked at what."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, or_, select, update

from domain.access import Scope
from storage.scope import within
from storage.sealed import digest
from storage.tables import Cell, Community, Enterprise, Invitation, Person, Position, Role
from storage.tables.columns import table

R, I, COMMUNITY = table(Role), table(Invitation), table(Community)
CELL, FIRM, PERSON, POST = table(Cell), table(Enterprise), table(Person), table(Position)
# Without 0/O, 1/l/I: codes are read out and typed on phones.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


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
    return int(tx.execute(insert(I).values(values).returning(I.c.id)).scalar_one()), code


def _usable(now: datetime) -> tuple[Any, ...]:
    # Codes with a person are storage.takeovers' affair.
    return (I.c.person_id.is_(None), I.c.used_at.is_(None), I.c.withdrawn_at.is_(None), I.c.expires_at > now)


def redeem(tx: Connection, code: str, person_id: int, *, now: datetime) -> dict[str, Any] | None:
    """Use a code: the invitation, or None where it is unknown, used, withdrawn or expired. Once, whoever comes second."""
    this = I.c.code_digest == digest(code.strip().lower(), "invitation")
    used = update(I).where(this, *_usable(now)).values(used_at=now, used_by=person_id)
    row = tx.execute(used.returning(I.c.role, I.c.community_id, I.c.cell_id, I.c.enterprise_id, I.c.created_by)).first()
    return None if row is None else dict(row._mapping)


def give(tx: Connection, person_id: int, role: str, where: Scope, *, now: datetime, by: int | None = None) -> None:
    """Give a role in a scope; giving it again changes nothing."""
    held = roles_of(tx, person_id)
    if not any(r["role"] == role and Scope(r["community_id"], r["cell_id"], r["enterprise_id"]) == where for r in held):
        place = {"community_id": where.community_id, "cell_id": where.cell_id, "enterprise_id": where.enterprise_id}
        tx.execute(insert(R).values(person_id=person_id, role=role, given_at=now, given_by=by, **place))


_ROLES = (
    select(R.c.role, R.c.community_id, R.c.cell_id, R.c.enterprise_id, COMMUNITY.c.name.label("community"))
    .select_from(R)
    .outerjoin(COMMUNITY, COMMUNITY.c.id == R.c.community_id)
    .where(R.c.person_id == bindparam("person"), R.c.withdrawn_at.is_(None))
    .order_by(R.c.id)
)


def roles_of(tx: Connection, person_id: int) -> list[dict[str, Any]]:
    """Roles a person holds now, with the community's name."""
    return [row._asdict() for row in tx.execute(_ROLES, {"person": person_id})]


def staff(tx: Connection, role: str, community_id: int | None) -> list[int]:
    """Persons who hold a role for a community, the city's included."""
    whom = R.c.community_id.is_(None) if community_id is None else or_(R.c.community_id == community_id, R.c.community_id.is_(None))
    return list(tx.execute(select(R.c.person_id).where(R.c.role == role, R.c.withdrawn_at.is_(None), whom).order_by(R.c.id)).scalars())


def everybody(tx: Connection, role: str) -> list[int]:
    """All who hold a role anywhere."""
    return list(
        tx.execute(select(R.c.person_id).where(R.c.role == role, R.c.withdrawn_at.is_(None)).distinct().order_by(R.c.person_id)).scalars()
    )


def _named(rows: Any) -> Select[Any]:
    """Rows of roles or invitations with the names of where they hold."""
    names = (COMMUNITY.c.name.label("community"), CELL.c.name.label("cell"), FIRM.c.name.label("enterprise"))
    joined = rows.outerjoin(COMMUNITY, COMMUNITY.c.id == rows.c.community_id).outerjoin(CELL, CELL.c.id == rows.c.cell_id)
    return select(rows, *names).select_from(joined.outerjoin(FIRM, FIRM.c.id == rows.c.enterprise_id))


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]


def given(tx: Connection, role_id: int) -> dict[str, Any] | None:
    """One role that is held now, with its places' names and its holder's name and key."""
    return next(iter(_rows(tx.execute(_GIVEN.where(R.c.id == role_id)))), None)


_GIVEN = (
    _named(R).add_columns(PERSON.c.name, PERSON.c.key).join_from(R, PERSON, PERSON.c.id == R.c.person_id).where(R.c.withdrawn_at.is_(None))
)


def all_given(tx: Connection, where: Iterable[Scope], *, names: Collection[str], after: int, limit: int) -> list[dict[str, Any]]:
    """Roles of these names that are held within these scopes, as `given` gives them, by row id. A firm's contact is found by her community."""
    mine = within(where, community=R.c.community_id, cell=R.c.cell_id)
    return _rows(tx.execute(_GIVEN.where(R.c.role.in_(list(names)), R.c.id > after, mine).order_by(R.c.id).limit(limit)))


def open_invitations(tx: Connection, where: Iterable[Scope], *, names: Collection[str], now: datetime, limit: int) -> list[dict[str, Any]]:
    """Invitations to these roles within these scopes that can still be used, with the names of their places; newest first."""
    mine = within(where, community=I.c.community_id, cell=I.c.cell_id)
    statement = _named(I).where(*_usable(now), I.c.role.in_(list(names)), mine)
    return _rows(tx.execute(statement.order_by(I.c.id.desc()).limit(limit)))


def invitation(tx: Connection, invitation_id: int) -> dict[str, Any] | None:
    """One invitation, in whatever state."""
    return next(iter(_rows(tx.execute(_named(I).where(I.c.id == invitation_id)))), None)


def void(tx: Connection, *, now: datetime, invitation_id: int | None = None, created_by: int | None = None) -> int:
    """Withdraw one invitation, or all that somebody made, before they are used; how many that were."""
    which = I.c.id == invitation_id if invitation_id is not None else I.c.created_by == created_by
    return tx.execute(update(I).where(which, *_usable(now)).values(withdrawn_at=now)).rowcount


def withdraw(tx: Connection, role_id: int, *, now: datetime) -> bool:
    """End a role at once; False where it had ended before."""
    return tx.execute(update(R).where(R.c.id == role_id, R.c.withdrawn_at.is_(None)).values(withdrawn_at=now)).rowcount == 1


def other_federation(tx: Connection, role_id: int) -> bool:
    """Whether somebody holds the federation's role for the whole city besides this row."""
    city = (R.c.role == "federation", R.c.community_id.is_(None), R.c.withdrawn_at.is_(None))
    return tx.execute(select(R.c.id).where(*city, R.c.id != role_id).limit(1)).first() is not None


def cells_of(tx: Connection, community_id: int) -> list[dict[str, Any]]:
    """A community's grid cells by code."""
    return _rows(tx.execute(select(CELL).where(CELL.c.community_id == community_id).order_by(CELL.c.code)))


def firms_of(tx: Connection, community_id: int) -> list[dict[str, Any]]:
    """Enterprises that have, or had, posts in a community, by name: id, code, name."""
    there = select(POST.c.id).where(POST.c.enterprise_id == FIRM.c.id, POST.c.community_id == community_id).exists()
    return _rows(tx.execute(select(FIRM.c.id, FIRM.c.code, FIRM.c.name).where(there).order_by(FIRM.c.name, FIRM.c.id)))


def firm_by_code(tx: Connection, code: str) -> int | None:
    """The enterprise of this code."""
    return tx.execute(select(FIRM.c.id).where(FIRM.c.code == code)).scalar()


def place(tx: Connection, where: Scope) -> dict[str, str]:
    """The names of a scope's community, cell and enterprise, those it has."""
    found = {}
    for name, rows, row_id in (
        ("community", COMMUNITY, where.community_id),
        ("cell", CELL, where.cell_id),
        ("enterprise", FIRM, where.enterprise_id),
    ):
        if row_id is not None:
            found[name] = str(tx.execute(select(rows.c.name).where(rows.c.id == row_id)).scalar() or "")
    return found
