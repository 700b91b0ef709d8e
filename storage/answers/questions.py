"""Questions that nothing answered, with how often they were asked; who asked is not kept."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from storage.rows import columns, every, first, upsert
from storage.sealed import digest
from storage.tables.answers import asked_question


class Unanswered(NamedTuple):
    """One question, how often it was asked, and when last."""

    id: int
    said: str | None
    times: int
    last_at: datetime


_OPEN = asked_question.c.settled_at.is_(None)


def note(tx: Connection, said: str, *, plain: str, now: datetime) -> None:
    """Count a question that nothing answered; `plain` is it without what tells nothing. One that staff settled is open again."""
    name = digest(plain, "asked question")
    asked = upsert(tx, asked_question).values(digest=name, said=said, times=1, first_at=now, last_at=now)
    again = {"times": asked_question.c.times + 1, "last_at": now, "settled_at": None}
    tx.execute(asked.on_conflict_do_update(index_elements=["digest"], set_=again))


def unanswered(tx: Connection, *, limit: int) -> list[Unanswered]:
    """What is asked most, first."""
    found = select(*columns(asked_question, Unanswered)).where(_OPEN)
    ordered = found.order_by(asked_question.c.times.desc(), asked_question.c.last_at.desc(), asked_question.c.id)
    return every(tx, ordered.limit(limit), Unanswered)


def count(tx: Connection) -> int:
    """How many wait for an answer."""
    return int(tx.execute(select(func.count()).select_from(asked_question).where(_OPEN)).scalar_one())


def get(tx: Connection, number: int) -> Unanswered | None:
    """One that still waits."""
    return first(tx, select(*columns(asked_question, Unanswered)).where(asked_question.c.id == number, _OPEN), Unanswered)


def settle(tx: Connection, number: int, *, now: datetime) -> None:
    """It was answered, or needs no answer."""
    tx.execute(update(asked_question).where(asked_question.c.id == number).values(settled_at=now))


def forget(tx: Connection, *, before: datetime) -> int:
    """What nobody asked since then is gone."""
    return tx.execute(delete(asked_question).where(asked_question.c.last_at < before)).rowcount
