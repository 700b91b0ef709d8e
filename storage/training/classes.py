"""Classes, their sessions, and who is in them: never more than there are places, the waiting list in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from domain.access import Scope
from domain.training import certificates
from storage.database import lock
from storage.scope import within
from storage.tables import (
    Attendance,
    ClassSession,
    Community,
    Consent,
    Enrolment,
    Mother,
    Person,
    Position,
    Recipient,
    TrainingClass,
    WrongCode,
)
from storage.tables.columns import table

CLASS, SESSION, E, ATTENDANCE, WRONG = table(TrainingClass), table(ClassSession), table(Enrolment), table(Attendance), table(WrongCode)
C, M, PERSON, P, CONSENT, R = table(Community), table(Mother), table(Person), table(Position), table(Consent), table(Recipient)

# Who has, or had, one of the places.
PLACED = ("enrolled", "passed", "failed")


def _counted(*statuses: str) -> Any:
    # An alias, since E itself may stand in the statement around it.
    theirs = E.alias()
    return select(func.count()).where(theirs.c.class_id == CLASS.c.id, theirs.c.status.in_(statuses)).correlate(CLASS).scalar_subquery()


_CLASSES = (
    select(
        CLASS,
        C.c.name.label("community"),
        C.c.lat,
        C.c.lon,
        _counted(*PLACED).label("taken"),
        _counted("waiting").label("waiting"),
    )
    .select_from(CLASS)
    .join(C, C.c.id == CLASS.c.community_id)
)


def _classes(tx: Connection, statement: Any) -> list[dict[str, Any]]:
    """Classes with `sessions`: their moments in order."""
    rows = [dict(row._mapping) for row in tx.execute(statement)]
    found = select(SESSION.c.class_id, SESSION.c.starts_at).where(SESSION.c.class_id.in_([row["id"] for row in rows]))
    times: dict[int, list[datetime]] = {}
    for row in tx.execute(found.order_by(SESSION.c.starts_at)):
        times.setdefault(row.class_id, []).append(row.starts_at)
    return [{**row, "sessions": times.get(row["id"], [])} for row in rows]


def hold(tx: Connection, class_id: int) -> None:
    """Nobody else changes who is in this class until the transaction ends."""
    lock(tx, f"class:{class_id}")


def get(tx: Connection, class_id: int) -> dict[str, Any] | None:
    """One class with its place, its sessions, and how many are in it (`taken`) and wait."""
    found = _classes(tx, _CLASSES.where(CLASS.c.id == class_id))
    return found[0] if found else None


def coming(tx: Connection, *, now: datetime, skill: str | None = None) -> list[dict[str, Any]]:
    """Open classes that can still be joined, the one that begins first first."""
    statement = _CLASSES.where(CLASS.c.status == "open")
    found = _classes(tx, statement if skill is None else statement.where(CLASS.c.skill == skill))
    return sorted((row for row in found if certificates.joinable(row["sessions"], now)), key=lambda row: (row["sessions"][0], row["id"]))


def managed(tx: Connection, where: Iterable[Scope], *, limit: int) -> list[dict[str, Any]]:
    """Classes within these scopes, those that are open first, newest first."""
    mine = within(where, community=CLASS.c.community_id)
    return _classes(tx, _CLASSES.where(mine).order_by(CLASS.c.status.desc(), CLASS.c.id.desc()).limit(limit))


def of_person(tx: Connection, person_id: int, *, limit: int = 10) -> list[dict[str, Any]]:
    """Her classes with `mine` (how she stands), newest first; those she left are left out."""
    statement = _CLASSES.add_columns(E.c.status.label("mine"), E.c.certificate).join(E, E.c.class_id == CLASS.c.id)
    hers = and_(E.c.person_id == person_id, E.c.status != "cancelled")
    return _classes(tx, statement.where(hers).order_by(E.c.id.desc()).limit(limit))


def times(tx: Connection, class_id: int) -> list[datetime]:
    """When a class meets."""
    return list(tx.execute(select(SESSION.c.starts_at).where(SESSION.c.class_id == class_id).order_by(SESSION.c.starts_at)).scalars())


def attended_times(tx: Connection, class_id: int) -> set[datetime]:
    """The sessions of a class in which somebody was."""
    statement = select(SESSION.c.starts_at).join(ATTENDANCE, ATTENDANCE.c.session_id == SESSION.c.id)
    return set(tx.execute(statement.where(SESSION.c.class_id == class_id)).scalars())


def set_sessions(tx: Connection, class_id: int, moments: Sequence[datetime], *, now: datetime) -> None:
    """Make these the sessions of a class; those that stay keep their reminders. None that goes may have been attended."""
    before = set(times(tx, class_id))
    if gone := before - set(moments):
        ids = select(SESSION.c.id).where(SESSION.c.class_id == class_id, SESSION.c.starts_at.in_(gone))
        tx.execute(delete(WRONG).where(WRONG.c.session_id.in_(ids)))
        tx.execute(delete(SESSION).where(SESSION.c.class_id == class_id, SESSION.c.starts_at.in_(gone)))
    fresh = [
        {"class_id": class_id, "starts_at": at, "remind_at": certificates.next_reminder(at, after=now)}
        for at in moments
        if at not in before
    ]
    if fresh:
        tx.execute(insert(SESSION), fresh)
    tx.execute(update(CLASS).where(CLASS.c.id == class_id).values(assess_at=max(moments) + certificates.AFTER))


def taken(tx: Connection, class_id: int) -> int:
    """How many have a place."""
    return int(tx.execute(select(func.count()).where(E.c.class_id == class_id, E.c.status.in_(PLACED))).scalar_one())


def status_of(tx: Connection, class_id: int, person_id: int) -> str | None:
    """How a person stands in a class; None where she never joined."""
    return tx.execute(select(E.c.status).where(E.c.class_id == class_id, E.c.person_id == person_id)).scalar()


def join(tx: Connection, class_id: int, person_id: int, *, now: datetime) -> str:
    """Give her a place, or put her at the end of the waiting list; how she stands then. Who is in it already stays as she is."""
    hold(tx, class_id)
    status = status_of(tx, class_id, person_id)
    if status is not None and status != "cancelled":
        return status
    # A new row, since the list goes by row: who was there meanwhile goes first.
    tx.execute(delete(E).where(E.c.class_id == class_id, E.c.person_id == person_id))
    capacity = tx.execute(select(CLASS.c.capacity).where(CLASS.c.id == class_id)).scalar_one()
    free = taken(tx, class_id) < capacity and not waiting(tx, class_id)
    status = "enrolled" if free else "waiting"
    tx.execute(insert(E).values(class_id=class_id, person_id=person_id, status=status, since=now))
    return status


def waiting(tx: Connection, class_id: int) -> list[int]:
    """The persons on the waiting list, who is next first."""
    return list(tx.execute(select(E.c.person_id).where(E.c.class_id == class_id, E.c.status == "waiting").order_by(E.c.id)).scalars())


def leave(tx: Connection, class_id: int, person_id: int) -> bool:
    """Give her place, or her turn, back; False where she had none."""
    hold(tx, class_id)
    hers = and_(E.c.class_id == class_id, E.c.person_id == person_id, E.c.status.in_(("enrolled", "waiting")))
    return tx.execute(update(E).where(hers).values(status="cancelled")).rowcount == 1


def move_up(tx: Connection, class_id: int) -> list[int]:
    """Give free places to those who wait, in their order; who got one."""
    hold(tx, class_id)
    capacity = tx.execute(select(CLASS.c.capacity).where(CLASS.c.id == class_id)).scalar_one()
    moved = waiting(tx, class_id)[: max(capacity - taken(tx, class_id), 0)]
    if moved:
        tx.execute(update(E).where(E.c.class_id == class_id, E.c.person_id.in_(moved)).values(status="enrolled"))
    return moved


def with_waiting(tx: Connection) -> list[dict[str, Any]]:
    """Open classes that somebody waits for."""
    some = select(E.c.id).where(E.c.class_id == CLASS.c.id, E.c.status == "waiting").exists()
    return _classes(tx, _CLASSES.where(CLASS.c.status == "open", some).order_by(CLASS.c.id))


def no_longer_waiting(tx: Connection, class_id: int) -> list[int]:
    """Nobody gets a place any more; who waited for one."""
    hold(tx, class_id)
    found = waiting(tx, class_id)
    tx.execute(update(E).where(E.c.class_id == class_id, E.c.status == "waiting").values(status="cancelled"))
    return found


def members(tx: Connection, class_id: int, *statuses: str) -> list[int]:
    """Persons in a class who stand like this."""
    return list(tx.execute(select(E.c.person_id).where(E.c.class_id == class_id, E.c.status.in_(statuses)).order_by(E.c.id)).scalars())


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Sessions whose reminder is due, with their class."""
    statement = select(SESSION).where(SESSION.c.remind_at <= now).order_by(SESSION.c.remind_at, SESSION.c.id).limit(limit)
    return [dict(row._mapping) for row in tx.execute(statement)]


