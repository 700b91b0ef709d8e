"""The sessions of classes: when they are, which were attended, and whose reminder is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from domain.training import certificates
from storage.rows import columns, every
from storage.tables.training import attendance, class_session, training_class, wrong_code


class Reminder(NamedTuple):
    """A session whose reminder is due."""

    id: int
    class_id: int
    starts_at: datetime
    remind_at: datetime


def times(tx: Connection, class_id: int) -> list[datetime]:
    """When a class meets."""
    return list(
        tx.execute(
            select(class_session.c.starts_at).where(class_session.c.class_id == class_id).order_by(class_session.c.starts_at)
        ).scalars()
    )


def attended_times(tx: Connection, class_id: int) -> set[datetime]:
    """The sessions of a class in which somebody was."""
    statement = select(class_session.c.starts_at).join(attendance, attendance.c.session_id == class_session.c.id)
    return set(tx.execute(statement.where(class_session.c.class_id == class_id)).scalars())


def set_sessions(tx: Connection, class_id: int, moments: Sequence[datetime], *, now: datetime) -> None:
    """Make these the sessions of a class; those that stay keep their reminders. None that goes may have been attended."""
    before = set(times(tx, class_id))
    if gone := before - set(moments):
        ids = select(class_session.c.id).where(class_session.c.class_id == class_id, class_session.c.starts_at.in_(gone))
        tx.execute(delete(wrong_code).where(wrong_code.c.session_id.in_(ids)))
        tx.execute(delete(class_session).where(class_session.c.class_id == class_id, class_session.c.starts_at.in_(gone)))
    fresh = [
        {"class_id": class_id, "starts_at": at, "remind_at": certificates.next_reminder(at, after=now)}
        for at in moments
        if at not in before
    ]
    if fresh:
        tx.execute(insert(class_session), fresh)
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(assess_at=max(moments) + certificates.AFTER))


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[Reminder]:
    """Sessions whose reminder is due."""
    statement = select(*columns(class_session, Reminder)).where(class_session.c.remind_at <= now)
    return every(tx, statement.order_by(class_session.c.remind_at, class_session.c.id).limit(limit), Reminder)


def reminded(tx: Connection, session_id: int, remind_at: datetime | None) -> None:
    """When the session's next reminder is due; None where there is none."""
    tx.execute(update(class_session).where(class_session.c.id == session_id).values(remind_at=remind_at))
