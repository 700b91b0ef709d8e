"""Answers that staff wrote: used from the moment on at which they are written, by every process."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.rows import columns, every
from storage.tables.answers import staff_answer


class Written(NamedTuple):
    """One answer and the wordings that ask for it."""

    id: int
    wordings: list[str]
    answer: str


def add(tx: Connection, wordings: list[str], answer: str, *, author_id: int, now: datetime) -> int:
    """A new answer; its number."""
    values = {"wordings": wordings, "answer": answer, "author_id": author_id, "written_at": now}
    return int(tx.execute(insert(staff_answer).values(**values).returning(staff_answer.c.id)).scalar_one())


def withdraw(tx: Connection, number: int, *, now: datetime) -> None:
    """It is not given any more."""
    tx.execute(update(staff_answer).where(staff_answer.c.id == number).values(withdrawn_at=now))


def all_given(tx: Connection) -> list[Written]:
    """All that are given now, the newest first."""
    given = select(*columns(staff_answer, Written)).where(staff_answer.c.withdrawn_at.is_(None)).order_by(staff_answer.c.id.desc())
    return every(tx, given, Written)
