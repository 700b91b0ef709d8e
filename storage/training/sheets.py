"""What her own file shows of her training: the classes she is in, and when she was there."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.training import attendance, class_session, enrolment, training_class


def enrolments(person_id: int) -> Query:
    """Classes with what became of them."""
    return (
        select(training_class.c.title, *picked(enrolment, "status since certificate assessed_at mark word"))
        .join(training_class, training_class.c.id == enrolment.c.class_id)
        .where(enrolment.c.person_id == person_id)
        .order_by(enrolment.c.id)
    )


def attendances(person_id: int) -> Query:
    """Sessions she signed in to."""
    return (
        select(training_class.c.title, class_session.c.starts_at, attendance.c.at)
        .select_from(attendance)
        .join(class_session, class_session.c.id == attendance.c.session_id)
        .join(training_class, training_class.c.id == class_session.c.class_id)
        .where(attendance.c.person_id == person_id)
        .order_by(attendance.c.id)
    )
