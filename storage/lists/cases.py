"""Paper cases of the past, known by the office's number: ended, sealed where something was said, and never told to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, delete, insert, literal, select, update

from domain.lists import settled
from domain.lists.cases import CASES, CaseRow
from domain.mediation.states import Side, State
from domain.notices import LOCAL
from storage.lists.saved import Saved, rows_of
from storage.mediation import assignments, cases, numbering, sides
from storage.rows import columns, every
from storage.tables.mediation import agreement, assignment, case_word, dispute_case, party
from storage.tables.people import person, role
from storage.tables.work import community

_ENDS: Mapping[str, State] = {"agreed": "closed", "oral": "closed", "failed": "failed", "withdrawn": "withdrawn", "refused": "refused"}
_SIDES: tuple[tuple[Side, str], ...] = (("a", "complainant"), ("b", "respondent"))


class Stored(NamedTuple):
    """A paper case with the columns of its list that leave the store."""

    row_id: int
    code: str
    community: str
    case_kind: str
    reported_on: datetime
    accepted_on: datetime | None
    case_number: int | None
    ended_on: datetime
    result: str
    mediator: str | None
    restricted_at: datetime | None
    reopened: int


def _result() -> ColumnElement[str]:
    kept = and_(dispute_case.c.state == "closed", agreement.c.oral.is_(True))
    return case((kept, literal("oral")), (dispute_case.c.state == "closed", literal("agreed")), else_=dispute_case.c.state)


_ROWS = (
    select(
        *columns(
            dispute_case,
            Stored,
            row_id=dispute_case.c.id,
            community=community.c.code,
            case_kind=dispute_case.c.kind,
            reported_on=dispute_case.c.reported_at,
            accepted_on=dispute_case.c.accepted_at,
            case_number=dispute_case.c.number,
            ended_on=dispute_case.c.ended_at,
            result=_result(),
            mediator=person.c.key,
        )
    )
    .select_from(dispute_case)
    .join(community, community.c.id == dispute_case.c.community_id)
    .outerjoin(agreement, and_(agreement.c.case_id == dispute_case.c.id, agreement.c.effective_at.is_not(None)))
    .outerjoin(assignment, and_(assignment.c.case_id == dispute_case.c.id, assignment.c.status == "accepted"))
    .outerjoin(person, person.c.id == assignment.c.mediator_id)
    .where(dispute_case.c.source == "list")
)


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All paper cases that ended as the list says and may still be used, by their number; nothing of what was said in them, nor by whom."""
    usable = dispute_case.c.restricted_at.is_(None), dispute_case.c.reopened == 0
    for row in rows_of(tx, _ROWS.where(*usable), dispute_case.c.code):
        yield _days(row)


def _days(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value.astimezone(LOCAL).date() if isinstance(value, datetime) else value for name, value in row.items()}


def save(tx: Connection, rows: Sequence[CaseRow], *, now: datetime) -> Saved:
    """Insert or change paper cases by their number."""
    saved = Saved()
    known = {row.code: row for row in every(tx, _ROWS.where(dispute_case.c.code.in_([row["code"] for row in rows])), Stored)}
    places = {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))}
    mediators = _mediators(tx)
    for row in rows:
        old = known.get(row["code"])
        before = {} if old is None else {**_days(old._asdict()), **_said(tx, old.row_id)}
        changed = old is None or _differs(row, before)
        if changed and (why := _refused(tx, row, old, places, mediators)) is not None:
            saved.refused[row["code"]] = why
        elif old is None:
            _write(tx, _added(tx, row, places, now=now), CASES.whole(row), {}, places, mediators, now=now)
            saved.new += 1
        else:
            if changed:
                _write(tx, old.row_id, CASES.row({**CASES.whole(CASES.row(before)), **row}), before, places, mediators, now=now)
            saved.count(changed=changed)
    return saved


def _differs(row: CaseRow, before: Mapping[str, object]) -> bool:
    current, read = settled(CASES, before), settled(CASES, row)
    return any(read[name] != current.get(name) for name in row)


def _mediators(tx: Connection) -> dict[str, int]:
    held = role.c.role == "mediator", role.c.withdrawn_at.is_(None)
    return {
        row.key: row.id for row in tx.execute(select(person.c.key, person.c.id).join(role, role.c.person_id == person.c.id).where(*held))
    }


