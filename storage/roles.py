"""Roles, the invitations that give them, and the log of who looked at what."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from storage.sealed import digest
from storage.tables import AccessLog, Community, Invitation, Role
from storage.tables.columns import table

R, I, LOG, COMMUNITY = table(Role), table(Invitation), table(AccessLog), table(Community)
# Without 0/O, 1/l/I: codes are read out and typed on phones.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def invite(tx: Connection, role: str, *, community_id: int | None, expires_at: datetime, now: datetime) -> str:
    """A new single-use code of ten characters; only its digest is stored."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    values = {
        "code_digest": digest(code, "invitation"),
        "role": role,
        "community_id": community_id,
        "expires_at": expires_at,
        "created_at": now,
    }
    tx.execute(insert(I).values(values))
    return code


def redeem(tx: Connection, code: str, person_id: int, *, now: datetime) -> dict[str, Any] | None:
    """Use a code: the invitation, or None where it is unknown, used or expired. Once, whoever comes second."""
    used = (
        update(I)
        .where(I.c.code_digest == digest(code.strip().lower(), "invitation"), I.c.used_at.is_(None), I.c.expires_at > now)
        .values(used_at=now, used_by=person_id)
        .returning(I.c.role, I.c.community_id, I.c.cell_id)
    )
    row = tx.execute(used).first()
    return None if row is None else dict(row._mapping)


def give(tx: Connection, person_id: int, role: str, *, community_id: int | None, cell_id: int | None, now: datetime) -> None:
    """Give a role; giving it again changes nothing."""
    held = roles_of(tx, person_id)
    if not any(r["role"] == role and r["community_id"] == community_id and r["cell_id"] == cell_id for r in held):
        tx.execute(insert(R).values(person_id=person_id, role=role, community_id=community_id, cell_id=cell_id, given_at=now))


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


def log(tx: Connection, *, actor_id: int | None, action: str, subject_kind: str, subject_id: int | None, now: datetime) -> None:
    """Write down that somebody looked at or changed something."""
    tx.execute(insert(LOG).values(at=now, actor_id=actor_id, action=action, subject_kind=subject_kind, subject_id=subject_id, detail={}))


def everybody(tx: Connection, role: str) -> list[int]:
    """All who hold a role anywhere."""
    return list(
        tx.execute(select(R.c.person_id).where(R.c.role == role, R.c.withdrawn_at.is_(None)).distinct().order_by(R.c.person_id)).scalars()
    )
