"""Classes, their sessions, and who is in them: never more than there are places, the waiting list in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ScalarSelect, Select, and_, delete, func, insert, null, select, update

from domain.access import Scope
from domain.training import certificates
from storage.database import lock
from storage.rows import columns, every
from storage.scope import within
from storage.tables.messages import recipient
from storage.tables.training import PLACED, ClassKind, ClassStatus, EnrolmentStatus, class_session, enrolment, training_class
from storage.tables.work import community


class Class(NamedTuple):
    """A class with its place, how many are in it (`taken`) and wait, and its sessions in order."""

    id: int
    title: str
    skill: str
    community_id: int
    capacity: int
    leads_to: list[str]
    status: ClassStatus
    notice_id: int | None
    assess_at: datetime | None
    kind: ClassKind
    about: str
    address: str
    note: str
    came: int | None
    community: str
    lat: float
    lon: float
    taken: int
    waiting: int
    sessions: list[datetime]


class Hers(NamedTuple):
    """How somebody stands in a class."""

    class_id: int
    status: EnrolmentStatus
    certificate: str | None


def _counted(*statuses: EnrolmentStatus) -> ScalarSelect[int]:
    # An alias, since the table itself may stand in the statement around it.
    theirs = enrolment.alias()
    counted = select(func.count()).where(theirs.c.class_id == training_class.c.id, theirs.c.status.in_(statuses))
    return counted.correlate(training_class).scalar_subquery()


_CLASSES = (
    # Its sessions are put in by `_classes`.
    select(
        *columns(
            training_class,
            Class,
            community,
            community=community.c.name,
            taken=_counted(*PLACED),
            waiting=_counted("waiting"),
            sessions=null(),
        )
    )
    .select_from(training_class)
    .join(community, community.c.id == training_class.c.community_id)
)


def _classes(tx: Connection, statement: Select[tuple[object, ...]]) -> list[Class]:
    rows = every(tx, statement, Class)
    meetings = select(class_session.c.class_id, class_session.c.starts_at).where(class_session.c.class_id.in_([row.id for row in rows]))
    moments: dict[int, list[datetime]] = {}
    for meeting in tx.execute(meetings.order_by(class_session.c.starts_at)):
        moments.setdefault(meeting.class_id, []).append(meeting.starts_at)
    return [row._replace(sessions=moments.get(row.id, [])) for row in rows]


def hold(tx: Connection, class_id: int) -> None:
    """Nobody else changes who is in this class until the transaction ends."""
    lock(tx, f"class:{class_id}")


def get(tx: Connection, class_id: int) -> Class | None:
    """One class with its place, its sessions, and how many are in it (`taken`) and wait."""
    rows = _classes(tx, _CLASSES.where(training_class.c.id == class_id))
    return rows[0] if rows else None


def coming(tx: Connection, *, now: datetime, skill: str | None = None, kind: ClassKind = "class") -> list[Class]:
    """Open classes that can still be joined, the one that begins first first."""
    statement = _CLASSES.where(training_class.c.status == "open", training_class.c.kind == kind)
    rows = _classes(tx, statement if skill is None else statement.where(training_class.c.skill == skill))
    return sorted((row for row in rows if certificates.joinable(row.sessions, now)), key=lambda row: (row.sessions[0], row.id))


def managed(tx: Connection, where: Iterable[Scope], *, limit: int, kind: ClassKind = "class") -> list[Class]:
    """Classes within these scopes, those that are open first, newest first."""
    mine = (within(where, community=training_class.c.community_id), training_class.c.kind == kind)
    return _classes(tx, _CLASSES.where(*mine).order_by(training_class.c.status.desc(), training_class.c.id.desc()).limit(limit))


def of_person(tx: Connection, person_id: int, *, limit: int = 10) -> list[tuple[Class, Hers]]:
    """Her classes and how she stands, newest first; those she left are left out."""
    mine = select(*columns(enrolment, Hers)).where(enrolment.c.person_id == person_id, enrolment.c.status != "cancelled")
    stands = every(tx, mine.order_by(enrolment.c.id.desc()).limit(limit), Hers)
    rows = {row.id: row for row in _classes(tx, _CLASSES.where(training_class.c.id.in_([one.class_id for one in stands])))}
    return [(rows[one.class_id], one) for one in stands]


def taken(tx: Connection, class_id: int) -> int:
    """How many have a place."""
    return int(tx.execute(select(func.count()).where(enrolment.c.class_id == class_id, enrolment.c.status.in_(PLACED))).scalar_one())


def status_of(tx: Connection, class_id: int, person_id: int) -> EnrolmentStatus | None:
    """How a person stands in a class; None where she never joined."""
    return tx.execute(select(enrolment.c.status).where(enrolment.c.class_id == class_id, enrolment.c.person_id == person_id)).scalar()


def join(tx: Connection, class_id: int, person_id: int, *, now: datetime) -> EnrolmentStatus:
    """Give her a place, or put her at the end of the waiting list; how she stands then. Who is in it already stays as she is."""
    hold(tx, class_id)
    status = status_of(tx, class_id, person_id)
    if status is not None and status != "cancelled":
        return status
    # A new row, since the list goes by row: who was there meanwhile goes first.
    tx.execute(delete(enrolment).where(enrolment.c.class_id == class_id, enrolment.c.person_id == person_id))
    capacity = tx.execute(select(training_class.c.capacity).where(training_class.c.id == class_id)).scalar_one()
    free = taken(tx, class_id) < capacity and not waiting(tx, class_id)
    status = "enrolled" if free else "waiting"
    tx.execute(insert(enrolment).values(class_id=class_id, person_id=person_id, status=status, since=now))
    return status


def waiting(tx: Connection, class_id: int) -> list[int]:
    """The persons on the waiting list, who is next first."""
    return list(
        tx.execute(
            select(enrolment.c.person_id).where(enrolment.c.class_id == class_id, enrolment.c.status == "waiting").order_by(enrolment.c.id)
        ).scalars()
    )


def leave(tx: Connection, class_id: int, person_id: int) -> bool:
    """Give her place, or her turn, back; False where she had none."""
    hold(tx, class_id)
    hers = and_(enrolment.c.class_id == class_id, enrolment.c.person_id == person_id, enrolment.c.status.in_(("enrolled", "waiting")))
    return tx.execute(update(enrolment).where(hers).values(status="cancelled")).rowcount == 1


def move_up(tx: Connection, class_id: int) -> list[int]:
    """Give free places to those who wait, in their order; who got one."""
    hold(tx, class_id)
    capacity = tx.execute(select(training_class.c.capacity).where(training_class.c.id == class_id)).scalar_one()
    next_ = waiting(tx, class_id)[: max(capacity - taken(tx, class_id), 0)]
    if next_:
        tx.execute(update(enrolment).where(enrolment.c.class_id == class_id, enrolment.c.person_id.in_(next_)).values(status="enrolled"))
    return next_


def with_waiting(tx: Connection) -> list[Class]:
    """Open classes that somebody waits for."""
    some = select(enrolment.c.id).where(enrolment.c.class_id == training_class.c.id, enrolment.c.status == "waiting").exists()
    return _classes(tx, _CLASSES.where(training_class.c.status == "open", some).order_by(training_class.c.id))


def no_longer_waiting(tx: Connection, class_id: int) -> list[int]:
    """Nobody gets a place any more; who waited for one."""
    hold(tx, class_id)
    waiting_members = waiting(tx, class_id)
    tx.execute(update(enrolment).where(enrolment.c.class_id == class_id, enrolment.c.status == "waiting").values(status="cancelled"))
    return waiting_members


def members(tx: Connection, class_id: int, *statuses: EnrolmentStatus) -> list[int]:
    """Persons in a class who stand like this."""
    return list(
        tx.execute(
            select(enrolment.c.person_id).where(enrolment.c.class_id == class_id, enrolment.c.status.in_(statuses)).order_by(enrolment.c.id)
        ).scalars()
    )


def set_notice(tx: Connection, class_id: int, notice_id: int) -> None:
    """The notice by which its mothers are told of it."""
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(notice_id=notice_id))


def announced(tx: Connection, class_id: int, *, at: datetime) -> None:
    """Its mothers were looked for."""
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(announced_at=at))


def moved(tx: Connection, class_id: int, at: datetime | None) -> None:
    """Its times or its place changed then, and who is in it is to be told; None: they were told."""
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(changed_at=at))


def assess_asked(tx: Connection, class_id: int) -> None:
    """Staff were asked who passed."""
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(assess_at=None))


def close(tx: Connection, class_id: int) -> None:
    """It is over, and everybody in it was assessed."""
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(status="closed", assess_at=None))


def reopen(tx: Connection, class_id: int, *, announce: bool) -> None:
    """It begins anew; with `announce` its mothers are looked for again."""
    fresh = {"announced_at": None} if announce else {}
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(status="open", **fresh))


def unannounced(tx: Connection, *, limit: int = 1) -> list[Class]:
    """Open classes whose mothers were not looked for yet."""
    return _classes(
        tx,
        _CLASSES.where(training_class.c.status == "open", training_class.c.announced_at.is_(None))
        .order_by(training_class.c.id)
        .limit(limit),
    )


def still_announced(tx: Connection) -> list[Class]:
    """Classes of which somebody is still to be told."""
    some = select(recipient.c.id).where(recipient.c.notice_id == training_class.c.notice_id, recipient.c.status == "waiting").exists()
    return _classes(tx, _CLASSES.where(training_class.c.notice_id.is_not(None), some).order_by(training_class.c.id))


def cancel(tx: Connection, class_id: int) -> list[int]:
    """The class does not take place: everybody is out of it; who was in it or waited."""
    hold(tx, class_id)
    concerned = members(tx, class_id, "enrolled", "waiting")
    tx.execute(
        update(enrolment)
        .where(enrolment.c.class_id == class_id, enrolment.c.status.in_(("enrolled", "waiting")))
        .values(status="cancelled")
    )
    tx.execute(update(training_class).where(training_class.c.id == class_id).values(status="closed", assess_at=None, changed_at=None))
    return concerned


def changed(tx: Connection, *, limit: int = 10) -> list[Class]:
    """Classes whose times changed and whose people do not know yet."""
    return _classes(tx, _CLASSES.where(training_class.c.changed_at.is_not(None)).order_by(training_class.c.id).limit(limit))


def to_assess(tx: Connection, *, now: datetime, limit: int = 10) -> list[Class]:
    """Classes that are over and of which staff were not told yet."""
    return _classes(
        tx, _CLASSES.where(training_class.c.status == "open", training_class.c.assess_at <= now).order_by(training_class.c.id).limit(limit)
    )


def unassessed(tx: Connection, where: Iterable[Scope], *, now: datetime) -> int:
    """How many open classes within these scopes had their last meeting."""
    meets = select(class_session.c.id).where(class_session.c.class_id == training_class.c.id)
    over = (
        training_class.c.status == "open",
        training_class.c.kind == "class",
        meets.exists(),
        ~meets.where(class_session.c.starts_at > now).exists(),
    )
    mine = within(where, community=training_class.c.community_id)
    return int(tx.execute(select(func.count()).select_from(training_class).where(*over, mine)).scalar_one())
