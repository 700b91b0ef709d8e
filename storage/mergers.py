"""What was merged and can still be taken apart, and which records the system found to be alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from domain.access import Scope
from storage import unmerging
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.merging import LikenessStatus, likeness, merger
from storage.tables.people import person
from storage.unmerging import Change

KEPT = timedelta(days=30)


class Merged(NamedTuple):
    """One record that went into another, with how the one that stays is called."""

    id: int
    kept_id: int
    gone_id: int
    merged_by: int | None
    merged_at: datetime
    name: str | None
    key: str
    community_id: int | None
    cell_id: int | None


class Alike(NamedTuple):
    """Two records that the system found to be alike."""

    id: int
    first_id: int
    second_id: int
    status: LikenessStatus
    asked_by: int | None
    kept_id: int | None


def add(tx: Connection, kept_id: int, gone_id: int, *, by: int | None, changes: Sequence[Change], now: datetime) -> int:
    """Keep what undoing needs; the row's id. The pair is no longer one that somebody could merge."""
    _mark(tx, kept_id, gone_id, "merged")
    kept = [change._asdict() for change in changes]
    values = {"kept_id": kept_id, "gone_id": gone_id, "merged_by": by, "merged_at": now, "until": now + KEPT, "changes": kept}
    return int(tx.execute(insert(merger).values(values).returning(merger.c.id)).scalar_one())


def _can_be_undone(now: datetime) -> ColumnElement[bool]:
    # Who went on into a third record is taken apart from there first.
    there = person.c.merged_into.is_(None)
    return and_(merger.c.changes.is_not(None), merger.c.undone_at.is_(None), merger.c.until > now, there)


_MERGED = select(*columns(merger, Merged, person)).select_from(merger).join(person, person.c.id == merger.c.kept_id)


def get(tx: Connection, merger_id: int, *, now: datetime) -> Merged | None:
    """One merging that can still be undone."""
    return first(tx, _MERGED.where(merger.c.id == merger_id, _can_be_undone(now)), Merged)


def within_scopes(tx: Connection, where: Iterable[Scope], *, now: datetime, limit: int) -> list[Merged]:
    """Mergings of women of these scopes that can still be undone, newest first."""
    there = within(where, community=person.c.community_id, cell=person.c.cell_id)
    return every(tx, _MERGED.where(there, _can_be_undone(now)).order_by(merger.c.id.desc()).limit(limit), Merged)


def undo(tx: Connection, merged: Merged, *, by: int, now: datetime) -> bool:
    """Both are as they were, but for what changed since; False where somebody else was faster."""
    ended = update(merger).where(merger.c.id == merged.id, merger.c.undone_at.is_(None)).values(undone_at=now, undone_by=by)
    if tx.execute(ended).rowcount == 0:
        return False
    kept = tx.execute(select(merger.c.changes).where(merger.c.id == merged.id)).scalar_one()
    unmerging.undo(tx, [Change(**one) for one in kept], merged.kept_id, merged.gone_id, now=now)
    tx.execute(update(merger).where(merger.c.id == merged.id).values(changes=None))
    _mark(tx, merged.kept_id, merged.gone_id, "different")
    return True


def forget(tx: Connection, *, now: datetime, limit: int) -> int:
    """What is too old to be undone is kept no longer; how many."""
    old = select(merger.c.id).where(merger.c.changes.is_not(None), merger.c.until <= now).limit(limit)
    return tx.execute(update(merger).where(merger.c.id.in_(old)).values(changes=None)).rowcount


def forget_of(tx: Connection, person_id: int) -> None:
    """She deletes her data: what was kept of her two records goes as well."""
    hers = or_(merger.c.kept_id == person_id, merger.c.gone_id == person_id)
    tx.execute(update(merger).where(hers).values(changes=None))


def _pair(one: int, other: int) -> ColumnElement[bool]:
    return and_(likeness.c.first_id == min(one, other), likeness.c.second_id == max(one, other))


def found(tx: Connection, one: int, other: int, *, now: datetime) -> None:
    """The system found these two alike. What somebody said of them before stays said."""
    if alike(tx, one, other) is None:
        tx.execute(insert(likeness).values(first_id=min(one, other), second_id=max(one, other), status="found", found_at=now))


def alike(tx: Connection, one: int, other: int) -> Alike | None:
    """Whether, and what became of it."""
    return first(tx, select(*columns(likeness, Alike)).where(_pair(one, other)), Alike)


def alike_row(tx: Connection, likeness_id: int) -> Alike | None:
    """The same by its row."""
    return first(tx, select(*columns(likeness, Alike)).where(likeness.c.id == likeness_id), Alike)


def ask(tx: Connection, likeness_id: int, *, kept_id: int, by: int) -> None:
    """Somebody says that they are one woman, and a second person has to say so too."""
    tx.execute(update(likeness).where(likeness.c.id == likeness_id).values(status="asked", kept_id=kept_id, asked_by=by))


def different(tx: Connection, likeness_id: int) -> None:
    """They are two women."""
    tx.execute(update(likeness).where(likeness.c.id == likeness_id).values(status="different", kept_id=None, asked_by=None))


def _mark(tx: Connection, one: int, other: int, status: LikenessStatus) -> None:
    tx.execute(update(likeness).where(_pair(one, other)).values(status=status, kept_id=None, asked_by=None))