def reminded(tx: Connection, session_id: int, remind_at: datetime | None) -> None:
    """When the session's next reminder is due; None where there is none."""
    tx.execute(update(SESSION).where(SESSION.c.id == session_id).values(remind_at=remind_at))


def change(tx: Connection, class_id: int, **values: Any) -> None:
    """Set columns of a class."""
    tx.execute(update(CLASS).where(CLASS.c.id == class_id).values(**values))


def unannounced(tx: Connection, *, limit: int = 1) -> list[dict[str, Any]]:
    """Open classes whose mothers were not looked for yet."""
    return _classes(tx, _CLASSES.where(CLASS.c.status == "open", CLASS.c.announced_at.is_(None)).order_by(CLASS.c.id).limit(limit))


def still_announced(tx: Connection) -> list[dict[str, Any]]:
    """Classes of which somebody is still to be told."""
    some = select(R.c.id).where(R.c.notice_id == CLASS.c.notice_id, R.c.status == "waiting").exists()
    return _classes(tx, _CLASSES.where(CLASS.c.notice_id.is_not(None), some).order_by(CLASS.c.id))


def cancel(tx: Connection, class_id: int) -> list[int]:
    """The class does not take place: everybody is out of it; who was in it or waited."""
    hold(tx, class_id)
    found = members(tx, class_id, "enrolled", "waiting")
    tx.execute(update(E).where(E.c.class_id == class_id, E.c.status.in_(("enrolled", "waiting"))).values(status="cancelled"))
    tx.execute(update(CLASS).where(CLASS.c.id == class_id).values(status="closed", assess_at=None, changed_at=None))
    return found


