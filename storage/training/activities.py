"""Activities: announced to who lives there, joined as classes are, and what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, time
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, func, insert, select, update

from domain.access import Scope
from domain.months import first_day, later
from domain.notices import LOCAL
from domain.training.activities import About
from storage.rows import columns, every
from storage.scope import within
from storage.tables.people import mother, person
from storage.tables.training import PLACED, class_session, enrolment, training_class
from storage.training import sessions


class Plan(NamedTuple):
    """What is said of a new activity."""

    title: str
    about: About
    address: str
    note: str
    capacity: int


class Feedback(NamedTuple):
    """What one of those who joined thought of it; who she is is left out."""

    mark: int | None
    word: str | None


class Said(TypedDict, total=False):
    """A mark, a word of her own, or both."""

    mark: int
    word: str


def add(tx: Connection, community_id: int, plan: Plan, starts_at: datetime, *, now: datetime) -> int:
    """A new activity, which the next tick announces; the row's id."""
    values = {"code": f"A{secrets.token_hex(6)}", "kind": "activity", "skill": "", "leads_to": [], "status": "open", "created_at": now}
    row = insert(training_class).values({**values, **plan._asdict(), "community_id": community_id})
    fresh = int(tx.execute(row.returning(training_class.c.id)).scalar_one())
    sessions.set_sessions(tx, fresh, [starts_at], now=now)
    return fresh


def neighbours(tx: Connection, community_id: int) -> list[int]:
    """All who are registered there."""
    there = (person.c.community_id == community_id, person.c.merged_into.is_(None))
    return list(
        tx.execute(select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(*there).order_by(person.c.id)).scalars()
    )


def close_counted(tx: Connection, class_id: int, came: int) -> bool:
    """How many came: it is over. False where that was told before."""
    open_ = (training_class.c.id == class_id, training_class.c.kind == "activity", training_class.c.status == "open")
    return tx.execute(update(training_class).where(*open_).values(came=came, status="closed", assess_at=None)).rowcount == 1


def thought(tx: Connection, class_id: int, person_id: int, **said: Unpack[Said]) -> bool:
    """What she thought of it; False where she had no place. What she says later takes its place."""
    hers = (enrolment.c.class_id == class_id, enrolment.c.person_id == person_id, enrolment.c.status.in_(PLACED))
    return tx.execute(update(enrolment).where(*hers).values(**said)).rowcount == 1


def feedback(tx: Connection, class_id: int) -> list[Feedback]:
    """What those who joined thought of it."""
    marked = (enrolment.c.class_id == class_id, enrolment.c.mark.is_not(None))
    return every(tx, select(*columns(enrolment, Feedback)).where(*marked).order_by(enrolment.c.id), Feedback)


def by_community(tx: Connection, where: Iterable[Scope], month: str) -> dict[int, tuple[int, int]]:
    """Activities of a month that are over, and how many came, by community."""
    since, until = (datetime.combine(first_day(one), time(), LOCAL) for one in (month, later(month, 1)))
    over = (training_class.c.kind == "activity", training_class.c.came.is_not(None), within(where, community=training_class.c.community_id))
    within_month = (class_session.c.starts_at >= since, class_session.c.starts_at < until)
    counts = (func.count(), func.coalesce(func.sum(training_class.c.came), 0))
    rows = select(training_class.c.community_id, *counts).join(class_session, class_session.c.class_id == training_class.c.id)
    return {
        row[0]: (int(row[1]), int(row[2])) for row in tx.execute(rows.where(*over, *within_month).group_by(training_class.c.community_id))
    }
