"""Which records look like one woman, and which were made one: what it took to undo it is kept sealed for its time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import SealedJson
from storage.tables.columns import instant, key, ref, table, where

# found by the system → asked for a second person's word → merged, or different: somebody said so, or the merging was undone.
LikenessStatus = Literal["found", "asked", "merged", "different"]


class Likeness(SQLModel, table=True):
    """Two records that the system itself found to be alike; without such a row nobody can merge them. The smaller id comes first."""

    __tablename__ = "likeness"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: int | None = key()
    first_id: int = ref("person")
    second_id: int = ref("person")
    status: str = "found"
    found_at: datetime = instant()
    # Who asked for a second person's word, and which of the two is to stay.
    asked_by: int | None = ref("person", null=True)
    kept_id: int | None = ref("person", null=True)


class Merger(SQLModel, table=True):
    """One record that went into another."""

    __tablename__ = "merger"
    __table_args__ = (
        Index("merger_kept", "kept_id"),
        Index("merger_until", "until", **where("changes is not null")),
    )

    id: int | None = key()
    kept_id: int = ref("person")
    gone_id: int = ref("person")
    merged_by: int | None = ref("person", null=True)
    merged_at: datetime = instant()
    until: datetime = instant()
    # Every row that was changed, as it was and as it became (storage.unmerging); empty once it cannot be undone any more.
    changes: list[dict[str, object]] | None = Field(default=None, sa_column=Column(SealedJson, nullable=True))
    undone_at: datetime | None = instant(null=True)
    undone_by: int | None = ref("person", null=True)


likeness = table(Likeness)
merger = table(Merger)
