"""Names and numbers that still have to be taken out of what others were told and wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.sealed import SealedJson
from storage.tables.columns import BigId, instant, key, ref, table


class Forgetting(SQLModel, table=True):
    """One person's deletion under way; the row goes with its end."""

    __tablename__ = "forgetting"

    id: int | None = key()
    person_id: int = ref("person")
    # Her name, number and door, as they stood.
    words: list[str] = Field(sa_column=Column(SealedJson, nullable=False))
    # What was passed on to staff in her own words.
    quotes: list[str] = Field(sa_column=Column(SealedJson, nullable=False))
    asked_at: datetime = instant()
    # How far it has come: which of the places, and up to which row there.
    place: int = 0
    done_to: int = Field(default=0, sa_column=Column(BigId, nullable=False, server_default="0"))


forgetting = table(Forgetting)
