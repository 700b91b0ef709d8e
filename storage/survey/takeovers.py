"""Codes with which a woman takes over the profile that was made at her door: single use, one at a time, only their digests kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.people import persons
from storage.rows import columns, first
from storage.sealed import digest
from storage.staff import roles
from storage.tables.people import invitation, person
from storage.tables.work import community

# Without 0/O, 1/l/I: codes are read out and typed on phones.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def make(tx: Connection, person_id: int, *, by: int, expires_at: datetime, now: datetime) -> str:
    """A new code of ten characters for this profile; one made before is void from now on."""
    unused = (invitation.c.person_id == person_id, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None))
    tx.execute(update(invitation).where(*unused).values(withdrawn_at=now))
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    values = {"code_digest": digest(code, "invitation"), "role": "mother", "person_id": person_id, "created_by": by}
    tx.execute(insert(invitation).values(**values, expires_at=expires_at, created_at=now))
    return code


class Invited(NamedTuple):
    """A code with the profile that it opens."""

    id: int
    person_id: int
    created_by: int | None
    expires_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None
    key: str
    name: str | None
    community: str | None

    def usable(self, now: datetime) -> bool:
        """Whether nobody used it or made it void, and its time is not over."""
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > now


def find(tx: Connection, code: str) -> Invited | None:
    """The code with its profile, usable or not. None: no such code."""
    statement = (
        select(*columns(invitation, Invited, person, community=community.c.name))
        .select_from(invitation)
        .join(person, person.c.id == invitation.c.person_id)
        .outerjoin(community, community.c.id == person.c.community_id)
        .where(invitation.c.code_digest == digest(code.strip().lower(), "invitation"))
    )
    return first(tx, statement, Invited)


def use(tx: Connection, invitation_id: int, *, by: int, now: datetime) -> bool:
    """Use a code up; False where somebody did before."""
    unused = (
        invitation.c.id == invitation_id,
        invitation.c.used_at.is_(None),
        invitation.c.withdrawn_at.is_(None),
        invitation.c.expires_at > now,
    )
    return tx.execute(update(invitation).where(*unused).values(used_at=now, used_by=by)).rowcount == 1


def void(tx: Connection, invitation_id: int, *, now: datetime) -> bool:
    """Make a code useless; False where it was already."""
    unused = (invitation.c.id == invitation_id, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None))
    return tx.execute(update(invitation).where(*unused).values(withdrawn_at=now)).rowcount == 1


def free(tx: Connection, person_id: int) -> bool:
    """Whether nobody ever sat down on this profile: no address, not even one that is gone, and no role of any kind."""
    return not persons.seated(tx, person_id) and not roles.roles_of(tx, person_id)
