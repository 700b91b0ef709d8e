"""Threads: what the bot handed to a person of the staff, every word of it, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Boolean, Column, Index, false
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, json, key, ref, table, where

# What a thread is about. A danger goes before everything else.
ThreadKind = Literal["danger", "asked", "question", "wage", "dispute", "suggestion"]
# How staff say that it ended; `merged` where two records of one woman became one.
ThreadOutcome = Literal["", "helped", "passed_on", "unreachable", "not_needed", "merged", "erased"]
# Those that a person of the staff gives.
OUTCOMES: tuple[ThreadOutcome, ...] = ("helped", "passed_on", "unreachable", "not_needed")


class Thread(SQLModel, table=True):
    """One matter of one person that a person of the staff answers; open until somebody closes it with an outcome."""

    __tablename__ = "thread"
    __table_args__ = (
        Index("thread_open", "community_id", **where("closed_at is null")),
        Index("thread_person", "person_id", "id"),
        Index("thread_escalates", "escalate_at", **where("escalate_at is not null")),
        Index("thread_taken", "taken_by", **where("closed_at is null")),
    )

    id: int | None = key()
    person_id: int = ref("person")
    community_id: int | None = ref("community", null=True)
    kind: str
    hazards: list[str] = json()
    # How she said that she may be reached; "?" while she was asked for her number and has not sent it.
    contact: str | None = Field(default=None, sa_column=Column(Sealed))
    opened_at: datetime = instant()
    last_word_at: datetime = instant()
    # When the next are told, where nobody has taken a danger.
    escalate_at: datetime | None = instant(null=True)
    escalations: int = 0
    taken_by: int | None = ref("person", null=True)
    taken_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)
    closed_by: int | None = ref("person", null=True)
    outcome: str = ""
    note: str | None = Field(default=None, sa_column=Column(Sealed))


class ThreadWord(SQLModel, table=True):
    """One thing that was said in a thread: hers, or of the staff."""

    __tablename__ = "thread_word"
    __table_args__ = (Index("thread_word_thread", "thread_id", "id"),)

    id: int | None = key()
    thread_id: int = ref("thread")
    author_id: int = ref("person")
    from_staff: bool = False
    # Written by staff for each other: she is never told it.
    noted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    said: str | None = Field(default=None, sa_column=Column(Sealed))
    # The key of a picture.
    picture: str = ""
    said_at: datetime = instant()


thread = table(Thread)
thread_word = table(ThreadWord)
