"""The survey at the door: campaigns, visits, cells that change hands, and what offices already got."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, key, ref, table, where


class Campaign(SQLModel, table=True):
    """A survey of the women of a place."""

    __tablename__ = "campaign"

    id: int | None = key()
    name: str
    community_id: int | None = ref("community", null=True)
    # choosing (its women are being given their visits, step by step) → open → closed.
    status: str = "open"
    # Only who was not surveyed since then; empty means all.
    before: datetime | None = instant(null=True)
    # How far choosing has come (person id), so that it goes on after a crash.
    chosen_to: int = Field(sa_column=Column(BigId, nullable=False, default=0))
    created_by: int | None = ref("person", null=True)
    created_at: datetime = instant()
    closed_at: datetime | None = instant(null=True)


class Visit(SQLModel, table=True):
    """One woman of a campaign: open → done, moved or refused; not_home keeps it open. Whose it is follows from her cell."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index("visit_open", "cell_id", **where("status = 'open'")),
        Index("visit_ended", "campaign_id", "status", "visited_at"),
        Index("visit_person", "person_id"),
    )

    id: int | None = key()
    campaign_id: int = ref("campaign")
    person_id: int = ref("person")
    community_id: int | None = ref("community", null=True)
    cell_id: int | None = ref("cell", null=True)
    status: str = "open"
    # How often nobody was home.
    missed: int = 0
    # Not before then on today's list.
    due_at: datetime = instant()
    visited_at: datetime | None = instant(null=True)
    visited_by: int | None = ref("person", null=True)
    note: str | None = Field(default=None, sa_column=Column(Sealed))


class Handover(SQLModel, table=True):
    """A grid cell changes hands: offered by a coordinator, in force when the new worker acknowledges it."""

    __tablename__ = "handover"
    __table_args__ = (Index("handover_open", "to_id", **where("ended_at is null")),)

    id: int | None = key()
    cell_id: int = ref("cell")
    from_id: int | None = ref("person", null=True)
    to_id: int = ref("person")
    offered_by: int = ref("person")
    offered_at: datetime = instant()
    acknowledged_at: datetime | None = instant(null=True)
    # Acknowledged, or taken back.
    ended_at: datetime | None = instant(null=True)
    women: int = 0
    visits: int = 0
    tasks: int = 0
    # 1: the new worker was reminded, 2: the coordinator was told as well.
    reminded: int = 0


class Exported(SQLModel, table=True):
    """The digest of a row that an office got last, so that "only what changed" can be told."""

    __tablename__ = "exported"
    __table_args__ = (UniqueConstraint("office", "row_key"),)

    id: int | None = key()
    office: str
    row_key: str
    digest: str
    exported_at: datetime = instant()


campaign = table(Campaign)
visit = table(Visit)
handover = table(Handover)
exported = table(Exported)
