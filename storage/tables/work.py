"""Where work is: communities and their grid cells, enterprises, positions, and who wants to go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, json, key, ref, table, where


class Community(SQLModel, table=True):
    """A community (社区); coordinates in degrees, WGS 84."""

    __tablename__ = "community"

    id: int | None = key()
    code: str = Field(unique=True)
    name: str
    lat: float
    lon: float


class Cell(SQLModel, table=True):
    """A grid cell (网格) of a community."""

    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("community_id", "code"),)

    id: int | None = key()
    community_id: int = ref("community")
    code: str
    name: str


class Enterprise(SQLModel, table=True):
    """A firm; `share_percent` of its posts' revenue goes to the community fund (5-15), never out of wages."""

    __tablename__ = "enterprise"

    id: int | None = key()
    code: str = Field(unique=True)
    name: str
    licence: str
    contact: str = Field(sa_column=Column(Sealed, nullable=False))
    phone: str | None = Field(default=None, sa_column=Column(Sealed))
    share_percent: int


PostStatus = Literal["draft", "published", "filled", "closed"]


class Position(SQLModel, table=True):
    """A post; pay in fen per `pay_basis`, windows as in the import files. draft → published → filled or closed."""

    __tablename__ = "position"
    __table_args__ = (
        Index("position_status", "status"),
        Index(
            "position_unannounced",
            "published_at",
            **where("status = 'published' and announced_at is null"),
        ),
        Index("position_wave", "next_wave_at", **where("next_wave_at is not null")),
    )

    id: int | None = key()
    code: str = Field(unique=True)
    enterprise_id: int = ref("enterprise", index=True)
    title: str
    text: str
    sector: str
    mode: str
    skills: list[str] = json()
    trains: bool
    community_id: int = ref("community", index=True)
    lat: float
    lon: float
    windows: str = ""
    fixed: bool = False
    min_weekly_hours: int = 0
    pay_basis: str
    pay_min_fen: int | None = None
    pay_max_fen: int | None = None
    # What piece work honestly brings an hour, in fen.
    hourly_fen: int | None = None
    headcount: int
    taken: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    status: str = "draft"
    published_at: datetime | None = instant(null=True)
    # When its mothers were first looked for; empty means that the next tick does it.
    announced_at: datetime | None = instant(null=True)
    # When the next mothers are offered its free places; empty where nobody is left, or none is free.
    next_wave_at: datetime | None = instant(null=True)
    waves: int = 0
    # Published and found to be bad; who was told got a correction.
    withdrawn_at: datetime | None = instant(null=True)
    withdrawn_why: str = Field(default="", sa_column=Column(Sealed, nullable=False, server_default=""))


# Published and refused are the second person's word; changed and blocked end a review without one; returned: the first person sent it back to
# the firm herself. Empty: nobody has decided yet.
ReviewOutcome = Literal["", "published", "refused", "changed", "blocked", "returned"]


class Review(SQLModel, table=True):
    """A post whose text or pay leaves a question: who asked for it to be published, and the second person's word with a reason."""

    __tablename__ = "review"
    __table_args__ = (Index("review_position", "position_id"), Index("review_open", "asked_at", **where("decided_at is null")))

    id: int | None = key()
    position_id: int = ref("position")
    # code and quote of each finding.
    findings: list[dict[str, object]] = json()
    # Of text and pay as they were then: what the second person allows is what she saw.
    digest: str
    asked_by: int = ref("person")
    asked_at: datetime = instant()
    decided_by: int | None = ref("person", null=True)
    decided_at: datetime | None = instant(null=True)
    outcome: str = ""
    reason: str = Field(default="", sa_column=Column(Sealed, nullable=False, server_default=""))


OfferStatus = Literal["offered", "applied", "declined", "lapsed", "filled"]


class Offer(SQLModel, table=True):
    """A free place offered to a mother in a wave: offered → applied, declined(reason), lapsed, or filled before she was told."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("position_id", "person_id"),
        Index("offer_open", "position_id", **where("status = 'offered'")),
        Index("offer_person", "person_id", "offered_at"),
    )

    id: int | None = key()
    position_id: int = ref("position")
    person_id: int = ref("person")
    # 0: who passed a class that leads to the post, before the public waves.
    wave: int
    score: int = 0
    reasons: list[str] = json()
    status: str = "offered"
    # far, time, pay, kind or other: why she said 不合适.
    reason: str = ""
    offered_at: datetime = instant()
    decided_at: datetime | None = instant(null=True)


class Application(SQLModel, table=True):
    """A mother wants to go; its statuses are those of domain.work.applications.

    applied (a place is held until `held_until`) or waiting (the next on the list) → trial → started → left; or declined, withdrawn by her,
    lapsed (nobody answered in time), missed (did not start after the trial), cancelled (the post was withdrawn).
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("person_id", "position_id"),
        Index("application_position", "position_id", "status"),
        Index("application_waiting", "position_id", "created_at", **where("status = 'waiting'")),
        Index("application_due", "due_at", **where("due_at is not null")),
    )

    id: int | None = key()
    person_id: int = ref("person")
    position_id: int = ref("position")
    status: str = "applied"
    reason: str = Field(default="", sa_column=Column(Sealed, nullable=False, server_default=""))
    # Whether one of the post's places is hers: it counts in position.taken.
    holds: bool = False
    created_at: datetime = instant()
    # When the clock has to look at it next: the hold ends, the trial is tomorrow, nobody said how it went.
    due_at: datetime | None = instant(null=True)
    # Until when her place waits for an answer.
    held_until: datetime | None = instant(null=True)
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("person", null=True)
    trial_at: datetime | None = instant(null=True)
    trial_place: str = Field(default="", sa_column=Column(Sealed, nullable=False, server_default=""))
    started_at: datetime | None = instant(null=True)
    ended_at: datetime | None = instant(null=True)


FollowUpStatus = Literal["due", "asked", "answered", "unanswered", "cancelled"]


class FollowUp(SQLModel, table=True):
    """The talk on day 7, 30 or 90 after a start: due → asked → answered, or unanswered (twice asked); cancelled where she left before."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("application_id", "day"),
        Index("follow_up_due", "due_at", **where("due_at is not null")),
        Index("follow_up_person", "person_id"),
    )

    id: int | None = key()
    application_id: int = ref("application")
    person_id: int = ref("person")
    day: int
    status: str = "due"
    asked: int = 0
    due_at: datetime | None = instant(null=True)
    answered_at: datetime | None = instant(null=True)
    still_there: bool | None = None
    paid_on_time: bool | None = None
    right_amount: bool | None = None
    said: str | None = Field(default=None, sa_column=Column(Sealed))


class Revision(SQLModel, table=True):
    """A stamp that changes with every change of what it names, so that a copy in memory knows when it is old."""

    __tablename__ = "revision"

    name: str = Field(primary_key=True)
    stamp: int = Field(sa_column=Column(BigId, nullable=False))


community = table(Community)
cell = table(Cell)
enterprise = table(Enterprise)
position = table(Position)
review = table(Review)
offer = table(Offer)
application = table(Application)
follow_up = table(FollowUp)
revision = table(Revision)