def changed(tx: Connection, *, limit: int = 10) -> list[dict[str, Any]]:
    """Classes whose times changed and whose people do not know yet."""
    return _classes(tx, _CLASSES.where(CLASS.c.changed_at.is_not(None)).order_by(CLASS.c.id).limit(limit))


def to_assess(tx: Connection, *, now: datetime, limit: int = 10) -> list[dict[str, Any]]:
    """Classes that are over and of which staff were not told yet."""
    return _classes(tx, _CLASSES.where(CLASS.c.status == "open", CLASS.c.assess_at <= now).order_by(CLASS.c.id).limit(limit))


def needed_skills(tx: Connection) -> set[str]:
    """The skills that open posts ask for."""
    rows = tx.execute(select(P.c.skills).where(P.c.status == "published", P.c.taken < P.c.headcount)).scalars()
    return {skill for skills in rows for skill in skills}


def learners(tx: Connection) -> Iterator[dict[str, Any]]:
    """All mothers who agreed to be told, one after the other: person_id, skills, learn, and the place of their community (may be None)."""
    agreed = and_(CONSENT.c.person_id == M.c.person_id, CONSENT.c.purpose == "jobs", CONSENT.c.withdrawn_at.is_(None))
    statement = (
        select(M.c.person_id, M.c.skills, M.c.learn, C.c.lat, C.c.lon)
        .select_from(M)
        .join(PERSON, PERSON.c.id == M.c.person_id)
        .outerjoin(C, C.c.id == PERSON.c.community_id)
        .where(PERSON.c.merged_into.is_(None), select(CONSENT.c.id).where(agreed, CONSENT.c.enterprise_id.is_(None)).exists())
        .order_by(M.c.person_id)
    )
    for row in tx.execute(statement.execution_options(yield_per=1000)):
        yield dict(row._mapping)


def stop_news(tx: Connection, notice_id: int, *, now: datetime) -> None:
    """Who was not told yet of a class is not told any more."""
    waiting_ = and_(R.c.notice_id == notice_id, R.c.status == "waiting")
    tx.execute(update(R).where(waiting_).values(status="withheld", why="stale", decided_at=now))


def too_late(tx: Connection, notice_id: int, starts_at: datetime, *, now: datetime) -> None:
    """Who could only be told after the beginning is not told."""
    late = and_(R.c.notice_id == notice_id, R.c.status == "waiting", R.c.due_at >= starts_at)
    tx.execute(update(R).where(late).values(status="withheld", why="stale", decided_at=now))
