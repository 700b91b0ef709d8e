"""The word of her own that opens her matter on a phone that others use too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.prepared import Prepared
from storage.sealed import digest
from storage.tables.mediation import matter_door

_HERS = select(matter_door.c.id).where(matter_door.c.person_id == bindparam("person"))
_OPENS = Prepared(_HERS.where(matter_door.c.word_digest == bindparam("digest")))


def put(tx: Connection, person_id: int, word: str, *, now: datetime) -> None:
    """Set her word, in place of an older one."""
    remove(tx, person_id)
    tx.execute(insert(matter_door).values(person_id=person_id, word_digest=_digest(person_id, word), set_at=now))


def remove(tx: Connection, person_id: int) -> None:
    """Her matter opens without a word again."""
    tx.execute(delete(matter_door).where(matter_door.c.person_id == person_id))


def closed(tx: Connection, person_id: int) -> bool:
    """Whether her matter opens by a word alone."""
    return tx.execute(_HERS, {"person": person_id}).first() is not None


def opens(tx: Connection, person_id: int, word: str) -> bool:
    """Whether this is her word."""
    return bool(_OPENS.rows(tx, {"person": person_id, "digest": _digest(person_id, word)}))


def _digest(person_id: int, word: str) -> str:
    return digest(f"{person_id}:{word.strip().lower()}", "matter door")
