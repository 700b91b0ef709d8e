"""Codes that open what is one person's, each for one purpose: single use, one at a time, only their digests kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.people import persons
from storage.rows import columns, first
from storage.sealed import digest
from storage.staff import roles
from storage.tables.people import Purpose, invitation, person
from storage.tables.work import community

# Without 0/O, 1/l/I: codes are read out and typed on phones.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def make(
    tx: Connection, person_id: int, *, by: int, expires_at: datetime, now: datetime, purpose: Purpose = "takeover", length: int = 10
) -> str:
    """A new code for this person, of so many characters; one made before for the same purpose is void from now on."""
    void_all(tx, person_id, purpose, now=now)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(length))
    values = {"code_digest": digest(code, "invitation"), "role": "mother", "person_id": person_id, "created_by": by, "purpose": purpose}
    tx.execute(insert(invitation).values(**values, expires_at=expires_at, created_at=now))
    return code


def void_all(tx: Connection, person_id: int, purpose: Purpose, *, now: datetime) -> int:
    """Make every unused code of a person for this purpose useless; how many that were."""
    return tx.execute(update(invitation).where(*_unused(person_id, purpose)).values(withdrawn_at=now)).rowcount


def keep(tx: Connection, person_id: int, purpose: Purpose, *, until: datetime, now: datetime) -> int:
    """Let her code for this purpose, which still holds, hold until then; how many that were."""
    holds = invitation.c.expires_at > now
    return tx.execute(update(invitation).where(*_unused(person_id, purpose), holds).values(expires_at=until)).rowcount


def _unused(person_id: int, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    hers = (invitation.c.person_id == person_id, invitation.c.purpose == purpose)
    return (*hers, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None))


class Invited(NamedTuple):
    """A code with the profile that it opens."""

    id: int
    person_id: int
    purpose: Purpose
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
