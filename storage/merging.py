"""Two records of one woman become one: every row stays, what both say is settled field by field, and a consent withdrawn stays withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint, and_, delete, func, insert, select, update
from sqlmodel import SQLModel

from domain.survey.duplicates import Said, settle
from storage import access_log
from storage.people import persons
from storage.tables import AccessLog, Answer, Consent, Conversation, FollowUp, Mother, Person, Position, Task, Visit
from storage.tables.columns import Instant, table
from storage.work import posts

P, M, ANSWER, C, TALK, LOG = table(Person), table(Mother), table(Answer), table(Consent), table(Conversation), table(AccessLog)
FOLLOW_UP, POSITION, TASK, VISIT = table(FollowUp), table(Position), table(Task), table(Visit)
_PERSON = ("name", "phone", "building", "community_id", "cell_id")
_PROFILE = tuple(column.name for column in M.columns if column.name not in ("person_id", "hardship", "updated_at"))
_LATEST = tuple(name for name in _PROFILE if isinstance(M.c[name].type, Instant))
# The question of the intake form that a column comes from, where it is called otherwise.
_ASKED = {"max_distance_m": "distance_m", "min_monthly_pay_fen": "pay", "community_id": "community"}

# Where both have a row for the same thing, the one that is further stays hers: its status stands earlier here.
_FURTHER = {
    "application": ("left", "started", "trial", "accepted", "applied", "waiting", "missed", "declined", "lapsed", "withdrawn"),
    "enrolment": ("passed", "enrolled", "waiting", "failed", "cancelled"),
    "visit": ("done", "moved", "refused", "open", "merged"),
    "offer": ("applied", "declined", "offered", "filled", "lapsed"),
    "recipient": ("queued", "withheld", "waiting"),
    "follow_up": ("answered", "asked", "unanswered", "due", "cancelled"),
}


def compare(tx: Connection, kept_id: int, gone_id: int) -> list[tuple[str, Any, Any]]:
    """(field, the value that would win, the one that would not) of all fields in which the two records differ."""
    values = _settled(tx, kept_id, gone_id)
    return [(name, wins, loses) for name, (wins, loses) in values.items() if loses not in (None, "", []) and name not in _LATEST]


def merge(tx: Connection, kept_id: int, gone_id: int, *, by: int | None, now: datetime) -> None:
    """Everything of `gone` is `kept`'s from now on. What does not win is kept as an answer of the form `merged`."""
    _settle_fields(tx, kept_id, gone_id, now=now)
    _settle_consents(tx, kept_id, gone_id, now=now)
    _settle_talks(tx, kept_id, gone_id)
    scratch = tx.execute(insert(P).values(key=persons.new_key(), created_at=now, language="zh", notices=False, quiet="").returning(P.c.id))
    scratch_id = int(scratch.scalar_one())
    for rows, column in _references():
        _take(tx, rows, column, kept_id=kept_id, gone_id=gone_id, scratch_id=scratch_id, now=now)
    tx.execute(delete(P).where(P.c.id == scratch_id))
    place = {name: persons.get(tx, kept_id)[name] for name in ("community_id", "cell_id")}
    for rows, open_ in ((VISIT, VISIT.c.status == "open"), (TASK, TASK.c.closed_at.is_(None))):
        tx.execute(update(rows).where(rows.c.person_id == kept_id, open_).values(place))
    persons.change(tx, gone_id, **dict.fromkeys(_PERSON), notices=False, merged_into=kept_id)
    access_log.write(tx, actor_id=by, action="people.merge", subject_kind="person", subject_id=kept_id, now=now, detail={"gone": gone_id})


def last_of(tx: Connection, person_id: int) -> int:
    """Who holds everything of this person now: herself, or the record she was merged into."""
    while (into := tx.execute(select(P.c.merged_into).where(P.c.id == person_id)).scalar()) is not None:
        person_id = int(into)
    return person_id


