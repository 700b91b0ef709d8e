"""What residents ask their community for (意见箱)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, key, ref, table


class Suggestion(SQLModel, table=True):
    """One suggestion of an office's list; `code` is the file's id."""

    __tablename__ = "suggestion"

    id: int | None = key()
    code: str = Field(unique=True)
    community_id: int = ref("community", index=True)
    text: str = Field(sa_column=Column(Sealed, nullable=False))
    received_on: date | None = None
    imported_at: datetime = instant()


suggestion = table(Suggestion)
