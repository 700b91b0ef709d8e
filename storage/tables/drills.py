"""Drills that went well."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import SQLModel

from storage.tables.columns import instant, key, table


class Drill(SQLModel, table=True):
    """A backup of `made_at` came back and was found whole, in `seconds`."""

    __tablename__ = "drill"

    id: int | None = key()
    at: datetime = instant()
    made_at: datetime = instant()
    seconds: float


drill = table(Drill)
