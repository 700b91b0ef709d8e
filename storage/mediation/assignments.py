"""Who is asked for a case and has it: mediators with capacity and without conflict, one at a time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, insert, select, update

from domain.mediation.assigning import Concerned, Mediator, conflict
from domain.mediation.states import OPEN
from storage.mediation.cases import Case, conflicts
from storage.rows import columns, every, first
from storage.tables.mediation import AssignmentStatus, assignment, dispute_case, duty, party
from storage.tables.people import person, role


class Assignment(NamedTuple):
    """One question to one mediator, and what became of it."""

    id: int
    case_id: int
    mediator_id: int
    status: AssignmentStatus
    asked_at: datetime
    answer_by: datetime


_ALL = select(*columns(assignment, Assignment))


def current(tx: Connection, case_id: int) -> Assignment | None:
    """Who was asked and has not answered, or has it."""
    return first(tx, _ALL.where(assignment.c.case_id == case_id, assignment.c.status.in_(("asked", "accepted"))), Assignment)


def asked_before(tx: Connection, case_id: int) -> set[int]:
    """Whose turn it was already."""
    return set(tx.execute(select(assignment.c.mediator_id).where(assignment.c.case_id == case_id)).scalars())


def ask(tx: Connection, case_id: int, mediator_id: int, *, answer_by: datetime, now: datetime) -> int:
    """Ask somebody; the row's id. At most one is asked or has it at a time."""
    values = {"case_id": case_id, "mediator_id": mediator_id, "status": "asked", "asked_at": now, "answer_by": answer_by}
    return int(tx.execute(insert(assignment).values(values).returning(assignment.c.id)).scalar_one())


def answer(tx: Connection, case_id: int, mediator_id: int, status: AssignmentStatus, *, now: datetime) -> bool:
    """She takes it or does not; False where she is not asked any more."""
    mine = assignment.c.case_id == case_id, assignment.c.mediator_id == mediator_id, assignment.c.status == "asked"
    ended = {} if status == "accepted" else {"ended_at": now}
    return tx.execute(update(assignment).where(*mine).values(status=status, answered_at=now, **ended)).rowcount == 1


def end(tx: Connection, case_id: int, *, now: datetime) -> Assignment | None:
    """Whoever has it, or was asked, has nothing to do with it any more; who that was."""
    row = current(tx, case_id)
    if row is not None:
        tx.execute(update(assignment).where(assignment.c.id == row.id).values(status="ended", ended_at=now))
    return row


def unanswered(tx: Connection, *, now: datetime, limit: int) -> list[Assignment]:
    """Who did not answer in time."""
    due = _ALL.where(assignment.c.status == "asked", assignment.c.answer_by <= now)
    return every(tx, due.order_by(assignment.c.answer_by).limit(limit), Assignment)


def free_of_conflict(tx: Connection, row: Case, *, now: datetime) -> list[Mediator]:
    """The mediators who could have it: of its community and of all others, without those with a conflict of interest."""
    concerned = [Concerned(p.person_id, _community(tx, p.person_id, row), p.address or "") for p in _sides(tx, row.id)]
    known = conflicts(tx, row.id)
    return [one for one in mediators(tx, row, now=now) if conflict(one, concerned, reporter=row.reported_by, known=known) is None]


class PartyHome(NamedTuple):
    """Where a side lives, as far as it is known."""

    person_id: int | None
    address: str | None


def _sides(tx: Connection, case_id: int) -> list[PartyHome]:
    """Sealed columns cannot be compared in the store: what a side told of its address goes before where the person is registered."""
    statement = select(party.c.person_id, party.c.address, person.c.building).outerjoin(person, person.c.id == party.c.person_id)
    return [PartyHome(row.person_id, row.address or row.building) for row in tx.execute(statement.where(party.c.case_id == case_id))]


def _community(tx: Connection, person_id: int | None, row: Case) -> int | None:
    if person_id is None:
        return row.community_id
    return tx.execute(select(person.c.community_id).where(person.c.id == person_id)).scalar() or row.community_id


def mediators(tx: Connection, row: Case, *, now: datetime) -> list[Mediator]:
    """All mediators, with how much each has to do and whether she is near or on duty for the case's community."""
    held = role.c.role == "mediator", role.c.withdrawn_at.is_(None)
    given = select(role.c.person_id, role.c.community_id).where(*held).order_by(role.c.person_id, role.c.id)
    places: dict[int, list[int]] = {}
    for person_id, community_id in tx.execute(given):
        places.setdefault(person_id, []).append(community_id)
    homes = {
        person_row.id: person_row
        for person_row in tx.execute(select(person.c.id, person.c.community_id, person.c.building).where(person.c.id.in_(places)))
    }
    duties, busy = on_duty(tx, row.community_id, now=now), _busy(tx)
    return [
        Mediator(
            person_id,
            homes[person_id].community_id or communities[0],
            homes[person_id].building or "",
            busy.get(person_id, 0),
            row.community_id in communities,
            person_id in duties,
        )
        for person_id, communities in places.items()
    ]


def _busy(tx: Connection) -> dict[int, int]:
    held = and_(assignment.c.status.in_(("asked", "accepted")), dispute_case.c.state.in_(list(OPEN)))
    counted = (
        select(assignment.c.mediator_id, func.count().label("cases"))
        .select_from(assignment)
        .join(dispute_case, dispute_case.c.id == assignment.c.case_id)
        .where(held)
        .group_by(assignment.c.mediator_id)
    )
    return {row.mediator_id: row.cases for row in tx.execute(counted)}


def on_duty(tx: Connection, community_id: int, *, now: datetime) -> set[int]:
    """Who is on the roster there at that moment."""
    there = duty.c.community_id == community_id, duty.c.starts_at <= now, duty.c.ends_at > now
    return set(tx.execute(select(duty.c.mediator_id).where(*there)).scalars())
