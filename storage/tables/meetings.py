"""Meetings of the mothers' council (议事会): agenda, who is asked to come, and votes of which a secret one cannot be joined with its voters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import Column, Index, Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, json, key, ref, table, where

MeetingState = Literal["draft", "called", "held", "cancelled"]
# What the council made of a point: accepted, declined, or left for another day; empty while it is open.
Verdict = Literal["", "accept", "decline", "later"]


class Meeting(SQLModel, table=True):
    """One meeting of a community's council."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index("meeting_community", "community_id", "starts_at"),
        Index("meeting_remind", "remind_at", **where("remind_at is not null")),
    )

    id: int | None = key()
    community_id: int = ref("community")
    starts_at: datetime = instant()
    place: str
    state: str = "draft"
    called_by: int = ref("person")
    created_at: datetime = instant()
    remind_at: datetime | None = instant(null=True)
    held_at: datetime | None = instant(null=True)


class MeetingItem(SQLModel, table=True):
    """One point of an agenda: a suggestion, each once in a meeting; and what was decided, by whom it is done, until when."""

    __tablename__ = "meeting_item"
    __table_args__ = (UniqueConstraint("meeting_id", "suggestion_id"), Index("meeting_item_suggestion", "suggestion_id"))

    id: int | None = key()
    meeting_id: int = ref("meeting")
    suggestion_id: int = ref("suggestion")
    position: int
    verdict: str = ""
    decision: str | None = Field(default=None, sa_column=Column(Sealed))
    owner: str | None = Field(default=None, sa_column=Column(Sealed))
    until: date | None = None


class MeetingGuest(SQLModel, table=True):
    """Who is asked to come, and what she answered: yes, no, or nothing yet."""

    __tablename__ = "meeting_guest"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), Index("meeting_guest_person", "person_id"))

    id: int | None = key()
    meeting_id: int = ref("meeting")
    person_id: int = ref("person")
    answer: str = ""


class Motion(SQLModel, table=True):
    """One vote. Options, quorum and electorate are those of the moment it opened. `seal` finds a secret ballot again while the vote is
    open, and is destroyed at its end: from then on nobody can."""

    __tablename__ = "motion"
    __table_args__ = (Index("motion_item", "item_id"), Index("motion_closes", "closes_at", **where("closed_at is null")))

    id: int | None = key()
    item_id: int = ref("meeting_item")
    options: list[str] = json()
    secret: bool
    quorum: int
    electorate: int
    opened_at: datetime = instant()
    closes_at: datetime = instant()
    closed_at: datetime | None = instant(null=True)
    seal: str | None = Field(default=None, sa_column=Column(Sealed))
    # Votes by option, once it is closed.
    counts: list[int] = json()
    outcome: str = ""


class MotionElector(SQLModel, table=True):
    """Who may vote, and whether she did: never when, and never what."""

    __tablename__ = "motion_elector"
    __table_args__ = (UniqueConstraint("motion_id", "person_id"), Index("motion_elector_person", "person_id"))

    id: int | None = key()
    motion_id: int = ref("motion")
    person_id: int = ref("person")
    voted: bool = False


class MotionVote(SQLModel, table=True):
    """An open vote: who, and what."""

    __tablename__ = "motion_vote"
    __table_args__ = (UniqueConstraint("motion_id", "person_id"), Index("motion_vote_person", "person_id"))

    id: int | None = key()
    motion_id: int = ref("motion")
    person_id: int = ref("person")
    choice: int


class MotionBallot(SQLModel, table=True):
    """A secret vote: what, and not who. One for each elector is there from the beginning, in no order, and no row tells when it was filled."""

    __tablename__ = "motion_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    motion_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    token: str = Field(sa_column=Column(String, primary_key=True))
    # Empty while nothing was said.
    choice: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))


meeting = table(Meeting)
meeting_guest = table(MeetingGuest)
meeting_item = table(MeetingItem)
motion = table(Motion)
motion_ballot = table(MotionBallot)
motion_elector = table(MotionElector)
motion_vote = table(MotionVote)
