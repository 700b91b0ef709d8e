"""Job notices that somebody had looked at: kept without her name, for a day, or as long as staff need them where she passed them on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, json, key, ref, table

AdStatus = Literal["looked_at", "reported"]


class Ad(SQLModel, table=True):
    """One notice; no column says whose it was."""

    __tablename__ = "ad"
    __table_args__ = (Index("ad_kept", "status", "looked_at"),)

    id: int | None = key()
    community_id: int | None = ref("community", null=True)
    notice: str = Field(sa_column=Column(Sealed, nullable=False))
    codes: list[str] = json()
    status: str = "looked_at"
    looked_at: datetime = instant()


ad = table(Ad)
