"""Two records of one woman become one: every row stays, what both say is settled field by field, and a consent withdrawn stays withdrawn.

For 30 days it can be undone: what that needs is kept sealed beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, cast

import orjson
from sqlalchemy import Connection, PrimaryKeyConstraint, RowMapping, Table, UniqueConstraint, and_, delete, func, insert, select, update
from sqlmodel import SQLModel

from domain.survey.duplicates import Said, Settled, Value, settle
from storage import access_log, mergers, unmerging
from storage.council import leaving, votes
from storage.people import answered, persons
from storage.people.answered import Answer
from storage.people.persons import Profile
from storage.tables.columns import Instant
from storage.tables.messages import conversation
from storage.tables.people import answer, consent, mother, person, task
from storage.tables.survey import visit
from storage.tables.work import follow_up, position
from storage.work import posts
from storage.workshops import bookings

_PERSON = ("name", "phone", "building", "community_id", "cell_id")
_PROFILE = tuple(name for name in Profile._fields if name not in ("person_id", "hardship", "updated_at"))
_LATEST = tuple(name for name in _PROFILE if isinstance(mother.c[name].type, Instant))
# The question of the intake form that a column comes from, where it is called otherwise.
_QUESTION = {"max_distance_m": "distance_m", "min_monthly_pay_fen": "pay", "community_id": "community"}

# Where both have a row for the same thing, the one that is further stays hers: its status stands earlier here.
_FURTHER = {
    "application": ("left", "started", "trial", "accepted", "applied", "waiting", "missed", "declined", "lapsed", "withdrawn"),
    "enrolment": ("passed", "enrolled", "waiting", "failed", "cancelled"),
    "visit": ("done", "moved", "refused", "open", "merged"),
    "offer": ("applied", "declined", "offered", "filled", "lapsed"),
    "recipient": ("queued", "withheld", "waiting"),
    "follow_up": ("answered", "asked", "unanswered", "due", "cancelled"),
    "workshop_booking": ("booked", "closed", "cancelled"),
}


class Difference(NamedTuple):
    """A field in which two records differ: the value that would win, and the one that would not."""

    field: str
    wins: Value
    loses: Value


def compare(tx: Connection, kept_id: int, gone_id: int) -> list[Difference]:
    """All fields in which the two records differ."""
    fields = _settled(tx, kept_id, gone_id)
    return [Difference(name, *one) for name, one in fields.items() if one.loses not in (None, "", []) and name not in _LATEST]


def merge(tx: Connection, kept_id: int, gone_id: int, *, by: int | None, now: datetime) -> int:
    """Everything of `gone` is `kept`'s from now on. What does not win is kept as an answer of the form `merged`. The row by which it is undone."""
    before = unmerging.look(tx, kept_id, gone_id)
    _merge(tx, kept_id, gone_id, now=now)
    changed = unmerging.changes(before, unmerging.look(tx, kept_id, gone_id))
    access_log.write(tx, actor_id=by, action="people.merge", subject_kind="person", subject_id=kept_id, now=now, detail={"gone": gone_id})
    return mergers.add(tx, kept_id, gone_id, by=by, changes=changed, now=now)


def _merge(tx: Connection, kept_id: int, gone_id: int, *, now: datetime) -> None:
    _settle_fields(tx, kept_id, gone_id, now=now)
    _settle_consents(tx, kept_id, gone_id, now=now)
    _settle_conversations(tx, kept_id, gone_id)
    votes.one_woman(tx, kept_id, gone_id)
    scratch = tx.execute(
        insert(person).values(key=persons.new_key(), created_at=now, language="zh", notices=False, quiet="").returning(person.c.id)
    )
    scratch_id = int(scratch.scalar_one())
    for rows, column in _references():
        _take(tx, rows, column, kept_id=kept_id, gone_id=gone_id, scratch_id=scratch_id, now=now)
    tx.execute(delete(person).where(person.c.id == scratch_id))
    leaving.became_one(tx, kept_id, gone_id)
    kept = persons.get(tx, kept_id)
    place = {"community_id": kept.community_id, "cell_id": kept.cell_id}
    for rows, open_ in ((visit, visit.c.status == "open"), (task, task.c.closed_at.is_(None))):
        tx.execute(update(rows).where(rows.c.person_id == kept_id, open_).values(place))
    persons.change(tx, gone_id, **persons.FORGOTTEN, notices=False, merged_into=kept_id)


