"""Agreements and what follows from them: signatures, force, the court's thirty days, performance, return visits. Reading for somebody is `visible`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.mediation.agreements import CONFIRM_REMINDED, Signed, confirm_by, visits
from storage.mediation.cases import Case
from storage.rows import columns, every
from storage.tables.mediation import agreement, dispute_case, performance, return_visit

Signature = Literal["signed_a", "signed_b", "mediator", "seal"]
_COLUMN = {"signed_a": "signed_a_at", "signed_b": "signed_b_at", "mediator": "mediator_at", "seal": "seal_at"}


class Recorded(NamedTuple):
    """What is recorded of an agreement's coming about."""

    id: int
    case_id: int
    oral: bool
    signed_a_at: datetime | None
    signed_b_at: datetime | None
    mediator_at: datetime | None
    seal_at: datetime | None
    effective_at: datetime | None


class DuePerformance(NamedTuple):
    """Something promised whose day has come."""

    id: int
    case_id: int
    due_on: date


class DueVisit(NamedTuple):
    """A return visit that is due."""

    id: int
    case_id: int
    day: int
    due_at: datetime


class DueConfirmation(NamedTuple):
    """An agreement that the court can still confirm, for a while."""

    id: int
    case_id: int
    confirm_by: datetime


def add(
    tx: Connection,
    case_id: int,
    *,
    oral: bool,
    facts: str,
    terms: str,
    manner: str,
    copies: int,
    promised: Iterable[tuple[str, date]],
    now: datetime,
) -> int:
    """An agreement that nobody has signed yet, with what is promised by when; its id. An older one that is not in force gives way."""
    tx.execute(
        update(agreement)
        .where(agreement.c.case_id == case_id, agreement.c.effective_at.is_(None), agreement.c.confirm_status == "")
        .values(confirm_status="over")
    )
    values = {"case_id": case_id, "oral": oral, "facts": facts, "terms": terms, "manner": manner, "copies": copies, "made_at": now}
    agreement_id = int(tx.execute(insert(agreement).values({**values, "confirm_status": ""}).returning(agreement.c.id)).scalar_one())
    rows = [{"agreement_id": agreement_id, "what": what, "due_on": due_on, "status": "due"} for what, due_on in promised]
    if rows:
        tx.execute(insert(performance), rows)
    return agreement_id


def open_of(tx: Connection, case_id: int) -> Recorded | None:
    """The agreement of a case that is being made, or in force."""
    mine = agreement.c.case_id == case_id, agreement.c.confirm_status != "over"
    rows = every(tx, select(*columns(agreement, Recorded)).where(*mine).order_by(agreement.c.id.desc()).limit(1), Recorded)
    return rows[0] if rows else None


def sign(tx: Connection, row: Recorded, what: Signature, *, now: datetime) -> Signed:
    """A signature or the seal is recorded, once; what is recorded now."""
    column = agreement.c[_COLUMN[what]]
    tx.execute(update(agreement).where(agreement.c.id == row.id, column.is_(None)).values({column.name: now}))
    fresh = open_of(tx, row.case_id)
    assert fresh is not None
    return Signed(oral=fresh.oral, signed_a=fresh.signed_a_at, signed_b=fresh.signed_b_at, mediator=fresh.mediator_at, seal=fresh.seal_at)


def in_force(tx: Connection, row: Recorded, case_row: Case, at: datetime) -> datetime | None:
    """From now on it binds: the court's thirty days and the return visits begin. Until when the court may be asked."""
    until = confirm_by(at, case_row.kind, oral=row.oral)
    values = {"effective_at": at, "confirm_by": until, "confirm_status": "open" if until else "barred"}
    tx.execute(update(agreement).where(agreement.c.id == row.id).values(values))
    rows = [{"case_id": row.case_id, "agreement_id": row.id, "day": day, "due_at": due_at, "status": "due"} for day, due_at in visits(at)]
    tx.execute(insert(return_visit), rows)
    return until


