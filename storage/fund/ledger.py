"""The ledger: bookings whose entries sum to zero, corrected only by reversing, closed by month. The database itself refuses anything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, case, func, insert, select

from domain.fund import accounts
from domain.fund.beancount import Posting, Written
from domain.months import month_of
from storage.rows import columns, every, first, upsert
from storage.tables.fund import AccountKind, BookingKind, ledger_account, ledger_booking, ledger_counter, ledger_entry, ledger_month
from storage.tables.work import community, enterprise


class Place(NamedTuple):
    """A community."""

    id: int
    code: str
    name: str


class Firm(NamedTuple):
    """A firm."""

    id: int
    code: str
    name: str


class Account(NamedTuple):
    """An account to book on; made where it is not there yet."""

    name: str
    kind: AccountKind
    enterprise_id: int | None = None
    purpose: str = ""


class Line(NamedTuple):
    """What a booking adds to an account, in fen, never nothing."""

    account: Account
    fen: int


class Booked(NamedTuple):
    """A booking as a statement shows it; `fen` is what it added to the bank account."""

    number: str
    on_date: date
    kind: BookingKind
    note: str
    voucher: str
    reverses: str | None
    fen: int


def place(tx: Connection, community_id: int) -> Place:
    """The community; raises LookupError where there is none."""
    row = first(tx, select(*columns(community, Place)).where(community.c.id == community_id), Place)
    if row is None:
        raise LookupError(f"community {community_id}")
    return row


def firm(tx: Connection, enterprise_id: int) -> Firm:
    """The firm; raises LookupError where there is none."""
    row = first(tx, select(*columns(enterprise, Firm)).where(enterprise.c.id == enterprise_id), Firm)
    if row is None:
        raise LookupError(f"enterprise {enterprise_id}")
    return row


def bank(where: Place) -> Account:
    """The money of a community."""
    return Account(accounts.bank(where.code), "bank")


def owed(where: Place, who: Firm) -> Account:
    """What a firm owes to a community."""
    return Account(accounts.owed(where.code, who.code), "owed", who.id)


def share(where: Place, who: Firm) -> Account:
    """What a firm gave to a community."""
    return Account(accounts.share(where.code, who.code), "share", who.id)


def spending(where: Place, purpose: str) -> Account:
    """What a community spent on a purpose."""
    return Account(accounts.spending(where.code, purpose), "spending", purpose=purpose)


def book(
    tx: Connection,
    community_id: int,
    lines: Sequence[Line],
    *,
    kind: BookingKind,
    on: date,
    now: datetime,
    note: str = "",
    voucher: str = "",
    reverses: str | None = None,
) -> str:
    """Write one booking; its number.

    The database raises IntegrityError where the lines do not sum to zero, where there are fewer than two, and where the month is closed.
    """
    number = _next_number(tx, community_id, on.year)
    ids = {line.account.name: _account_id(tx, community_id, line.account) for line in lines}
    entries = [{"number": number, "account_id": ids[line.account.name], "fen": line.fen} for line in lines]
    tx.execute(insert(ledger_entry), entries)
    values = {"number": number, "community_id": community_id, "on_date": on, "month": month_of(on), "kind": kind}
    tx.execute(insert(ledger_booking).values(**values, note=note, voucher=voucher, reverses=reverses, booked_at=now))
    return number


def reverse(tx: Connection, number: str, *, why: str, on: date, now: datetime) -> str:
    """Take a booking back by its opposite; the number of that. Raises IntegrityError where it was taken back before."""
    community_id = tx.execute(select(ledger_booking.c.community_id).where(ledger_booking.c.number == number)).scalar_one()
    rows = tx.execute(
        select(ledger_account.c.name, ledger_account.c.kind, ledger_account.c.enterprise_id, ledger_account.c.purpose, ledger_entry.c.fen)
        .join(ledger_account, ledger_account.c.id == ledger_entry.c.account_id)
        .where(ledger_entry.c.number == number)
        .order_by(ledger_entry.c.id)
    )
    lines = [Line(Account(row.name, row.kind, row.enterprise_id, row.purpose), -row.fen) for row in rows]
    return book(tx, community_id, lines, kind="reversal", on=on, now=now, note=why, reverses=number)


def close_month(tx: Connection, community_id: int, month: str, *, now: datetime) -> None:
    """No more bookings for this month. Raises IntegrityError where it was closed before."""
    tx.execute(insert(ledger_month).values(community_id=community_id, month=month, closed_at=now))


def is_closed(tx: Connection, community_id: int, month: str) -> bool:
    """Whether a month takes no more bookings."""
    closed = select(ledger_month.c.month).where(ledger_month.c.community_id == community_id, ledger_month.c.month == month)
    return tx.execute(closed).first() is not None


def in_bank(tx: Connection, community_id: int, *, before: str = "") -> int:
    """What is on a community's bank account, in fen: by all months before one, or by everything that was booked."""
    chosen = [ledger_account.c.community_id == community_id, ledger_account.c.kind == "bank"]
    if before:
        chosen.append(ledger_booking.c.month < before)
    total = (
        select(func.coalesce(func.sum(ledger_entry.c.fen), 0))
        .join(ledger_account, ledger_account.c.id == ledger_entry.c.account_id)
        .join(ledger_booking, ledger_booking.c.number == ledger_entry.c.number)
    )
    return int(tx.execute(total.where(*chosen)).scalar_one())