def last_of(tx: Connection, person_id: int) -> int:
    """Who holds everything of this person now: herself, or the record she was merged into."""
    while (into := tx.execute(select(person.c.merged_into).where(person.c.id == person_id)).scalar()) is not None:
        person_id = int(into)
    return person_id


def _settled(tx: Connection, kept_id: int, gone_id: int) -> dict[str, Settled]:
    kept, gone = _said(tx, kept_id), _said(tx, gone_id)
    fields = {name: settle(kept[name], gone[name]) for name in (*_PERSON, *_PROFILE)}
    # A cell lies in its community: both come from the same record.
    if fields["community_id"].wins != kept["community_id"].value or kept["cell_id"].value is None:
        moves = fields["community_id"].wins == gone["community_id"].value
        cells = kept["cell_id"].value, gone["cell_id"].value
        fields["cell_id"] = Settled(*reversed(cells)) if moves else Settled(*cells)
    for name in _LATEST:
        times = [one for one in (kept[name].value, gone[name].value) if one is not None]
        fields[name] = Settled(max(times, default=None), None)
    return fields


def _said(tx: Connection, person_id: int) -> dict[str, Said]:
    """What a record says, each field with the time of its newest answer, else of the profile, else of the record."""
    known, profile = persons.get(tx, person_id), persons.profile(tx, person_id)
    mine = answer.c.person_id == person_id, answer.c.form == "intake"
    newest = select(answer.c.name, func.max(answer.c.answered_at).label("at")).where(*mine).group_by(answer.c.name)
    answered_at: dict[str, datetime] = {row.name: row.at for row in tx.execute(newest)}
    since = (profile.surveyed_at if profile else None) or known.created_at
    values = {**{name: getattr(known, name) for name in _PERSON}, **{name: getattr(profile, name, None) for name in _PROFILE}}
    return {name: Said(value, answered_at.get(_QUESTION.get(name, name), since)) for name, value in values.items()}


def _settle_fields(tx: Connection, kept_id: int, gone_id: int, *, now: datetime) -> None:
    fields = _settled(tx, kept_id, gone_id)
    lost = {name: one.loses for name, one in fields.items() if one.loses not in (None, "", [])}
    answered.save(tx, [Answer(kept_id, "merged", 1, name, orjson.dumps(value).decode(), now) for name, value in lost.items()])
    profiles = [one for one in (persons.profile(tx, kept_id), persons.profile(tx, gone_id)) if one]
    tx.execute(delete(mother).where(mother.c.person_id == gone_id))
    wants = persons.get(tx, kept_id).notices and persons.get(tx, gone_id).notices
    known = {name: fields[name].wins for name in _PERSON}
    persons.change(tx, kept_id, **cast("persons.Known", known), notices=wants)
    if profiles:
        told = {name: fields[name].wins for name in _PROFILE if fields[name].wins is not None}
        told["hardship"] = any(one.hardship for one in profiles)
        persons.save_profile(tx, kept_id, cast("persons.Told", told), now=now)


def _settle_consents(tx: Connection, kept_id: int, gone_id: int, *, now: datetime) -> None:
    """Where one record withdrew a purpose and did not agree again, it is withdrawn for both."""
    both = consent.c.person_id.in_((kept_id, gone_id))
    rows = tx.execute(select(consent).where(both)).all()
    told: dict[tuple[str, int | None], dict[int, bool]] = {}
    for row in rows:
        open_ = told.setdefault((row.purpose, row.enterprise_id), {})
        open_[row.person_id] = open_.get(row.person_id, False) or row.withdrawn_at is None
    for (purpose, enterprise_id), open_ in told.items():
        if all(open_.values()):
            continue
        same = consent.c.enterprise_id.is_(None) if enterprise_id is None else consent.c.enterprise_id == enterprise_id
        mine = and_(both, consent.c.purpose == purpose, same, consent.c.withdrawn_at.is_(None))
        tx.execute(update(consent).where(mine).values(withdrawn_at=now))
        if purpose == "hardship":
            tx.execute(update(mother).where(mother.c.person_id == kept_id).values(hardship=False))
        if purpose == "children":
            tx.execute(update(mother).where(mother.c.person_id == kept_id).values(children=[]))
            for person_id in (kept_id, gone_id):
                for form in ("intake", "merged"):
                    answered.forget(tx, person_id, form, "children")


