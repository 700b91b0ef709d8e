"""What she agreed to: each purpose with the version of its words, withdrawn as easily as given (PIPL 14-17)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, select, update

from storage.tables.people import consent, mother
from storage.work import seekers

# The consent without which she is not matched.
JOBS = "jobs"


_HERS = (consent.c.person_id == bindparam("person"), consent.c.withdrawn_at.is_(None), consent.c.enterprise_id.is_(None))
_GIVEN = select(consent.c.purpose, func.max(consent.c.version).label("version")).where(*_HERS).group_by(consent.c.purpose)


def given(tx: Connection, person_id: int) -> dict[str, int]:
    """Purposes she agrees to now, with the version of the words; those that name an enterprise are left out."""
    return {row.purpose: row.version for row in tx.execute(_GIVEN, {"person": person_id})}


def has(tx: Connection, person_id: int, purpose: str, *, enterprise_id: int | None = None) -> bool:
    """Whether she agrees to a purpose; with an enterprise, whether she named that one."""
    whom = consent.c.enterprise_id.is_(None) if enterprise_id is None else consent.c.enterprise_id == enterprise_id
    given = select(consent.c.id).where(_open(person_id, purpose), whom)
    return tx.execute(given.limit(1)).first() is not None


def _open(person_id: int, purpose: str) -> ColumnElement[bool]:
    return and_(consent.c.person_id == person_id, consent.c.purpose == purpose, consent.c.withdrawn_at.is_(None))


def agree(tx: Connection, person_id: int, purpose: str, *, version: int, now: datetime, enterprise_id: int | None = None) -> None:
    """She agrees; agreeing again changes nothing."""
    if not has(tx, person_id, purpose, enterprise_id=enterprise_id):
        tx.execute(insert(consent).values(person_id=person_id, purpose=purpose, version=version, enterprise_id=enterprise_id, given_at=now))
        if purpose == JOBS:
            seekers.touch(tx, mother.c.person_id == person_id)


def withdraw(tx: Connection, person_id: int, purpose: str, *, now: datetime) -> None:
    """She no longer agrees, also where she had named enterprises. The old rows stay as proof."""
    tx.execute(update(consent).where(_open(person_id, purpose)).values(withdrawn_at=now))
    if purpose == JOBS:
        seekers.touch(tx, mother.c.person_id == person_id)
