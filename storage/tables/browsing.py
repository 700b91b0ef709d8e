"""What somebody was shown of posts and said about them: the memory of a talk, sealed, and gone within days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import SealedJson
from storage.tables.columns import instant, key, ref, table


class Browsing(SQLModel, table=True):
    """One row a person: the posts of the last list, those she saw before, and what she asked for (storage.work.browsing.Look)."""

    __tablename__ = "browsing"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: int | None = key()
    person_id: int = ref("person")
    look: dict[str, object] = Field(sa_column=Column(SealedJson, nullable=False))
    looked_at: datetime = instant()


browsing = table(Browsing)