def _settled(tx: Connection, kept_id: int, gone_id: int) -> dict[str, tuple[Any, Any]]:
    kept, gone = (_said(tx, person_id) for person_id in (kept_id, gone_id))
    found = {name: settle(kept[name], gone[name]) for name in (*_PERSON, *_PROFILE)}
    # A cell lies in its community: both come from the same record.
    if found["community_id"][0] != kept["community_id"].value or kept["cell_id"].value is None:
        same = found["community_id"][0] == gone["community_id"].value
        found["cell_id"] = (gone["cell_id"].value, kept["cell_id"].value) if same else (kept["cell_id"].value, gone["cell_id"].value)
    for name in _LATEST:
        moments = [one for one in (kept[name].value, gone[name].value) if one is not None]
        found[name] = (max(moments, default=None), None)
    return found


def _said(tx: Connection, person_id: int) -> dict[str, Said]:
    """What a record says, each field with the time of its newest answer, else of the profile, else of the record."""
    person, profile = persons.get(tx, person_id), persons.profile(tx, person_id) or {}
    newest = select(ANSWER.c.name, func.max(ANSWER.c.answered_at)).where(ANSWER.c.person_id == person_id, ANSWER.c.form == "intake")
    asked: dict[str, datetime] = {row[0]: row[1] for row in tx.execute(newest.group_by(ANSWER.c.name))}
    since = profile.get("surveyed_at") or person["created_at"]
    values = {**{name: person[name] for name in _PERSON}, **{name: profile.get(name) for name in _PROFILE}}
    return {name: Said(value, asked.get(_ASKED.get(name, name), since)) for name, value in values.items()}


def _settle_fields(tx: Connection, kept_id: int, gone_id: int, *, now: datetime) -> None:
    values = _settled(tx, kept_id, gone_id)
    lost = {name: loses for name, (_, loses) in values.items() if loses not in (None, "", [])}
    row = {"person_id": kept_id, "conversation_id": None, "form": "merged", "version": 1, "answered_at": now}
    persons.save_answers(tx, [{**row, "name": name, "value": orjson.dumps(value).decode()} for name, value in lost.items()])
    profiles = [one for one in (persons.profile(tx, kept_id), persons.profile(tx, gone_id)) if one]
    tx.execute(delete(M).where(M.c.person_id == gone_id))
    wants = persons.get(tx, kept_id)["notices"] and persons.get(tx, gone_id)["notices"]
    persons.change(tx, kept_id, **{name: values[name][0] for name in _PERSON}, notices=wants)
    if profiles:
        profile = {name: wins for name in _PROFILE if (wins := values[name][0]) is not None}
        profile["hardship"] = any(one["hardship"] for one in profiles)
        persons.save_profile(tx, kept_id, profile, now=now)


def _settle_consents(tx: Connection, kept_id: int, gone_id: int, *, now: datetime) -> None:
    """Where one record withdrew a purpose and did not agree again, it is withdrawn for both."""
    rows = tx.execute(select(C).where(C.c.person_id.in_((kept_id, gone_id)))).all()
    told: dict[tuple[str, int | None], dict[int, bool]] = {}
    for row in rows:
        open_ = told.setdefault((row.purpose, row.enterprise_id), {})
        open_[row.person_id] = open_.get(row.person_id, False) or row.withdrawn_at is None
    for (purpose, enterprise_id), open_ in told.items():
        if all(open_.values()):
            continue
        same = C.c.enterprise_id.is_(None) if enterprise_id is None else C.c.enterprise_id == enterprise_id
        mine = and_(C.c.person_id.in_((kept_id, gone_id)), C.c.purpose == purpose, same, C.c.withdrawn_at.is_(None))
        tx.execute(update(C).where(mine).values(withdrawn_at=now))
        if purpose == "hardship":
            tx.execute(update(M).where(M.c.person_id == kept_id).values(hardship=False))
        if purpose == "children":
            tx.execute(update(M).where(M.c.person_id == kept_id).values(children=[]))
            for person_id in (kept_id, gone_id):
                for form in ("intake", "merged"):
                    persons.forget_answer(tx, person_id, form, "children")


def _settle_talks(tx: Connection, kept_id: int, gone_id: int) -> None:
    """She can be in the middle of one form only."""
    active = select(TALK.c.id).where(TALK.c.person_id == kept_id, TALK.c.status == "active")
    if tx.execute(active).first() is not None:
        tx.execute(update(TALK).where(TALK.c.person_id == gone_id, TALK.c.status == "active").values(status="postponed"))