def confirmations(tx: Connection, *, now: datetime, limit: int) -> list[DueConfirmation]:
    """Agreements whose thirty days are running out, and nobody was reminded."""
    due = agreement.c.confirm_status == "open", agreement.c.confirm_told_at.is_(None), agreement.c.confirm_by <= now + CONFIRM_REMINDED
    return every(tx, select(*columns(agreement, DueConfirmation)).where(*due).order_by(agreement.c.id).limit(limit), DueConfirmation)


def confirmation_told(tx: Connection, agreement_id: int, *, now: datetime) -> None:
    """They were reminded."""
    tx.execute(update(agreement).where(agreement.c.id == agreement_id).values(confirm_told_at=now))


def confirmation(tx: Connection, agreement_id: int, status: str) -> None:
    """Both asked the court (asked), or the thirty days are over (over)."""
    tx.execute(update(agreement).where(agreement.c.id == agreement_id).values(confirm_status=status))


def expire_confirmations(tx: Connection, *, now: datetime) -> int:
    """The thirty days of these are over; how many. They stay in force."""
    due = agreement.c.confirm_status == "open", agreement.c.confirm_by <= now
    return tx.execute(update(agreement).where(*due).values(confirm_status="late")).rowcount


def performances_due(tx: Connection, *, today: date, limit: int) -> list[DuePerformance]:
    """What was promised for a day that has come, of agreements in force, and nobody was told."""
    due = performance.c.status == "due", performance.c.due_on <= today, performance.c.told_at.is_(None)
    statement = (
        select(*columns(performance, DuePerformance, agreement))
        .join(agreement, agreement.c.id == performance.c.agreement_id)
        .where(*due, agreement.c.effective_at.is_not(None))
    )
    return every(tx, statement.order_by(performance.c.due_on, performance.c.id).limit(limit), DuePerformance)


def performance_told(tx: Connection, performance_id: int, *, now: datetime) -> None:
    """Its mediator was told that the day has come."""
    tx.execute(update(performance).where(performance.c.id == performance_id).values(told_at=now))


def performed(tx: Connection, performance_id: int, case_id: int, status: Literal["done", "broken"]) -> bool:
    """It was carried out, or not; False where it is none of this case's, or was said before."""
    mine = select(agreement.c.id).where(agreement.c.case_id == case_id)
    due = performance.c.id == performance_id, performance.c.agreement_id.in_(mine), performance.c.status == "due"
    return tx.execute(update(performance).where(*due).values(status=status)).rowcount == 1


def visits_due(tx: Connection, *, now: datetime, limit: int) -> list[DueVisit]:
    """Return visits whose day has come, of which nobody was told."""
    due = return_visit.c.status == "due", return_visit.c.due_at <= now, return_visit.c.told_at.is_(None)
    open_ = dispute_case.c.state == "agreed"
    statement = select(*columns(return_visit, DueVisit)).join(dispute_case, dispute_case.c.id == return_visit.c.case_id).where(*due, open_)
    return every(tx, statement.order_by(return_visit.c.due_at).limit(limit), DueVisit)


def visit_told(tx: Connection, visit_id: int, *, now: datetime) -> None:
    """Its mediator was told."""
    tx.execute(update(return_visit).where(return_visit.c.id == visit_id).values(told_at=now))


def visited(tx: Connection, visit_id: int, case_id: int, findings: Mapping[str, str], *, by: int, now: datetime) -> bool:
    """How it was found; False where it is none of this case's, or was made before."""
    due = return_visit.c.id == visit_id, return_visit.c.case_id == case_id, return_visit.c.status == "due"
    values = {"status": "done", "visitor_id": by, "visited_at": now, "found": dict(findings)}
    return tx.execute(update(return_visit).where(*due).values(values)).rowcount == 1


def visits_left(tx: Connection, case_id: int) -> int:
    """How many return visits are still to be made."""
    left = select(return_visit.c.id).where(return_visit.c.case_id == case_id, return_visit.c.status == "due")
    return len(tx.execute(left).all())
