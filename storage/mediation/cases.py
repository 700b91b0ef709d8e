"""Cases: reported, moved from state to state by the rules of domain.mediation.states, numbered without gaps. No contents are read here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.mediation.states import SIDES, Deed, Limits, Side, Standing, State, after, begun
from domain.notices import LOCAL
from storage.mediation import numbering
from storage.rows import columns, first
from storage.tables.mediation import CaseKind, CaseSource, agreement, case_step, conflict, dispute_case, party, sitting
from storage.tables.people import person


class Case(NamedTuple):
    """A case without contents: where it lies, how it stands, what is due."""

    id: int
    code: str | None
    community_id: int
    kind: CaseKind
    source: CaseSource
    state: State
    hazards: list[str]
    reported_at: datetime
    reported_by: int | None
    state_at: datetime
    due_at: datetime | None
    year: int | None
    number: int | None
    accepted_at: datetime | None
    settle_by: datetime | None
    ended_at: datetime | None
    reason: str
    reopened: int
    restricted_at: datetime | None


class Gone(Exception):  # noqa: N818 - an expected answer
    """Somebody moved the case meanwhile."""


def add(
    tx: Connection,
    *,
    community_id: int,
    kind: CaseKind,
    source: CaseSource,
    hazards: Iterable[str],
    danger: bool,
    reported_by: int | None,
    now: datetime,
    limits: Limits,
) -> int:
    """A new report; its id."""
    standing = begun(now, limits, danger=danger)
    values = {
        "community_id": community_id,
        "kind": kind,
        "source": source,
        "state": standing.state,
        "hazards": sorted(hazards),
        "reported_at": now,
        "reported_by": reported_by,
        "state_at": now,
        "due_at": standing.due_at,
        "reason": "",
        "reopened": 0,
    }
    case_id = int(tx.execute(insert(dispute_case).values(values).returning(dispute_case.c.id)).scalar_one())
    step(tx, case_id, "report", standing.state, by=reported_by, now=now)
    return case_id


def get(tx: Connection, case_id: int) -> Case | None:
    """One case, for what the program does by itself; what somebody asks for is read through `visible`."""
    return first(tx, select(*columns(dispute_case, Case)).where(dispute_case.c.id == case_id), Case)


def standing(tx: Connection, row: Case) -> Standing:
    """How it stands, as the rules read it."""
    sides = tx.execute(select(party.c.side, party.c.consent, party.c.extends_at).where(party.c.case_id == row.id)).all()
    in_force = select(agreement.c.id).where(agreement.c.case_id == row.id, agreement.c.effective_at.is_not(None))
    return Standing(
        state=row.state,
        danger=row.state == "danger" or bool(row.hazards),
        consents=_sides(one.side for one in sides if one.consent == "given"),
        extends=_sides(one.side for one in sides if one.extends_at is not None),
        agreement=tx.execute(in_force.limit(1)).first() is not None,
        due_at=row.due_at,
        settle_by=row.settle_by,
    )


def _sides(sides: Iterable[str]) -> frozenset[Side]:
    names = set(sides)
    return frozenset(side for side in SIDES if side in names)


def move(tx: Connection, row: Case, deed: Deed, *, by: int | None, now: datetime, limits: Limits, reason: str = "") -> State:
    """Do it, if it may follow; the state it leads to. Raises Barred, and Gone where somebody was quicker."""
    fresh = after(standing(tx, row), deed, now, limits)
    values: dict[str, object] = {"state": fresh.state, "state_at": now, "due_at": fresh.due_at, "settle_by": fresh.settle_by}
    if fresh.due_at is None:
        values |= {"ended_at": now, "reason": reason}
    if deed == "accept":
        values |= {**_number(tx, row.community_id, now), "accepted_at": now} if row.number is None else {}
    if deed == "reopen":
        values |= {"ended_at": None, "reason": "", "reopened": row.reopened + 1}
        tx.execute(update(party).where(party.c.case_id == row.id).values(consent="", consent_at=None, consent_words=None, extends_at=None))
        # What was broken is no ground for the next agreement.
        tx.execute(update(agreement).where(agreement.c.case_id == row.id).values(effective_at=None, confirm_status="over"))
    if deed == "extend":
        tx.execute(update(party).where(party.c.case_id == row.id).values(extends_at=None))
    same = dispute_case.c.id == row.id, dispute_case.c.state == row.state
    if tx.execute(update(dispute_case).where(*same).values(values)).rowcount != 1:
        raise Gone
    if fresh.state == "danger" or fresh.due_at is None:
        _cancel_sittings(tx, row.id)
    step(tx, row.id, deed, fresh.state, by=by, now=now)
    return fresh.state


def _cancel_sittings(tx: Connection, case_id: int) -> None:
    open_ = sitting.c.case_id == case_id, sitting.c.status.in_(("proposed", "confirmed"))
    tx.execute(update(sitting).where(*open_).values(status="cancelled", remind_at=None))


def _number(tx: Connection, community_id: int, now: datetime) -> dict[str, int]:
    year = now.astimezone(LOCAL).year
    return {"year": year, "number": numbering.following(tx, community_id, year)}


def add_hazards(tx: Connection, row: Case, hazards: Iterable[str]) -> None:
    """Dangers that came to be known."""
    tx.execute(update(dispute_case).where(dispute_case.c.id == row.id).values(hazards=sorted({*row.hazards, *hazards})))


def set_kind(tx: Connection, case_id: int, kind: CaseKind) -> None:
    """What it is about, as the mediator sees it."""
    tx.execute(update(dispute_case).where(dispute_case.c.id == case_id).values(kind=kind))


def put_off(tx: Connection, case_id: int, due_at: datetime) -> None:
    """Those who have to know were told that something is overdue; they are told again then."""
    tx.execute(update(dispute_case).where(dispute_case.c.id == case_id).values(due_at=due_at))


def step(tx: Connection, case_id: int, deed: str, state: str, *, by: int | None, now: datetime) -> None:
    """Write down what was done."""
    tx.execute(insert(case_step).values(case_id=case_id, at=now, actor_id=by, deed=deed, state=state))


def add_conflict(tx: Connection, case_id: int, person_id: int, why: str) -> None:
    """This person may not have the case; once said it stays."""
    same = select(conflict.c.id).where(conflict.c.case_id == case_id, conflict.c.person_id == person_id)
    if tx.execute(same).first() is None:
        tx.execute(insert(conflict).values(case_id=case_id, person_id=person_id, why=why))


def conflicts(tx: Connection, case_id: int) -> set[int]:
    """Who may not have it, as it was said."""
    return set(tx.execute(select(conflict.c.person_id).where(conflict.c.case_id == case_id)).scalars())


_OPEN_OF = (
    select(*columns(dispute_case, Case))
    .where(
        dispute_case.c.id.in_(select(party.c.case_id).where(party.c.person_id == bindparam("person"))), dispute_case.c.ended_at.is_(None)
    )
    .order_by(dispute_case.c.id)
)


def open_of(tx: Connection, person_id: int) -> list[Case]:
    """The open cases that somebody is a side of."""
    return [Case._make(row) for row in tx.execute(_OPEN_OF, {"person": person_id})]


def home(tx: Connection, person_id: int) -> tuple[int | None, str]:
    """A person's community and house."""
    row = tx.execute(select(person.c.community_id, person.c.building).where(person.c.id == person_id)).one()
    return row.community_id, row.building or ""
