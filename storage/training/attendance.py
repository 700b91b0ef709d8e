"""Who was in which session, how often a wrong code was said, and who passed in the end."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.training import certificates
from storage.rows import columns, every, first, upsert
from storage.sealed import secret_for
from storage.tables.people import person
from storage.tables.training import PLACED, ClassStatus, EnrolmentStatus, attendance, class_session, enrolment, training_class, wrong_code


class Session(NamedTuple):
    """One session, with the title, place and status of its class."""

    id: int
    starts_at: datetime
    class_id: int
    title: str
    community_id: int
    status: ClassStatus


class Meeting(NamedTuple):
    """One session of a class, with how many came."""

    id: int
    starts_at: datetime
    came: int


class Now(NamedTuple):
    """A session that goes on, and whether she is signed in."""

    id: int
    starts_at: datetime
    title: str
    came: bool


class Pupil(NamedTuple):
    """Who has a place in a class: how many sessions she attended, and whether she came to the one that was asked about."""

    id: int
    class_id: int
    person_id: int
    status: EnrolmentStatus
    certificate: str | None
    name: str | None
    key: str
    phone: str | None
    attended: int
    came: bool


_OF_CLASS = class_session.join(training_class, training_class.c.id == class_session.c.class_id)


def code_key(session_id: int) -> bytes:
    """The key of a session's codes: derived from the sealing key, stored nowhere."""
    return secret_for(f"attendance:{session_id}")


def session(tx: Connection, session_id: int) -> Session | None:
    """One session."""
    statement = select(*columns(class_session, Session, training_class)).select_from(_OF_CLASS)
    return first(tx, statement.where(class_session.c.id == session_id), Session)


def sessions(tx: Connection, class_id: int) -> list[Meeting]:
    """The sessions of a class in order."""
    came = select(func.count()).where(attendance.c.session_id == class_session.c.id).scalar_subquery()
    statement = select(*columns(class_session, Meeting, came=came)).where(class_session.c.class_id == class_id)
    return every(tx, statement.order_by(class_session.c.starts_at), Meeting)


def hers_now(tx: Connection, person_id: int, *, now: datetime) -> list[Now]:
    """Sessions that go on now of classes in which she has a place."""
    came = select(attendance.c.id).where(attendance.c.session_id == class_session.c.id, attendance.c.person_id == person_id).exists()
    statement = (
        select(*columns(class_session, Now, training_class, came=came))
        .select_from(_OF_CLASS)
        .join(enrolment, enrolment.c.class_id == training_class.c.id)
        .where(enrolment.c.person_id == person_id, enrolment.c.status == "enrolled")
        .where(class_session.c.starts_at >= now - certificates.AFTER, class_session.c.starts_at <= now + certificates.BEFORE)
        .order_by(class_session.c.starts_at, class_session.c.id)
    )
    return every(tx, statement, Now)


def sign_in(tx: Connection, session_id: int, person_id: int, *, by: int | None, now: datetime) -> bool:
    """She was there; False where that was known."""
    values = {"session_id": session_id, "person_id": person_id, "at": now, "ticked_by": by}
    return tx.execute(upsert(tx, attendance).values(values).on_conflict_do_nothing().returning(attendance.c.id)).first() is not None


def sign_out(tx: Connection, session_id: int, person_id: int) -> bool:
    """Ticked by mistake; False where she was not signed in."""
    hers = delete(attendance).where(attendance.c.session_id == session_id, attendance.c.person_id == person_id)
    return tx.execute(hers).rowcount == 1


def wrong_codes(tx: Connection, session_id: int, person_id: int) -> int:
    """How often she said a wrong code in this session."""
    return (
        tx.execute(select(wrong_code.c.count).where(wrong_code.c.session_id == session_id, wrong_code.c.person_id == person_id)).scalar()
        or 0
    )


def count_wrong(tx: Connection, session_id: int, person_id: int) -> int:
    """One more wrong code; how many it is now."""
    hers = update(wrong_code).where(wrong_code.c.session_id == session_id, wrong_code.c.person_id == person_id)
    count = tx.execute(hers.values(count=wrong_code.c.count + 1).returning(wrong_code.c.count)).scalar()
    if count is None:
        tx.execute(insert(wrong_code).values(session_id=session_id, person_id=person_id, count=1))
    return int(count or 1)


def roll(tx: Connection, class_id: int, *, session_id: int | None = None) -> list[Pupil]:
    """Everybody who has a place in a class, by enrolment."""
    mine = attendance.c.person_id == enrolment.c.person_id
    attended = (
        select(func.count())
        .select_from(attendance)
        .join(class_session, class_session.c.id == attendance.c.session_id)
        .where(mine, class_session.c.class_id == enrolment.c.class_id)
        .scalar_subquery()
    )
    came = select(attendance.c.id).where(mine, attendance.c.session_id == (session_id or 0)).exists()
    statement = (
        select(*columns(enrolment, Pupil, person, attended=attended, came=came))
        .select_from(enrolment)
        .join(person, person.c.id == enrolment.c.person_id)
        .where(enrolment.c.class_id == class_id, enrolment.c.status.in_(PLACED))
        .order_by(enrolment.c.id)
    )
    return every(tx, statement, Pupil)


def class_of(tx: Connection, enrolment_id: int) -> int | None:
    """The class of an enrolment."""
    return tx.execute(select(enrolment.c.class_id).where(enrolment.c.id == enrolment_id)).scalar()


def assess(tx: Connection, enrolment_id: int, certificate: str | None, *, by: int, now: datetime) -> bool:
    """Passed, with a certificate's number, or failed without one. A failed one may still pass; False where nothing changed."""
    before = ("enrolled", "failed") if certificate else ("enrolled",)
    values = {"status": "passed" if certificate else "failed", "certificate": certificate, "assessed_at": now, "assessed_by": by}
    return tx.execute(update(enrolment).where(enrolment.c.id == enrolment_id, enrolment.c.status.in_(before)).values(values)).rowcount == 1
