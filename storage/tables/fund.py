"""A community's fund: a ledger of double entry in integer fen, what firms owe to it month by month, and what it is spent on.

The ledger's promises are kept by the database itself (migration `fund`): entries of a booking sum to zero, nothing is changed or deleted, and a
closed month takes no booking.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, key, ref, table

AccountKind = Literal["bank", "owed", "share", "spending"]
BookingKind = Literal["share_due", "share_paid", "spending", "reversal"]
ShareStatus = Literal["asked", "due", "paid"]
SpendingStatus = Literal["asked", "approved", "refused", "paid", "done"]


class Account(SQLModel, table=True):
    """An account of a community's fund: money in the bank, what a firm owes, what a firm gave, what was spent on a purpose."""

    __tablename__ = "ledger_account"
    __table_args__ = (Index("ledger_account_community", "community_id"),)

    id: int | None = key()
    # As Beancount writes it, Income:Share:YT01:E007; domain.fund.accounts makes it.
    name: str = Field(unique=True)
    community_id: int = ref("community")
    kind: str
    enterprise_id: int | None = ref("enterprise", null=True)
    purpose: str = ""


class Booking(SQLModel, table=True):
    """One booking, written after its entries. `number` counts a community's bookings of a year without gaps."""

    __tablename__ = "ledger_booking"
    __table_args__ = (Index("ledger_booking_month", "community_id", "month"),)

    number: str = Field(sa_column=Column(String, primary_key=True))
    community_id: int = ref("community")
    on_date: date
    # The month it counts to, as 2026-11.
    month: str
    kind: str
    note: str = ""
    voucher: str = ""
    reverses: str | None = Field(default=None, sa_column=Column(String, ForeignKey("ledger_booking.number"), unique=True))
    booked_at: datetime = instant()


class Entry(SQLModel, table=True):
    """What a booking adds to an account (above zero) or takes from it, in fen. Its booking follows in the same transaction."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("fen <> 0", name="ledger_entry_not_nothing"),
        Index("ledger_entry_booking", "number"),
        Index("ledger_entry_account", "account_id"),
    )

    id: int | None = key()
    number: str = Field(
        sa_column=Column(String, ForeignKey("ledger_booking.number", deferrable=True, initially="DEFERRED"), nullable=False)
    )
    account_id: int = ref("ledger_account")
    fen: int = Field(sa_column=Column(BigInteger, nullable=False))


class Counter(SQLModel, table=True):
    """The last booking's number of a community in a year: a row and not a sequence, so that none is missing."""

    __tablename__ = "ledger_counter"

    community_id: int = Field(sa_column=Column(BigId, ForeignKey("community.id"), primary_key=True))
    year: int = Field(primary_key=True)
    last: int


class ClosedMonth(SQLModel, table=True):
    """A month of a community that takes no more bookings."""

    __tablename__ = "ledger_month"

    community_id: int = Field(sa_column=Column(BigId, ForeignKey("community.id"), primary_key=True))
    month: str = Field(primary_key=True)
    closed_at: datetime = instant()


class Share(SQLModel, table=True):
    """What a firm returns to a community for a month: asked for, then due when the firm has told its revenue, then paid."""

    __tablename__ = "fund_share"
    __table_args__ = (UniqueConstraint("enterprise_id", "community_id", "month"), Index("fund_share_place", "community_id", "month"))

    id: int | None = key()
    enterprise_id: int = ref("enterprise")
    community_id: int = ref("community")
    month: str
    percent: int
    revenue_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    due_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    # What the firm says that its work here costs less than elsewhere, in per cent.
    saved_percent: int | None = None
    due_on: date
    status: str = "asked"
    told_at: datetime | None = instant(null=True)
    paid_at: datetime | None = instant(null=True)
    reminded_at: datetime | None = instant(null=True)


class Spending(SQLModel, table=True):
    """Money asked for, decided by others than who asked, paid, and what came of it. What it is for is sealed where it helps one person."""

    __tablename__ = "fund_spending"
    __table_args__ = (Index("fund_spending_place", "community_id", "status"),)

    id: int | None = key()
    community_id: int = ref("community")
    purpose: str
    what: str
    # A help for one mother in hardship is decided by two and seen by nobody else.
    private_what: str | None = Field(default=None, sa_column=Column(Sealed))
    # What women asked for, where the money is for that: they are told what came of it.
    suggestion_id: int | None = ref("suggestion", null=True)
    activity_id: int | None = ref("training_class", null=True)
    estimate_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    asked_by: int | None = ref("person", null=True)
    asked_at: datetime = instant()
    status: str = "asked"
    paid_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    booking: str | None = Field(default=None, sa_column=Column(String, ForeignKey("ledger_booking.number")))
    outcome: str = ""
    came: int | None = None
    # Keys of pictures: of the voucher, and of what came of it.
    voucher_picture: str = Field(default="", sa_column_kwargs={"server_default": ""})
    picture: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Approval(SQLModel, table=True):
    """One person's word on a spending; `agrees` false ends it."""

    __tablename__ = "fund_approval"
    __table_args__ = (UniqueConstraint("spending_id", "person_id"),)

    id: int | None = key()
    spending_id: int = ref("fund_spending")
    person_id: int = ref("person")
    agrees: bool
    # Whom the money was for may stand in it.
    why: str = Field(default="", sa_column=Column(Sealed, nullable=False))
    at: datetime = instant()


ledger_account = table(Account)
ledger_booking = table(Booking)
ledger_entry = table(Entry)
ledger_counter = table(Counter)
ledger_month = table(ClosedMonth)
fund_share = table(Share)
fund_spending = table(Spending)
fund_approval = table(Approval)
