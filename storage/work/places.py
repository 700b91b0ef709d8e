"""Who gets which place: position.taken counts exactly the applications that hold one, and the list moves up in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import Connection, or_, select, update

from domain.notices import LOCAL
from domain.work.applications import HOLDING, OVER, Status, may_become
from storage.rows import upsert
from storage.tables.work import application, position
from storage.work import offers, posts


class Dated(TypedDict, total=False):
    """Columns that change with a status, or when the clock looks."""

    reason: str
    due_at: datetime | None
    held_until: datetime | None
    trial_at: datetime | None
    trial_place: str
    started_at: datetime
    ended_at: datetime


def _lock(tx: Connection, position_id: int) -> None:
    """Whatever happens to one post's places happens one after the other. SQLite has one writer anyway."""
    tx.execute(select(position.c.id).where(position.c.id == position_id).with_for_update())


def take_place(tx: Connection, position_id: int) -> bool:
    """Take one free place, and close the position for others with the last one; False where none is free."""
    taken = (
        update(position)
        .where(position.c.id == position_id, position.c.taken < position.c.headcount, position.c.status == "published")
        .values(taken=position.c.taken + 1)
    )
    if tx.execute(taken).rowcount == 0:
        return False
    if tx.execute(
        update(position).where(position.c.id == position_id, position.c.taken >= position.c.headcount).values(status="filled")
    ).rowcount:
        posts.changed(tx)
    return True


def take_back(tx: Connection, position_id: int) -> None:
    """Somebody who works there counts again, whether or not a place was free."""
    tx.execute(update(position).where(position.c.id == position_id).values(taken=position.c.taken + 1))
    full = (position.c.id == position_id, position.c.status == "published", position.c.taken >= position.c.headcount)
    if tx.execute(update(position).where(*full).values(status="filled")).rowcount:
        posts.changed(tx)


def give_back(tx: Connection, position_id: int, *, now: datetime) -> None:
    """A place is free again; a post that was full is open again, and offered again, if it could still be had."""
    tx.execute(update(position).where(position.c.id == position_id, position.c.taken > 0).values(taken=position.c.taken - 1))
    still = or_(position.c.closes_on.is_(None), position.c.closes_on >= now.astimezone(LOCAL).date())
    full = (
        position.c.id == position_id,
        position.c.status == "filled",
        position.c.taken < position.c.headcount,
        position.c.withdrawn_at.is_(None),
        still,
    )
    if tx.execute(update(position).where(*full).values(status="published")).rowcount:
        posts.changed(tx)
    offers.wake(tx, [position_id], now=now)


def apply(tx: Connection, person_id: int, position_id: int, *, now: datetime) -> int | None:
    """She goes to the end of the list: the application's id, or None where she is on it, has a place or has started. `move_up` gives places."""
    _lock(tx, position_id)
    fresh = {
        "person_id": person_id,
        "position_id": position_id,
        "status": "waiting",
        "reason": "",
        "holds": False,
        "created_at": now,
        "trial_place": "",
    }
    added = tx.execute(upsert(tx, application).values(fresh).on_conflict_do_nothing().returning(application.c.id)).scalar()
    if added is not None:
        return int(added)
    mine = (application.c.person_id == person_id, application.c.position_id == position_id, application.c.status.in_(OVER))
    blank = dict.fromkeys(("due_at", "held_until", "decided_at", "decided_by", "trial_at", "started_at", "ended_at"))
    again = update(application).where(*mine).values(status="waiting", reason="", created_at=now, **blank).returning(application.c.id)
    return tx.execute(again).scalar()


def move_up(tx: Connection, position_id: int, *, now: datetime, hold: timedelta) -> list[int]:
    """Free places go to the first on the list, each held for `hold`; whose they are now."""
    _lock(tx, position_id)
    moved = []
    longest = (
        select(application.c.id)
        .where(application.c.position_id == position_id, application.c.status == "waiting")
        .order_by(application.c.created_at, application.c.id)
        .limit(1)
    )
    while (waiting := tx.execute(longest).scalar()) is not None and take_place(tx, position_id):
        held = {"status": "applied", "holds": True, "held_until": now + hold, "due_at": now + hold / 2}
        tx.execute(update(application).where(application.c.id == waiting).values(**held))
        moved.append(int(waiting))
    return moved


def move(
    tx: Connection,
    application_id: int,
    to: Status,
    *,
    by: int | None,
    now: datetime,
    was: Status | None = None,
    **values: Unpack[Dated],
) -> bool:
    """One status further, as domain.work.applications allows; False where that is not allowed now. A place she loses is free at once.

    `was`: the status that the decision is about; with another one meanwhile it does not count. `values`: columns that change with it; the
    clock forgets the application unless `due_at` is among them.
    """
    position_id = tx.execute(select(application.c.position_id).where(application.c.id == application_id)).scalar()
    if position_id is None:
        return False
    _lock(tx, position_id)
    row = tx.execute(select(application.c.status, application.c.holds).where(application.c.id == application_id)).one()
    holds = to in HOLDING
    # A place is got from the list alone, and the end of the list by asking alone.
    got = to == "waiting" or (holds and not row.holds)
    if got or (was is not None and was != row.status) or not may_become(row.status, to):
        return False
    dated = {"due_at": None, "reason": "", **values, "status": to, "holds": holds, "decided_at": now, "decided_by": by}
    tx.execute(update(application).where(application.c.id == application_id).values(**dated))
    if row.holds and not holds:
        give_back(tx, position_id, now=now)
    return True


def note(tx: Connection, application_id: int, *, was: Status, **values: Unpack[Dated]) -> bool:
    """Set columns that are no step of their own: when the clock looks next, what she said meanwhile. False where it is not `was` any more."""
    return (
        tx.execute(update(application).where(application.c.id == application_id, application.c.status == was).values(**values)).rowcount
        == 1
    )


def ended(tx: Connection, application_id: int, why: str, now: datetime) -> bool:
    """She left the post that she had started; False where she had not. Her place is free, the tick gives it to the next."""
    return move(tx, application_id, "left", by=None, now=now, reason=why, ended_at=now)
