"""Who asked to be forgotten, by a digest that only this store's own secret makes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, key, table


class Erased(SQLModel, table=True):
    """One deletion. The list of them is kept beside the store as well, so that an older backup does not bring her back."""

    __tablename__ = "erased"

    id: int | None = key()
    # No reference: in an older backup she may be another row, or none.
    person: str = Field(sa_column=Column(String, nullable=False, index=True))
    at: datetime = instant()


erased = table(Erased)
