"""What work by the piece pays: on which terms, slips with their lines, hours told, and pieces beyond the quota.

A slip is never lowered, and a line is never changed or deleted: the database itself refuses it (migration `pay`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import BigId, instant, key, ref, table, where

# waiting: below the minimum, a second person has to look; closed: to be paid; missing: not paid in time, or not as it says.
SlipStatus = Literal["waiting", "closed", "paid", "confirmed", "missing"]


class PayTerms(SQLModel, table=True):
    """Whether a post is employment or a contract for work, by whose word, and the quota in pieces an hour that its firm set, if it did."""

    __tablename__ = "pay_terms"

    position_id: int = Field(sa_column=Column(BigId, ForeignKey("position.id"), primary_key=True))
    kind: str
    word: str
    quota: int | None = None
    set_by: int | None = ref("person", null=True)
    set_at: datetime = instant()


class PaySlip(SQLModel, table=True):
    """What she earned by the piece with a firm in a month, in fen; several where short work was closed before the month's end."""

    __tablename__ = "pay_slip"
    __table_args__ = (
        CheckConstraint("total_fen = piece_fen + extra_fen + top_up_fen", name="pay_slip_sum"),
        CheckConstraint("piece_fen >= 0 AND extra_fen >= 0 AND top_up_fen >= 0", name="pay_slip_not_below_zero"),
        Index("pay_slip_person", "person_id", "month"),
        Index("pay_slip_month", "month", "community_id", "enterprise_id"),
        Index("pay_slip_due", "pay_by", **where("status = 'closed'")),
    )

    id: int | None = key()
    person_id: int = ref("person")
    enterprise_id: int = ref("enterprise")
    community_id: int = ref("community")
    month: str
    terms: str
    pieces: int
    minutes: int | None = None
    piece_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    extra_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    floor_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    top_up_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    total_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: str
    pay_by: date
    closed_by: int | None = ref("person", null=True)
    closed_at: datetime = instant()
    second_by: int | None = ref("person", null=True)
    second_at: datetime | None = instant(null=True)
    paid_on: date | None = None
    paid_by: int | None = ref("person", null=True)
    said_at: datetime | None = instant(null=True)


class PayLine(SQLModel, table=True):
    """Good pieces of one return on a slip; `percent` of the rate."""

    __tablename__ = "pay_line"
    __table_args__ = (
        UniqueConstraint("slip_id", "count_id", "percent"),
        CheckConstraint("pieces > 0", name="pay_line_some"),
        Index("pay_line_count", "count_id"),
    )

    id: int | None = key()
    slip_id: int = ref("pay_slip")
    count_id: int = ref("lot_count")
    pieces: int
    rate_fen: int
    percent: int


class PayHours(SQLModel, table=True):
    """How long she worked for a firm in a month, as she told it."""

    __tablename__ = "pay_hours"
    __table_args__ = (UniqueConstraint("person_id", "enterprise_id", "community_id", "month"),)

    id: int | None = key()
    person_id: int = ref("person")
    enterprise_id: int = ref("enterprise")
    community_id: int = ref("community")
    month: str
    minutes: int
    told_at: datetime = instant()


class PayExtra(SQLModel, table=True):
    """Pieces of a return beyond the quota, made outside hours: on a workday, a day of rest, a holiday by law."""

    __tablename__ = "pay_extra"
    __table_args__ = (UniqueConstraint("count_id", "day"), CheckConstraint("pieces > 0", name="pay_extra_some"))

    id: int | None = key()
    count_id: int = ref("lot_count")
    day: str
    pieces: int
    told_by: int | None = ref("person", null=True)


pay_terms = table(PayTerms)
pay_slip = table(PaySlip)
pay_line = table(PayLine)
pay_hours = table(PayHours)
pay_extra = table(PayExtra)
