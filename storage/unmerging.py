"""The way back from a merging: every row that it changed is as it was before, except for what has changed again since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Date, Table, UniqueConstraint, delete, insert, or_, select, update
from sqlmodel import SQLModel

from domain.work.applications import HOLDING
from storage.council import leaving
from storage.people import finding
from storage.sealed import Sealed, SealedJson
from storage.tables.columns import Instant
from storage.tables.merging import likeness, merger
from storage.tables.messages import conversation
from storage.tables.people import access_log, answer, found_by, mother, person
from storage.tables.places import workshop_booking
from storage.tables.work import application, position
from storage.work import places, posts, seekers
from storage.workshops import bookings

# What is kept of a row of these is all of it: rows of them go, or a sealed column changes.
_WHOLE = (person, mother, answer, application)
# The log stays as it was written, what is known of likeness and merging is not the women's, and the words that find somebody are made anew.
STAYS = (access_log, likeness, merger, found_by)

Key = tuple[str, tuple[Any, ...]]
Row = Mapping[str, Any]


class Change(NamedTuple):
    """What became of one row; `before` is None where it is new, `after` where it went, else both hold the columns that differ."""

    table: str
    key: tuple[Any, ...]
    before: Row | None
    after: Row | None


def references(rows: Table) -> list[Column[Any]]:
    """The columns of a table that name a person."""
    return [column for column in rows.columns if any(key.column.table is person for key in column.foreign_keys)]


def look(tx: Connection, kept_id: int, gone_id: int) -> dict[Key, Row]:
    """Every row of the two as it stands now; words that no merging changes are left out."""
    by_key: dict[Key, Row] = {}
    for rows in SQLModel.metadata.sorted_tables:
        naming = [*references(rows), *([person.c.id] if rows is person else [])]
        if not naming or rows in STAYS:
            continue
        shown = [column for column in rows.columns if rows in _WHOLE or not isinstance(column.type, Sealed | SealedJson)]
        pair = (kept_id, gone_id)
        for row in tx.execute(select(*shown).where(or_(*(column.in_(pair) for column in naming)))).all():
            by_key[rows.name, tuple(row._mapping[key] for key in rows.primary_key)] = dict(row._mapping)
    return by_key


def changes(before: Mapping[Key, Row], after: Mapping[Key, Row]) -> list[Change]:
    """What is different between two looks."""
    changed = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            changed.append(Change(*name, None if was is None else dict(was), None if now is None else dict(now)))
        elif differing := [column for column in was if was[column] != now[column]]:
            changed.append(Change(*name, {column: was[column] for column in differing}, {column: now[column] for column in differing}))
    return changed


def undo(tx: Connection, done: Iterable[Change], kept_id: int, gone_id: int, *, now: datetime) -> None:
    """Take back what was done. What was changed again since stays as it is now."""
    known = [_read(change) for change in done]
    scratch = {person_id: _scratch(tx, person_id, now=now) for person_id in (kept_id, gone_id)}
    moves = [move for change in known if change.before and change.after for move in _restored(tx, change)]
    for rows, key, column, before in moves:
        # Of two rows that cannot both be hers neither is in the other's way.
        if _alone(rows, column) and before in scratch:
            _set(tx, rows, key, {column: scratch[before]})
    for change in known:
        if change.before is None:
            _unmake(tx, change)
    for rows, key, column, before in moves:
        _put_back(tx, rows, key, column, before)
    for change in known:
        if change.after is None and change.before is not None:
            _remake(tx, change)
    tx.execute(delete(person).where(person.c.id.in_(scratch.values())))
    seekers.touch(tx, mother.c.person_id.in_((kept_id, gone_id)))
    posts.changed(tx)
    for person_id in (kept_id, gone_id):
        leaving.recount(tx, person_id)
        finding.forget(tx, person_id)


def _read(change: Change) -> Change:
    """As it was before it was sealed: points in time and days are not JSON."""
    rows = SQLModel.metadata.tables[change.table]

    def value(name: str, kept: Any) -> Any:
        kind = rows.c[name].type
        if not isinstance(kept, str) or not isinstance(kind, Instant | Date):
            return kept
        return datetime.fromisoformat(kept) if isinstance(kind, Instant) else date.fromisoformat(kept)

    def row(kept: Row | None) -> Row | None:
        return None if kept is None else {name: value(name, one) for name, one in kept.items()}

    return Change(change.table, tuple(change.key), row(change.before), row(change.after))


def _scratch(tx: Connection, person_id: int, *, now: datetime) -> int:
    fresh = insert(person).values(key=f"scratch{person_id}", created_at=now, language="zh", notices=False, quiet="")
    return int(tx.execute(fresh.returning(person.c.id)).scalar_one())


def _restored(tx: Connection, change: Change) -> list[tuple[Table, tuple[Any, ...], str, Any]]:
    """The columns of a row that are still what the merging made of them, with what they were."""
    rows = SQLModel.metadata.tables[change.table]
    row = tx.execute(select(rows).where(*_is(rows, change.key))).first()
    before, after = change.before or {}, change.after or {}
    if row is None:
        return []
    same = [name for name in before if row._mapping[name] == after[name]]
    return [(rows, change.key, name, before[name]) for name in same]


def _is(rows: Table, key: tuple[Any, ...]) -> list[Any]:
    return [column == value for column, value in zip(rows.primary_key, key, strict=True)]


def _set(tx: Connection, rows: Table, key: tuple[Any, ...], values: Row) -> None:
    tx.execute(update(rows).where(*_is(rows, key)).values(**values))


def _alone(rows: Table, column: str) -> bool:
    """Whether it names a person of whom there can be only one such row."""
    return bool(rows.c[column].foreign_keys) and any(
        isinstance(rule, UniqueConstraint) and column in rule.columns for rule in rows.constraints
    )


def _unmake(tx: Connection, change: Change) -> None:
    """A row that the merging made goes, where nobody wrote in it since."""
    rows = SQLModel.metadata.tables[change.table]
    row = tx.execute(select(rows).where(*_is(rows, change.key))).first()
    if row is not None and change.after is not None and all(row._mapping[name] == value for name, value in change.after.items()):
        tx.execute(delete(rows).where(*_is(rows, change.key)))


def _remake(tx: Connection, change: Change) -> None:
    """A row that went is there again; under a new number where its own was given away."""
    rows = SQLModel.metadata.tables[change.table]
    values = dict(change.before or {})
    if tx.execute(select(*rows.primary_key).where(*_is(rows, change.key))).first() is not None:
        if rows is mother:
            return
        del values["id"]
    tx.execute(insert(rows).values(**values))


def _put_back(tx: Connection, rows: Table, key: tuple[Any, ...], column: str, before: Any) -> None:
    if rows is application and column == "holds" and before:
        _hold_again(tx, key[0])
    elif rows is conversation and column == "status" and before == "active":
        _go_on(tx, key[0])
    elif rows is workshop_booking and column == "status" and before == "booked":
        bookings.again(tx, key[0])
    elif not (rows is position and column in ("taken", "status")):
        _set(tx, rows, key, {column: before})


def _hold_again(tx: Connection, application_id: int) -> None:
    """Her place is hers again. Who only asked for it waits where it has been given away; who works there works there."""
    row = tx.execute(select(application.c.position_id, application.c.status).where(application.c.id == application_id)).one()
    if row.status in HOLDING and row.status != "applied":
        places.take_back(tx, row.position_id)
    elif not places.take_place(tx, row.position_id):
        waits = {"status": "waiting", "held_until": None, "due_at": None}
        tx.execute(update(application).where(application.c.id == application_id).values(waits))
        return
    tx.execute(update(application).where(application.c.id == application_id).values(holds=True))


def _go_on(tx: Connection, conversation_id: int) -> None:
    """Her form is the one she is in, unless she has begun another."""
    hers = select(conversation.c.person_id).where(conversation.c.id == conversation_id).scalar_subquery()
    other = select(conversation.c.id).where(conversation.c.person_id == hers, conversation.c.status == "active").exists()
    tx.execute(update(conversation).where(conversation.c.id == conversation_id, ~other).values(status="active"))
