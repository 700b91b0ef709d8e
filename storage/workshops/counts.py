"""What two people counted: bags, what came back of them, what the firm collected."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, or_, select, update

from domain.access import Scope
from domain.workshops.pieces import Count, Kind, Source
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.people import person
from storage.tables.workshops import CountStatus, lot, lot_count

# As an invitation's: no letters that look alike.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Counted(NamedTuple):
    """One count, with the lot that it is of and the name of whose it is."""

    id: int
    lot_id: int
    kind: Kind
    bag_id: int | None
    person_id: int | None
    name: str | None
    community_id: int
    enterprise_id: int
    item: str
    source: Source
    home: bool
    good: int
    rework: int
    spoilt: int
    her_good: int | None
    her_rework: int | None
    her_spoilt: int | None
    status: CountStatus
    code: str | None
    rate_fen: int
    away: int
    due_on: date | None
    picture: str

    @property
    def ours(self) -> Count:
        """What holds."""
        return Count(self.good, self.rework, self.spoilt)

    @property
    def hers(self) -> Count | None:
        """What the other side counted, where it differed."""
        return None if self.her_good is None else Count(self.her_good, self.her_rework or 0, self.her_spoilt or 0)


class Fresh(TypedDict, total=False):
    """What a new count says besides its numbers."""

    bag_id: int | None
    person_id: int | None
    source: Source
    home: bool
    code: str
    rate_fen: int
    away: int
    due_on: date
    picture: str
    told_by: int | None


class Changes(TypedDict, total=False):
    """What changes of a count."""

    person_id: int
    home: bool
    good: int
    rework: int
    spoilt: int
    her_good: int
    her_rework: int
    her_spoilt: int
    status: CountStatus
    away: int
    counted_on: date
    said_at: datetime
    settled_by: int
    settled_at: datetime
    asked_at: datetime


_COUNTS = (
    select(
        *columns(
            lot_count,
            Counted,
            name=person.c.name,
            community_id=lot.c.community_id,
            enterprise_id=lot.c.enterprise_id,
            item=lot.c.item,
        )
    )
    .join(lot, lot.c.id == lot_count.c.lot_id)
    .outerjoin(person, person.c.id == lot_count.c.person_id)
)


def new_code() -> str:
    """Ten characters that stand on a bag; nobody guesses them."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def add(
    tx: Connection, lot_id: int, kind: Kind, count: Count, *, status: CountStatus, on: date, now: datetime, **more: Unpack[Fresh]
) -> int:
    """A new count; the row's id."""
    values = {"lot_id": lot_id, "kind": kind, **count._asdict(), "status": status, "told_at": now, "counted_on": on, "picture": ""}
    values |= {"source": "held", "home": False, "rate_fen": 0, "away": 0, **more}
    return int(tx.execute(lot_count.insert().values(values).returning(lot_count.c.id)).scalar_one())


def get(tx: Connection, count_id: int) -> Counted | None:
    """One count."""
    return first(tx, _COUNTS.where(lot_count.c.id == count_id), Counted)


def by_code(tx: Connection, code: str) -> Counted | None:
    """The bag on which this code stands."""
    return first(tx, _COUNTS.where(lot_count.c.code == code.strip().lower()), Counted)


def change(tx: Connection, count_id: int, *, of: Iterable[CountStatus], **values: Unpack[Changes]) -> bool:
    """Change a count that is in one of these states; False where it is not."""
    there = (lot_count.c.id == count_id, lot_count.c.status.in_(list(of)))
    return tx.execute(update(lot_count).where(*there).values(**values)).rowcount == 1


def bags(tx: Connection, lot_id: int, *, limit: int = 50) -> list[Counted]:
    """The bags of a lot that are packed or still away, the oldest first."""
    chosen = (lot_count.c.lot_id == lot_id, lot_count.c.kind == "out", or_(lot_count.c.status == "packed", lot_count.c.away > 0))
    return every(tx, _COUNTS.where(*chosen).order_by(lot_count.c.id).limit(limit), Counted)


def of_bag(tx: Connection, bag_id: int) -> list[Counted]:
    """What came back of a bag, and what is missing of it, in order."""
    return every(tx, _COUNTS.where(lot_count.c.bag_id == bag_id).order_by(lot_count.c.id), Counted)


def of_person(tx: Connection, person_id: int, *, limit: int = 50) -> list[Counted]:
    """Her bags of which something is still away, the first due first."""
    chosen = (lot_count.c.person_id == person_id, lot_count.c.kind == "out", lot_count.c.away > 0)
    return every(tx, _COUNTS.where(*chosen).order_by(lot_count.c.due_on, lot_count.c.id).limit(limit), Counted)


def differing(tx: Connection, where: Iterable[Scope], *, limit: int = 20) -> list[Counted]:
    """Counts that a person has to look at in these communities, the oldest first."""
    chosen = (within(where, community=lot.c.community_id), lot_count.c.status == "differs")
    return every(tx, _COUNTS.where(*chosen).order_by(lot_count.c.id).limit(limit), Counted)


def overdue(tx: Connection, where: Iterable[Scope], *, today: date, limit: int = 20) -> list[Counted]:
    """Bags that should have come back by now and are still away: a list for staff, the oldest first."""
    late = (within(where, community=lot.c.community_id), lot_count.c.away > 0, lot_count.c.due_on < today)
    return every(tx, _COUNTS.where(*late).order_by(lot_count.c.due_on, lot_count.c.id).limit(limit), Counted)


def to_ask(tx: Connection, *, today: date, now: datetime, again: timedelta, limit: int = 200) -> list[Counted]:
    """Bags past their day that she was not asked about lately."""
    late = (lot_count.c.away > 0, lot_count.c.due_on < today, lot_count.c.person_id.is_not(None))
    unasked = or_(lot_count.c.asked_at.is_(None), lot_count.c.asked_at <= now - again)
    return every(tx, _COUNTS.where(*late, unasked).order_by(lot_count.c.id).limit(limit), Counted)