def _settle_conversations(tx: Connection, kept_id: int, gone_id: int) -> None:
    """She can be in the middle of one form only."""
    active = select(conversation.c.id).where(conversation.c.person_id == kept_id, conversation.c.status == "active")
    if tx.execute(active).first() is not None:
        tx.execute(
            update(conversation).where(conversation.c.person_id == gone_id, conversation.c.status == "active").values(status="postponed")
        )


def _references() -> Iterator[tuple[Table, str]]:
    """Every column that names a person. The log of who looked at what stays as it was written."""
    for rows in SQLModel.metadata.sorted_tables:
        for column in unmerging.references(rows):
            if rows not in (*unmerging.STAYS, mother):
                yield rows, column.name


def _take(tx: Connection, rows: Table, column: str, *, kept_id: int, gone_id: int, scratch_id: int, now: datetime) -> None:
    """Move one column's rows. Of two that cannot both be hers, the one that is further is; the other stays where it cannot do anything."""
    who = rows.c[column]
    others = _unique_with(rows, column)
    if others is None:
        tx.execute(update(rows).where(who == gone_id).values({column: kept_id}))
        return
    for row in tx.execute(select(rows).where(who == gone_id)).all():
        theirs = row._mapping
        same = select(rows).where(who == kept_id, *(rows.c[name] == theirs[name] for name in others))
        twin = tx.execute(same).first()
        mine = None if twin is None else twin._mapping
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


def _give(tx: Connection, rows: Table, row: RowMapping, values: Mapping[str, object]) -> None:
    tx.execute(update(rows).where(*(key == row[key.name] for key in rows.primary_key)).values(values))


def _rank(rows: Table, row: RowMapping) -> int:
    """0 is furthest; of what has no order the kept record's own stays."""
    if rows.name == "task":
        return int(row["closed_at"] is not None)
    order = _FURTHER.get(rows.name, ())
    return order.index(row["status"]) if order and row["status"] in order else len(order)


def _stop(tx: Connection, rows: Table, row: RowMapping, *, now: datetime) -> None:
    """The weaker of two: it keeps what it says, but takes no place, waits for nothing and is on no list."""
    if rows.name == "application" and row["holds"]:
        _give(tx, rows, row, {"holds": False})
        _free_place(tx, row["position_id"])
    match rows.name, row.get("status"):
        case "application", "applied" | "waiting" | "trial" | "started" | "accepted":
            _give(tx, rows, row, {"status": "withdrawn", "reason": "merged", "due_at": None})
            waits = update(follow_up).where(follow_up.c.application_id == row["id"], follow_up.c.due_at.is_not(None))
            tx.execute(waits.values(status="cancelled", due_at=None))
        case "enrolment", "enrolled" | "waiting":
            _give(tx, rows, row, {"status": "cancelled"})
        case "visit", "open":
            _give(tx, rows, row, {"status": "merged"})
        case "offer", "offered":
            _give(tx, rows, row, {"status": "lapsed"})
        case "recipient", "waiting":
            _give(tx, rows, row, {"status": "withheld", "why": "merged", "decided_at": now})
        case "workshop_booking", "booked":
            bookings.give_back(tx, row["id"], "cancelled")
        case "task", _ if row["closed_at"] is None:
            _give(tx, rows, row, {"closed_at": now, "outcome": "merged", "due_at": None})


def _free_place(tx: Connection, position_id: int) -> None:
    """Two records held two places of one post for one woman."""
    tx.execute(update(position).where(position.c.id == position_id, position.c.taken > 0).values(taken=position.c.taken - 1))
    free = update(position).where(position.c.id == position_id, position.c.status == "filled", position.c.taken < position.c.headcount)
    tx.execute(free.values(status="published"))
    posts.changed(tx)