def _references() -> Iterator[tuple[Table, str]]:
    """Every column that names a person. The log of who looked at what stays as it was written."""
    for rows in SQLModel.metadata.sorted_tables:
        for column in rows.columns:
            if any(key.column.table is P for key in column.foreign_keys) and rows not in (LOG, M):
                yield rows, column.name


def _take(tx: Connection, rows: Table, column: str, *, kept_id: int, gone_id: int, scratch_id: int, now: datetime) -> None:
    """Move one column's rows. Of two that cannot both be hers, the one that is further is; the other stays where it cannot do anything."""
    who = rows.c[column]
    others = _unique_with(rows, column)
    if others is None:
        tx.execute(update(rows).where(who == gone_id).values({column: kept_id}))
        return
    for row in tx.execute(select(rows).where(who == gone_id)).all():
        theirs = dict(row._mapping)
        same = select(rows).where(who == kept_id, *(rows.c[name] == theirs[name] for name in others))
        twin = tx.execute(same).first()
        mine = None if twin is None else dict(twin._mapping)
        if mine is not None and _rank(rows, mine) <= _rank(rows, theirs):
            _stop(tx, rows, theirs, now=now)
            continue
        if mine is not None:
            _give(tx, rows, mine, {column: scratch_id})
        _give(tx, rows, theirs, {column: kept_id})
        if mine is not None:
            _give(tx, rows, mine, {column: gone_id})
            _stop(tx, rows, mine, now=now)


def _unique_with(rows: Table, column: str) -> list[str] | None:
    """The columns that together with this one may not repeat; None where any number of rows may name a person."""
    for rule in rows.constraints:
        if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint) and column in rule.columns:
            return [one.name for one in rule.columns if one.name != column]
    return None


def _give(tx: Connection, rows: Table, row: Mapping[str, Any], values: dict[str, Any]) -> None:
    tx.execute(update(rows).where(*(key == row[key.name] for key in rows.primary_key)).values(values))


def _rank(rows: Table, row: Mapping[str, Any]) -> int:
    """0 is furthest; of what has no order the kept record's own stays."""
    if rows.name == "task":
        return int(row["closed_at"] is not None)
    order = _FURTHER.get(rows.name, ())
    return order.index(row["status"]) if order and row["status"] in order else len(order)


def _stop(tx: Connection, rows: Table, row: Mapping[str, Any], *, now: datetime) -> None:
    """The weaker of two: it keeps what it says, but takes no place, waits for nothing and is on no list."""
    if rows.name == "application" and row["holds"]:
        _give(tx, rows, row, {"holds": False})
        _free_place(tx, row["position_id"])
    match rows.name, row.get("status"):
        case "application", "applied" | "waiting" | "trial" | "started" | "accepted":
            _give(tx, rows, row, {"status": "withdrawn", "reason": "merged", "due_at": None})
            waits = update(FOLLOW_UP).where(FOLLOW_UP.c.application_id == row["id"], FOLLOW_UP.c.due_at.is_not(None))
            tx.execute(waits.values(status="cancelled", due_at=None))
        case "enrolment", "enrolled" | "waiting":
            _give(tx, rows, row, {"status": "cancelled"})
        case "visit", "open":
            _give(tx, rows, row, {"status": "merged"})
        case "offer", "offered":
            _give(tx, rows, row, {"status": "lapsed"})
        case "recipient", "waiting":
            _give(tx, rows, row, {"status": "withheld", "why": "merged", "decided_at": now})
        case "task", _ if row["closed_at"] is None:
            _give(tx, rows, row, {"closed_at": now, "outcome": "merged", "due_at": None})


def _free_place(tx: Connection, position_id: int) -> None:
    """Two records held two places of one post for one woman."""
    tx.execute(update(POSITION).where(POSITION.c.id == position_id, POSITION.c.taken > 0).values(taken=POSITION.c.taken - 1))
    free = update(POSITION).where(POSITION.c.id == position_id, POSITION.c.status == "filled", POSITION.c.taken < POSITION.c.headcount)
    tx.execute(free.values(status="published"))
    posts.changed(tx)
