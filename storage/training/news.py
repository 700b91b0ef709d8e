"""Whom a new class is for, and when nobody is told of it any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, select, update

from storage.rows import columns
from storage.tables.messages import recipient
from storage.tables.people import consent, mother, person
from storage.tables.work import community, position


class Learner(NamedTuple):
    """A mother who agreed to be told; the place is her community's."""

    person_id: int
    skills: list[str]
    learn: list[str]
    lat: float | None
    lon: float | None


def needed_skills(tx: Connection) -> set[str]:
    """The skills that open posts ask for."""
    rows = tx.execute(select(position.c.skills).where(position.c.status == "published", position.c.taken < position.c.headcount)).scalars()
    return {skill for skills in rows for skill in skills}


def learners(tx: Connection) -> Iterator[Learner]:
    """All mothers who agreed to be told, one after the other."""
    agreed = and_(consent.c.person_id == mother.c.person_id, consent.c.purpose == "jobs", consent.c.withdrawn_at.is_(None))
    statement = (
        select(*columns(mother, Learner, community))
        .select_from(mother)
        .join(person, person.c.id == mother.c.person_id)
        .outerjoin(community, community.c.id == person.c.community_id)
        .where(person.c.merged_into.is_(None), select(consent.c.id).where(agreed, consent.c.enterprise_id.is_(None)).exists())
        .order_by(mother.c.person_id)
    )
    for row in tx.execute(statement.execution_options(yield_per=1000)):
        yield Learner._make(row)


def stop_news(tx: Connection, notice_id: int, *, now: datetime) -> None:
    """Who was not told yet of a class is not told any more."""
    waiting_ = and_(recipient.c.notice_id == notice_id, recipient.c.status == "waiting")
    tx.execute(update(recipient).where(waiting_).values(status="withheld", why="stale", decided_at=now))


def too_late(tx: Connection, notice_id: int, starts_at: datetime, *, now: datetime) -> None:
    """Who could only be told after the beginning is not told."""
    late = and_(recipient.c.notice_id == notice_id, recipient.c.status == "waiting", recipient.c.due_at >= starts_at)
    tx.execute(update(recipient).where(late).values(status="withheld", why="stale", decided_at=now))
