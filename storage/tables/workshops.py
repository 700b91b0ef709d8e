"""Work by the piece: lots that firms bring, and every count of their pieces by two people.

That pieces neither appear nor vanish is kept by the database itself: the places of a lot sum to its pieces, and none is below zero.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, key, ref, table, where

LotStatus = Literal["open", "closed"]
# packed: in a bag that nobody has taken yet; told: one side has counted; agreed: both say the same; differs: a person has to look;
# settled: that person's word; void: the bag was unpacked.
CountStatus = Literal["packed", "told", "agreed", "differs", "settled", "void"]

# Somebody has it, or it is counted and holds.
STANDING: tuple[CountStatus, ...] = ("agreed", "differs", "settled")

_PLACES = ("held", "packed", "away", "good", "rework", "spoilt", "collected", "missing")


class Lot(SQLModel, table=True):
    """What a firm brings to be worked on, and where its pieces are now (domain.workshops.pieces); `rate_fen` is paid for a good piece."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint(" + ".join(_PLACES) + " = pieces", name="lot_whole"),
        *(CheckConstraint(f"{place} >= 0", name=f"lot_{place}") for place in _PLACES),
        CheckConstraint("rate_fen > 0", name="lot_paid"),
        Index("lot_place", "community_id", "status"),
        Index("lot_firm", "enterprise_id", "status"),
    )

    id: int | None = key()
    code: str = Field(unique=True)
    enterprise_id: int = ref("enterprise")
    community_id: int = ref("community")
    # The post whose terms hold; empty where the firm named none.
    position_id: int | None = ref("position", null=True)
    item: str
    pieces: int
    rate_fen: int
    deadline: date
    # What has to be learned before; empty where nothing.
    training: str = ""
    picture: str = ""
    status: str = "open"
    brought_at: datetime = instant()
    held: int
    packed: int = 0
    away: int = 0
    good: int = 0
    rework: int = 0
    spoilt: int = 0
    collected: int = 0
    missing: int = 0


class LotCount(SQLModel, table=True):
    """One count: a bag given out (`kind` out), pieces brought back, collected by the firm, missing from a bag, or found again.

    `good`, `rework`, `spoilt` are what holds; `her_…` is what the other side counted where it differed. A bag has its code, the rate it was
    taken at, and how many of it are still away.
    """

    __tablename__ = "lot_count"
    __table_args__ = (
        CheckConstraint("good >= 0 AND rework >= 0 AND spoilt >= 0", name="lot_count_not_below_zero"),
        CheckConstraint("away >= 0", name="lot_count_away"),
        Index("lot_count_lot", "lot_id", "kind"),
        Index("lot_count_person", "person_id", "kind"),
        Index("lot_count_bag", "bag_id"),
        Index("lot_count_late", "due_on", **where("away > 0")),
        Index("lot_count_payable", "counted_on", **where("kind = 'back'")),
    )

    id: int | None = key()
    lot_id: int = ref("lot")
    kind: str
    bag_id: int | None = ref("lot_count", null=True)
    person_id: int | None = ref("person", null=True)
    source: str = "held"
    home: bool = False
    good: int
    rework: int = 0
    spoilt: int = 0
    her_good: int | None = None
    her_rework: int | None = None
    her_spoilt: int | None = None
    status: str
    code: str | None = Field(default=None, unique=True)
    rate_fen: int = 0
    away: int = 0
    due_on: date | None = None
    picture: str = ""
    told_by: int | None = ref("person", null=True)
    told_at: datetime = instant()
    # The day in Yantai on which it was counted: the month that it is paid in.
    counted_on: date
    said_at: datetime | None = instant(null=True)
    settled_by: int | None = ref("person", null=True)
    settled_at: datetime | None = instant(null=True)
    asked_at: datetime | None = instant(null=True)


lot = table(Lot)
lot_count = table(LotCount)
