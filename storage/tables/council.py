"""What residents ask their community for (意见箱): their words, who supports them, and every step that became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Boolean, Column, Index, Integer, String, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, key, ref, table, where

# What happened to a suggestion: a move of domain.council.states, or one of these.
StepKind = Literal[
    "said", "published", "kept_back", "supported", "worded", "hard", "postponed", "topic", "community", "settled", "merged", "unmerged",
    "split", "unsplit", "agenda", "accept", "decline", "take", "finish", "content", "not_content", "lapse", "withdraw",
]  # fmt: skip
# What the women are asked: was the answer in time, is it done, are you content.
Question = Literal["in_time", "done", "content"]


def _words(default: str = "") -> Any:
    """A short text that older rows have as well."""
    return Field(default=default, sa_column=Column(String, nullable=False, server_default=default))


def _number(default: int) -> Any:
    return Field(default=default, sa_column=Column(Integer, nullable=False, server_default=text(str(default))))


def _no() -> Any:
    return Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


class Suggestion(SQLModel, table=True):
    """One suggestion; `code` is the number that a list knows it by. Of several that are merged one leads, and its state is that of all."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("suggestion_open", "community_id", "state", "voices"),
        Index("suggestion_author", "author_id", **where("author_id is not null")),
        Index("suggestion_merged", "merged_into", **where("merged_into is not null")),
        Index("suggestion_escalates", "escalate_at", **where("escalate_at is not null")),
        Index("suggestion_unread", "id", **where("topic = ''")),
    )

    id: int | None = key()
    code: str = Field(unique=True)
    community_id: int = ref("community", index=True)
    text: str = Field(sa_column=Column(Sealed, nullable=False))
    received_on: date | None = None
    arrived_at: datetime = instant()
    # Nobody where it came on paper. Staff see a name only where she gave it with this suggestion.
    author_id: int | None = ref("person", null=True)
    named: bool = _no()
    # One of domain.reading.topics; empty until it was read.
    topic: str = _words()
    # The key of a picture.
    picture: str = _words()
    lat: float | None = None
    lon: float | None = None
    # Empty while staff have to look first whether it tells of somebody.
    published_at: datetime | None = instant(null=True)
    state: str = _words("received")
    hard: bool = _no()
    reopened: bool = _no()
    # Of the text: who supported an older one is asked again.
    version: int = _number(1)
    # How many said or support it, over all that are merged into it.
    voices: int = _number(1)
    merged_into: int | None = ref("suggestion", null=True)
    split_from: int | None = ref("suggestion", null=True, index=True)
    # By when the next move is due; when whoever is responsible is told that it is not done, and how often that was.
    due_at: datetime | None = instant(null=True)
    escalate_at: datetime | None = instant(null=True)
    escalated: int = _number(0)
    # The first deadline that was missed; never taken back.
    late_since: datetime | None = instant(null=True)
    # Who does it, until when; and what it cost, paid by whom.
    owner: str | None = Field(default=None, sa_column=Column(Sealed))
    until: date | None = None
    cost_fen: int | None = None
    paid_by: str = _words()
    answered_at: datetime | None = instant(null=True)
    done_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)


class SuggestionDraft(SQLModel, table=True):
    """What somebody said and has not yet put into the box. With `due_at` she had asked for the box: then it goes in by itself."""

    __tablename__ = "suggestion_draft"
    __table_args__ = (Index("suggestion_draft_due", "due_at", **where("due_at is not null")),)

    id: int | None = key()
    person_id: int = ref("person", index=True)
    community_id: int | None = ref("community", null=True)
    text: str = Field(sa_column=Column(Sealed, nullable=False))
    said_at: datetime = instant()
    due_at: datetime | None = instant(null=True)


class SuggestionSupport(SQLModel, table=True):
    """一样，我也支持: once a person, to the text of this version."""

    __tablename__ = "suggestion_support"
    __table_args__ = (UniqueConstraint("suggestion_id", "person_id"), Index("suggestion_support_person", "person_id"))

    id: int | None = key()
    suggestion_id: int = ref("suggestion")
    person_id: int = ref("person")
    version: int = 1
    at: datetime = instant()


class SuggestionTerm(SQLModel, table=True):
    """By what the open suggestions of a community are found: keyed digests of their words, so that the store does not show the texts."""

    __tablename__ = "suggestion_term"
    __table_args__ = (Index("suggestion_term_suggestion", "suggestion_id"), {"sqlite_with_rowid": False})

    community_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    term: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    suggestion_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))


class SuggestionStep(SQLModel, table=True):
    """One thing that happened to a suggestion, which every author and supporter is told; never changed, only contested."""

    __tablename__ = "suggestion_step"
    __table_args__ = (
        Index("suggestion_step_suggestion", "suggestion_id", "id"),
        Index("suggestion_step_notice", "notice_id", **where("notice_id is not null")),
        Index("suggestion_step_contested", "contested_at", **where("contested_at is not null and settled_at is null")),
    )

    id: int | None = key()
    suggestion_id: int = ref("suggestion")
    kind: str
    at: datetime = instant()
    by_id: int | None = ref("person", null=True)
    reason: str | None = Field(default=None, sa_column=Column(Sealed))
    picture: str = ""
    # What was, where something was changed: a topic, a community, a state; and what it was changed to.
    before: str = ""
    after: str = ""
    # The notice that told of it; empty where nobody was to be told.
    notice_id: int | None = ref("notice", null=True)
    contested_at: datetime | None = instant(null=True)
    contested_by: int | None = ref("person", null=True)
    settled_at: datetime | None = instant(null=True)


class SuggestionTap(SQLModel, table=True):
    """What a woman said of how it was dealt with: the three rates are made of these taps alone. `round` is 2 after it was opened again."""

    __tablename__ = "suggestion_tap"
    __table_args__ = (UniqueConstraint("suggestion_id", "person_id", "round", "question"), Index("suggestion_tap_person", "person_id"))

    id: int | None = key()
    suggestion_id: int = ref("suggestion")
    person_id: int = ref("person")
    round: int = 1
    question: str
    yes: bool
    at: datetime = instant()


suggestion = table(Suggestion)
suggestion_draft = table(SuggestionDraft)
suggestion_step = table(SuggestionStep)
suggestion_support = table(SuggestionSupport)
suggestion_tap = table(SuggestionTap)
suggestion_term = table(SuggestionTerm)
