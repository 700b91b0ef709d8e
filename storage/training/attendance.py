"""Who was in which session, how often a wrong code was said, and who passed in the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.training import certificates
from storage.sealed import secret_for
from storage.training.classes import ATTENDANCE, CLASS, PERSON, PLACED, SESSION, WRONG, E

_SESSIONS = (
    select(SESSION.c.id, SESSION.c.starts_at, SESSION.c.class_id, CLASS.c.title, CLASS.c.community_id, CLASS.c.status)
    .select_from(SESSION)
    .join(CLASS, CLASS.c.id == SESSION.c.class_id)
)


def code_key(session_id: int) -> bytes:
    """The key of a session's codes: derived from the sealing key, stored nowhere."""
    return secret_for(f"attendance:{session_id}")


def session(tx: Connection, session_id: int) -> dict[str, Any] | None:
    """One session with the title, community and status of its class."""
    row = tx.execute(_SESSIONS.where(SESSION.c.id == session_id)).first()
    return None if row is None else dict(row._mapping)


def sessions(tx: Connection, class_id: int) -> list[dict[str, Any]]:
    """The sessions of a class in order, with how many came."""
    came = select(func.count()).where(ATTENDANCE.c.session_id == SESSION.c.id).scalar_subquery()
    statement = _SESSIONS.add_columns(came.label("came")).where(SESSION.c.class_id == class_id).order_by(SESSION.c.starts_at)
    return [dict(row._mapping) for row in tx.execute(statement)]


def hers_now(tx: Connection, person_id: int, *, now: datetime) -> list[dict[str, Any]]:
    """Sessions that go on now of classes in which she has a place, with `came`: whether she is signed in."""
    came = select(ATTENDANCE.c.id).where(ATTENDANCE.c.session_id == SESSION.c.id, ATTENDANCE.c.person_id == person_id).exists()
    statement = (
        _SESSIONS.add_columns(came.label("came"))
        .join(E, E.c.class_id == CLASS.c.id)
        .where(E.c.person_id == person_id, E.c.status == "enrolled")
        .where(SESSION.c.starts_at >= now - certificates.AFTER, SESSION.c.starts_at <= now + certificates.BEFORE)
        .order_by(SESSION.c.starts_at, SESSION.c.id)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def sign_in(tx: Connection, session_id: int, person_id: int, *, by: int | None, now: datetime) -> bool:
    """She was there; False where that was known."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    values = {"session_id": session_id, "person_id": person_id, "at": now, "ticked_by": by}
    return tx.execute(dialect.insert(ATTENDANCE).values(values).on_conflict_do_nothing().returning(ATTENDANCE.c.id)).first() is not None


def sign_out(tx: Connection, session_id: int, person_id: int) -> bool:
    """Ticked by mistake; False where she was not signed in."""
    hers = delete(ATTENDANCE).where(ATTENDANCE.c.session_id == session_id, ATTENDANCE.c.person_id == person_id)
    return tx.execute(hers).rowcount == 1


def wrong_codes(tx: Connection, session_id: int, person_id: int) -> int:
    """How often she said a wrong code in this session."""
    return tx.execute(select(WRONG.c.count).where(WRONG.c.session_id == session_id, WRONG.c.person_id == person_id)).scalar() or 0


def count_wrong(tx: Connection, session_id: int, person_id: int) -> int:
    """One more wrong code; how many it is now."""
    hers = update(WRONG).where(WRONG.c.session_id == session_id, WRONG.c.person_id == person_id)
    found = tx.execute(hers.values(count=WRONG.c.count + 1).returning(WRONG.c.count)).scalar()
    if found is None:
        tx.execute(insert(WRONG).values(session_id=session_id, person_id=person_id, count=1))
    return int(found or 1)


def roll(tx: Connection, class_id: int, *, session_id: int | None = None) -> list[dict[str, Any]]:
    """Who has a place in a class: enrolment's id and status, person, `attended` (sessions), `came` (to that session), by enrolment."""
    mine = ATTENDANCE.c.person_id == E.c.person_id
    attended = (
        select(func.count())
        .select_from(ATTENDANCE)
        .join(SESSION, SESSION.c.id == ATTENDANCE.c.session_id)
        .where(mine, SESSION.c.class_id == E.c.class_id)
        .scalar_subquery()
    )
    came = select(ATTENDANCE.c.id).where(mine, ATTENDANCE.c.session_id == (session_id or 0)).exists()
    statement = (
        select(
            E.c.id,
            E.c.class_id,
            E.c.person_id,
            E.c.status,
            E.c.certificate,
            PERSON.c.name,
            PERSON.c.key,
            PERSON.c.phone,
            attended.label("attended"),
            came.label("came"),
        )
        .select_from(E)
        .join(PERSON, PERSON.c.id == E.c.person_id)
        .where(E.c.class_id == class_id, E.c.status.in_(PLACED))
        .order_by(E.c.id)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def class_of(tx: Connection, enrolment_id: int) -> int | None:
    """The class of an enrolment."""
    return tx.execute(select(E.c.class_id).where(E.c.id == enrolment_id)).scalar()


def assess(tx: Connection, enrolment_id: int, certificate: str | None, *, by: int, now: datetime) -> bool:
    """Passed, with a certificate's number, or failed without one. A failed one may still pass; False where nothing changed."""
    before = ("enrolled", "failed") if certificate else ("enrolled",)
    values = {"status": "passed" if certificate else "failed", "certificate": certificate, "assessed_at": now, "assessed_by": by}
    return tx.execute(update(E).where(E.c.id == enrolment_id, E.c.status.in_(before)).values(values)).rowcount == 1
