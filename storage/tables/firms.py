"""How firms are looked at: each answer with who gave it and when, agreements with their share, and suspensions. No row is changed but a suspension that ends."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, key, ref, table, where


class FirmCheck(SQLModel, table=True):
    """One question about a firm and its answer; the newest of a topic holds. The note may name people."""

    __tablename__ = "firm_check"
    __table_args__ = (Index("firm_check_newest", "enterprise_id", "topic", "checked_at"),)

    id: int | None = key()
    enterprise_id: int = ref("enterprise")
    topic: str
    good: bool
    note: str = Field(default="", sa_column=Column(Sealed, nullable=False))
    checked_by: int = ref("person")
    checked_at: datetime = instant()


class FirmAgreement(SQLModel, table=True):
    """What a firm signed: the percent that it gives to the fund, from the first to the last day."""

    __tablename__ = "firm_agreement"
    __table_args__ = (Index("firm_agreement_firm", "enterprise_id", "ends_on"),)

    id: int | None = key()
    enterprise_id: int = ref("enterprise")
    share_percent: int
    starts_on: date
    ends_on: date
    noted_by: int = ref("person")
    noted_at: datetime = instant()


class FirmSuspension(SQLModel, table=True):
    """Since when, why and until when nothing of a firm is published."""

    __tablename__ = "firm_suspension"
    __table_args__ = (Index("firm_suspension_open", "enterprise_id", unique=True, **where("ended_at is null")),)

    id: int | None = key()
    enterprise_id: int = ref("enterprise")
    reason: str
    note: str = Field(default="", sa_column=Column(Sealed, nullable=False))
    begun_by: int = ref("person")
    begun_at: datetime = instant()
    ended_by: int | None = ref("person", null=True)
    ended_at: datetime | None = instant(null=True)


firm_check = table(FirmCheck)
firm_agreement = table(FirmAgreement)
firm_suspension = table(FirmSuspension)
