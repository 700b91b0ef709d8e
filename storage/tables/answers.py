"""Questions that nothing answered, counted without who asked, and the answers that staff wrote to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, json, key, ref, table, where


class AskedQuestion(SQLModel, table=True):
    """A question without an answer, once for all who asked it alike; nothing tells who they were."""

    __tablename__ = "asked_question"
    __table_args__ = (Index("asked_question_open", "times", **where("settled_at is null")),)

    id: int | None = key()
    # Of the question without what tells nothing of what is asked.
    digest: str = Field(unique=True)
    said: str | None = Field(default=None, sa_column=Column(Sealed))
    times: int = 1
    first_at: datetime = instant()
    last_at: datetime = instant()
    # When staff answered it, or said that it needs no answer.
    settled_at: datetime | None = instant(null=True)


class StaffAnswer(SQLModel, table=True):
    """An answer that staff wrote, with the wordings that ask for it."""

    __tablename__ = "staff_answer"

    id: int | None = key()
    wordings: list[str] = json()
    answer: str
    author_id: int | None = ref("person", null=True)
    written_at: datetime = instant()
    withdrawn_at: datetime | None = instant(null=True)


asked_question = table(AskedQuestion)
staff_answer = table(StaffAnswer)
