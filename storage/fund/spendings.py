"""What money is asked for, who agreed, what was paid, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.access import Scope
from storage.rows import columns, every, first, upsert
from storage.scope import within
from storage.tables.fund import SpendingStatus, fund_approval, fund_spending


class Spending(NamedTuple):
    """Money asked for, in fen. `private_what` holds whom it helps where it helps one person; `what` is empty then."""

    id: int
    community_id: int
    purpose: str
    what: str
    private_what: str | None
    suggestion_id: int | None
    estimate_fen: int
    asked_by: int | None
    status: SpendingStatus
    paid_fen: int | None
    booking: str | None
    outcome: str
    came: int | None
    activity_id: int | None
    voucher_picture: str
    picture: str


class Word(NamedTuple):
    """One person's word on a spending."""

    person_id: int
    agrees: bool
    why: str


def ask(
    tx: Connection,
    community_id: int,
    *,
    purpose: str,
    what: str,
    private: bool,
    estimate_fen: int,
    asked_by: int,
    now: datetime,
    suggestion_id: int | None = None,
    activity_id: int | None = None,
) -> int:
    """Ask for money; the row's id."""
    values = {
        "community_id": community_id,
        "purpose": purpose,
        "what": "" if private else what,
        "private_what": what if private else None,
        "suggestion_id": suggestion_id,
        "activity_id": activity_id,
        "estimate_fen": estimate_fen,
        "asked_by": asked_by,
        "asked_at": now,
        "status": "asked",
        "outcome": "",
    }
    return int(tx.execute(insert(fund_spending).values(values).returning(fund_spending.c.id)).scalar_one())


def get(tx: Connection, spending_id: int) -> Spending | None:
    """One of them."""
    return first(tx, select(*columns(fund_spending, Spending)).where(fund_spending.c.id == spending_id), Spending)


def of_place(tx: Connection, where: Iterable[Scope], *, status: Iterable[SpendingStatus], limit: int = 50) -> list[Spending]:
    """Those in these states for these communities, the oldest first."""
    chosen = (within(where, community=fund_spending.c.community_id), fund_spending.c.status.in_(list(status)))
    return every(tx, select(*columns(fund_spending, Spending)).where(*chosen).order_by(fund_spending.c.id).limit(limit), Spending)


def of_bookings(tx: Connection, numbers: Iterable[str]) -> dict[str, Spending]:
    """The spendings that were booked under these numbers."""
    chosen = select(*columns(fund_spending, Spending)).where(fund_spending.c.booking.in_(list(numbers)))
    return {row.booking: row for row in every(tx, chosen, Spending) if row.booking}


def say(tx: Connection, spending_id: int, person_id: int, *, agrees: bool, why: str, now: datetime) -> bool:
    """One person's word; False where she has given it before."""
    values = {"spending_id": spending_id, "person_id": person_id, "agrees": agrees, "why": why, "at": now}
    return tx.execute(upsert(tx, fund_approval).values(values).on_conflict_do_nothing()).rowcount == 1


def words(tx: Connection, spending_id: int) -> list[Word]:
    """What was said on it, in order."""
    chosen = select(*columns(fund_approval, Word)).where(fund_approval.c.spending_id == spending_id)
    return every(tx, chosen.order_by(fund_approval.c.id), Word)


def move(tx: Connection, spending_id: int, *, from_: SpendingStatus, to: SpendingStatus) -> bool:
    """From one state to the next; False where it was not there."""
    there = (fund_spending.c.id == spending_id, fund_spending.c.status == from_)
    return tx.execute(update(fund_spending).where(*there).values(status=to)).rowcount == 1


def paid(tx: Connection, spending_id: int, *, paid_fen: int, booking: str, picture: str = "") -> None:
    """What it cost and where it is booked, with a picture of the voucher."""
    values = {"paid_fen": paid_fen, "booking": booking, "voucher_picture": picture}
    tx.execute(update(fund_spending).where(fund_spending.c.id == spending_id).values(values))


def came_of(tx: Connection, spending_id: int, *, outcome: str, came: int | None, picture: str = "") -> None:
    """What came of it, and how many came."""
    tx.execute(update(fund_spending).where(fund_spending.c.id == spending_id).values(outcome=outcome, came=came, picture=picture))