def _said(tx: Connection, case_id: int) -> dict[str, object]:
    """What is sealed of a case, as the list calls it; the last account that a list gave."""
    account: dict[str, object] = {}
    for row in tx.execute(select(party.c.side, party.c.name, party.c.phone).where(party.c.case_id == case_id)):
        account[dict(_SIDES)[row.side]] = row.name or ""
        if row.side == "a":
            account["complainant_phone"] = row.phone or ""
    told = case_word.c.case_id == case_id, case_word.c.kind == "account"
    account["account"] = tx.execute(select(case_word.c.said).where(*told).order_by(case_word.c.id.desc()).limit(1)).scalar() or ""
    account["terms"] = tx.execute(select(agreement.c.terms).where(agreement.c.case_id == case_id).limit(1)).scalar() or ""
    return account


def _refused(
    tx: Connection, row: CaseRow, old: Stored | None, places: Mapping[str, int], mediators: Mapping[str, int]
) -> tuple[str, str] | None:
    """Column and why the store does not take it."""
    if old is not None and old.restricted_at is not None:
        return "code", "这一件已经封存，只保管，不再改"
    if old is not None and old.reopened:
        return "code", "这一件后来又打开过，在调解员手里，名单不再改"
    if (key := row.get("mediator")) and key not in mediators:
        return "mediator", f"没有编号是“{key}”的调解员"
    accepted, number = row.get("accepted_on"), row.get("case_number")
    if accepted is None or number is None:
        return None
    same = dispute_case.c.community_id == places[row["community"]], dispute_case.c.year == accepted.year, dispute_case.c.number == number
    taken = tx.execute(select(dispute_case.c.id).where(*same)).scalar()
    return ("case_number", f"{accepted.year} 年第 {number} 号已经有了") if taken not in (None, old and old.row_id) else None


def _added(tx: Connection, row: CaseRow, places: Mapping[str, int], *, now: datetime) -> int:
    values = {**_columns(row, places), "code": row["code"], "source": "list", "hazards": [], "reason": "", "reopened": 0}
    case_id = int(tx.execute(insert(dispute_case).values(values).returning(dispute_case.c.id)).scalar_one())
    for side, name in _SIDES:
        sides.add(tx, case_id, side, name=str(row.get(name) or "") or None)
    cases.step(tx, case_id, "import", str(values["state"]), by=None, now=now)
    return case_id


def _columns(row: CaseRow, places: Mapping[str, int]) -> dict[str, object]:
    accepted, number = row.get("accepted_on"), row.get("case_number")
    return {
        "community_id": places[row["community"]],
        "kind": row["case_kind"],
        "state": _ENDS[row["result"]],
        "reported_at": _midnight(row["reported_on"]),
        "accepted_at": _midnight(accepted) if accepted else None,
        "state_at": _midnight(row["ended_on"]),
        "ended_at": _midnight(row["ended_on"]),
        "year": accepted.year if accepted and number else None,
        "number": number,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LOCAL)


def _write(
    tx: Connection,
    case_id: int,
    row: CaseRow,
    before: Mapping[str, object],
    places: Mapping[str, int],
    mediators: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    """Bring a case to what the list says."""
    tx.execute(update(dispute_case).where(dispute_case.c.id == case_id).values(_columns(row, places)))
    if (accepted := row.get("accepted_on")) and (number := row.get("case_number")):
        numbering.at_least(tx, places[row["community"]], accepted.year, number)
    ids = {side_row.side: side_row.id for side_row in tx.execute(select(party.c.id, party.c.side).where(party.c.case_id == case_id))}
    for side, name in _SIDES:
        sides.change(tx, ids[side], name=str(row.get(name) or "") or None)
    sides.change(tx, ids["a"], phone=row.get("complainant_phone") or None)
    if (account := row.get("account") or "") and account != before.get("account"):
        # What was said before stays in the chain.
        sides.say(tx, case_id, "account", account, party_id=ids["a"], author_id=None, now=now)
    _agree(tx, case_id, row)
    if (key := row.get("mediator")) != before.get("mediator"):
        assignments.end(tx, case_id, now=now)
        if key:
            assignments.ask(tx, case_id, mediators[key], answer_by=now, now=now)
            assignments.answer(tx, case_id, mediators[key], "accepted", now=now)


def _agree(tx: Connection, case_id: int, row: CaseRow) -> None:
    """The agreement that ended it, in force since that day; its thirty days are over."""
    tx.execute(delete(agreement).where(agreement.c.case_id == case_id))
    if row["result"] not in ("agreed", "oral"):
        return
    at = _midnight(row["ended_on"])
    signed = dict.fromkeys(("signed_a_at", "signed_b_at", "mediator_at", "made_at", "effective_at"), at)
    oral = row["result"] == "oral"
    values = {"case_id": case_id, "oral": oral, "terms": row.get("terms") or None, "copies": 1, "seal_at": None if oral else at, **signed}
    tx.execute(insert(agreement).values({**values, "confirm_status": "late"}))
