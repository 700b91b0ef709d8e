"""Where work is: communities and their grid cells, enterprises, positions, and who wants to go."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, json, key, ref, where


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
    contact: str
    phone: str | None = Field(default=None, sa_column=Column(Sealed))
    share_percent: int


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
    headcount: int
    taken: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    status: str = "draft"
    published_at: datetime | None = instant(null=True)
    # When its mothers were looked for; empty means that the next tick does it.
    announced_at: datetime | None = instant(null=True)


class Application(SQLModel, table=True):
    """A mother wants to go: applied → accepted or declined, or withdrawn by her."""

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("person_id", "position_id"), Index("application_position", "position_id", "status"))

    id: int | None = key()
    person_id: int = ref("person")
    position_id: int = ref("position")
    status: str = "applied"
    reason: str = ""
    created_at: datetime = instant()
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("person", null=True)


class Revision(SQLModel, table=True):
    """A stamp that changes with every change of what it names, so that a copy in memory knows when it is old."""

    __tablename__ = "revision"

    name: str = Field(primary_key=True)
    stamp: int = Field(sa_column=Column(BigId, nullable=False))
