"""Workshops as places: their rooms, what was checked there and when, and who has a place in which hour.

That an hour is never fuller than its room is kept by the database itself.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, key, ref, table

WorkshopStatus = Literal["open", "closed"]
# closed: the workshop could not take her any more.
BookingStatus = Literal["booked", "cancelled", "closed"]


class Workshop(SQLModel, table=True):
    """A workshop (工坊): where it is, when it is open (domain.windows), what stands there, and who has the key. open ⇄ closed."""

    __tablename__ = "workshop"

    id: int | None = key()
    community_id: int = ref("community", index=True)
    name: str
    address: str
    lat: float
    lon: float
    windows: str
    equipment: str = ""
    # A name, mostly with a phone number.
    keeper: str = Field(default="", sa_column=Column(Sealed, nullable=False))
    status: str = "open"
    created_at: datetime = instant()
    # When its office was last told which checks are due.
    reminded_on: date | None = None


class WorkshopRoom(SQLModel, table=True):
    """A room of a workshop: what it is for (domain.workshops.places), and for how many; none where it is used no more."""

    __tablename__ = "workshop_room"
    __table_args__ = (UniqueConstraint("workshop_id", "function"), CheckConstraint("capacity >= 0", name="workshop_room_capacity"))

    id: int | None = key()
    workshop_id: int = ref("workshop")
    function: str
    capacity: int


class WorkshopCheck(SQLModel, table=True):
    """Somebody looked whether it is safe: what at, on which day, whether it was in order, and by when it has to be looked at again."""

    __tablename__ = "workshop_check"
    __table_args__ = (Index("workshop_check_latest", "workshop_id", "kind", "checked_on"),)

    id: int | None = key()
    workshop_id: int = ref("workshop")
    kind: str
    passed: bool
    checked_on: date
    next_on: date
    note: str = Field(default="", sa_column=Column(Sealed, nullable=False))
    picture: str = ""
    told_by: int | None = ref("person", null=True)
    told_at: datetime = instant()


class WorkshopHour(SQLModel, table=True):
    """How full a room is in an hour; there from the first booking on."""

    __tablename__ = "workshop_hour"
    __table_args__ = (
        UniqueConstraint("room_id", "starts_at"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="workshop_hour_never_over"),
    )

    id: int | None = key()
    room_id: int = ref("workshop_room")
    starts_at: datetime = instant()
    capacity: int
    taken: int = 0


class WorkshopBooking(SQLModel, table=True):
    """She has places in an hour: one for herself, or one for each child."""

    __tablename__ = "workshop_booking"
    __table_args__ = (
        UniqueConstraint("hour_id", "person_id"),
        CheckConstraint("places >= 1", name="workshop_booking_places"),
        Index("workshop_booking_person", "person_id", "status"),
    )

    id: int | None = key()
    hour_id: int = ref("workshop_hour")
    person_id: int = ref("person")
    places: int = Field(default=1)
    status: str = "booked"
    booked_at: datetime = instant()


workshop = table(Workshop)
workshop_room = table(WorkshopRoom)
workshop_check = table(WorkshopCheck)
workshop_hour = table(WorkshopHour)
workshop_booking = table(WorkshopBooking)