def bookings(tx: Connection, community_id: int, month: str) -> list[Booked]:
    """What was booked for a month, in order."""
    # Joined and not looked up booking by booking: PostgreSQL would go through a whole account for each.
    in_bank = func.sum(case((ledger_account.c.kind == "bank", ledger_entry.c.fen), else_=0))
    own = [ledger_booking.c[name] for name in Booked._fields if name != "fen"]
    statement = (
        select(*columns(ledger_booking, Booked, fen=in_bank))
        .join(ledger_entry, ledger_entry.c.number == ledger_booking.c.number)
        .join(ledger_account, ledger_account.c.id == ledger_entry.c.account_id)
        .where(ledger_booking.c.community_id == community_id, ledger_booking.c.month == month)
        .group_by(*own)
        .order_by(ledger_booking.c.number)
    )
    return [row._replace(fen=int(row.fen)) for row in every(tx, statement, Booked)]


def written(tx: Connection) -> list[Written]:
    """The whole ledger, by day and number."""
    rows = tx.execute(
        select(ledger_booking.c.number, ledger_booking.c.on_date, ledger_booking.c.note, ledger_account.c.name, ledger_entry.c.fen)
        .join(ledger_entry, ledger_entry.c.number == ledger_booking.c.number)
        .join(ledger_account, ledger_account.c.id == ledger_entry.c.account_id)
        .order_by(ledger_booking.c.on_date, ledger_booking.c.number, ledger_entry.c.id)
    )
    return [
        Written(number, on, note, [Posting(row.name, row.fen) for row in group])
        for (number, on, note), group in groupby(rows, key=lambda row: (row.number, row.on_date, row.note))
    ]


def moved(tx: Connection, month: str) -> dict[int, tuple[int, int]]:
    """What came in and what went out of the bank in a month, in fen, by community."""
    of_bank = (ledger_account.c.kind == "bank", ledger_booking.c.month == month)
    came, went = (func.sum(case((side, ledger_entry.c.fen), else_=0)) for side in (ledger_entry.c.fen > 0, ledger_entry.c.fen < 0))
    rows = (
        select(ledger_booking.c.community_id, came, went)
        .join(ledger_entry, ledger_entry.c.number == ledger_booking.c.number)
        .join(ledger_account, ledger_account.c.id == ledger_entry.c.account_id)
        .where(*of_bank)
        .group_by(ledger_booking.c.community_id)
    )
    return {place: (int(came), -int(went)) for place, came, went in tx.execute(rows)}


def _next_number(tx: Connection, community_id: int, year: int) -> str:
    """The next number of a community's year: YT01-2026-0007."""
    fresh = upsert(tx, ledger_counter).values(community_id=community_id, year=year, last=1)
    counted = fresh.on_conflict_do_update(
        index_elements=[ledger_counter.c.community_id, ledger_counter.c.year], set_={"last": ledger_counter.c.last + 1}
    )
    last = int(tx.execute(counted.returning(ledger_counter.c.last)).scalar_one())
    return f"{place(tx, community_id).code}-{year}-{last:04d}"


def _account_id(tx: Connection, community_id: int, account: Account) -> int:
    same = select(ledger_account.c.id).where(ledger_account.c.name == account.name)
    if (account_id := tx.execute(same).scalar()) is not None:
        return int(account_id)
    values = {**account._asdict(), "community_id": community_id}
    tx.execute(upsert(tx, ledger_account).values(values).on_conflict_do_nothing())
    return int(tx.execute(same).scalar_one())
