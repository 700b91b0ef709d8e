"""Places in a workshop by the hour. Whoever comes last at a full hour is told so: the counter of the hour decides, not what was read before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from domain.workshops.places import CHILDREN, Function
from storage.rows import columns, every, first, upsert
from storage.tables.places import BookingStatus, workshop, workshop_booking, workshop_hour, workshop_room
from storage.workshops.places import Room


class Booking(NamedTuple):
    """What somebody has booked, and where."""

    id: int
    hour_id: int
    person_id: int
    places: int
    status: BookingStatus
    starts_at: datetime
    room_id: int
    function: Function
    workshop_id: int
    name: str
    address: str


class Used(NamedTuple):
    """How full a room was in an hour."""

    room_id: int
    starts_at: datetime
    taken: int


_JOINED = (
    workshop_booking.join(workshop_hour, workshop_hour.c.id == workshop_booking.c.hour_id)
    .join(workshop_room, workshop_room.c.id == workshop_hour.c.room_id)
    .join(workshop, workshop.c.id == workshop_room.c.workshop_id)
)
_BOOKINGS = (
    select(*columns(workshop_booking, Booking, workshop_hour, workshop_room, workshop))
    .select_from(_JOINED)
    .order_by(workshop_hour.c.starts_at, workshop_booking.c.id)
)


def book(tx: Connection, room: Room, starts_at: datetime, person_id: int, *, now: datetime) -> int | None:
    """A place in an hour; the booking's id, None where it is full. Who has one there already keeps that."""
    hour_id = _hour(tx, room, starts_at)
    theirs = (workshop_booking.c.hour_id == hour_id, workshop_booking.c.person_id == person_id)
    # Her own row first: two messages of hers at once wait for each other here, and the second finds the first's place.
    row = {"hour_id": hour_id, "person_id": person_id, "places": 1, "status": "cancelled", "booked_at": now}
    tx.execute(upsert(tx, workshop_booking).values(row).on_conflict_do_nothing())
    mine = tx.execute(select(workshop_booking.c.id, workshop_booking.c.status).where(*theirs).with_for_update()).one()
    if mine.status == "booked":
        return int(mine.id)
    if not _take(tx, hour_id, room.capacity, 1):
        tx.execute(delete(workshop_booking).where(workshop_booking.c.id == mine.id, workshop_booking.c.booked_at == now))
        return None
    tx.execute(update(workshop_booking).where(workshop_booking.c.id == mine.id).values(status="booked", places=1, booked_at=now))
    return int(mine.id)


def more(tx: Connection, booking: Booking, capacity: int) -> bool:
    """One more child in the same hour; False where it is full."""
    chosen = (workshop_booking.c.id == booking.id, workshop_booking.c.status == "booked", workshop_booking.c.places < CHILDREN)
    grown = tx.execute(update(workshop_booking).where(*chosen).values(places=workshop_booking.c.places + 1)).rowcount == 1
    if grown and not _take(tx, booking.hour_id, capacity, 1):
        tx.execute(update(workshop_booking).where(chosen[0]).values(places=workshop_booking.c.places - 1))
        return False
    return grown


def give_back(tx: Connection, booking_id: int, status: BookingStatus) -> bool:
    """Her places are free again; False where she had none any more."""
    chosen = (workshop_booking.c.id == booking_id, workshop_booking.c.status == "booked")
    ended = update(workshop_booking).where(*chosen).values(status=status)
    row = tx.execute(ended.returning(workshop_booking.c.hour_id, workshop_booking.c.places)).first()
    if row is None:
        return False
    free = update(workshop_hour).where(workshop_hour.c.id == row.hour_id)
    tx.execute(free.values(taken=workshop_hour.c.taken - row.places))
    return True


def again(tx: Connection, booking_id: int) -> bool:
    """Places that were given back are hers again; False where they have been given away meanwhile."""
    of_room = select(workshop_booking.c.hour_id, workshop_booking.c.places, workshop_room.c.capacity).select_from(_JOINED)
    row = tx.execute(of_room.where(workshop_booking.c.id == booking_id, workshop_booking.c.status != "booked")).first()
    if row is None or not _take(tx, row.hour_id, row.capacity, row.places):
        return False
    tx.execute(update(workshop_booking).where(workshop_booking.c.id == booking_id).values(status="booked"))
    return True


def get(tx: Connection, booking_id: int) -> Booking | None:
    """One booking."""
    return first(tx, _BOOKINGS.where(workshop_booking.c.id == booking_id), Booking)


def of_person(tx: Connection, person_id: int, *, since: datetime) -> list[Booking]:
    """What she has booked, the next hour first."""
    return _standing(tx, workshop_booking.c.person_id == person_id, since)


def of_workshop(tx: Connection, workshop_id: int, *, since: datetime) -> list[Booking]:
    """What is booked there, the next hour first."""
    return _standing(tx, workshop_room.c.workshop_id == workshop_id, since)


def _standing(tx: Connection, whose: ColumnElement[bool], since: datetime) -> list[Booking]:
    return every(tx, _BOOKINGS.where(whose, workshop_booking.c.status == "booked", workshop_hour.c.starts_at >= since), Booking)


def used(tx: Connection, room_ids: Iterable[int], *, since: datetime, until: datetime) -> list[Used]:
    """How full rooms are, hour by hour; hours in which nobody booked are not among them."""
    chosen = (workshop_hour.c.room_id.in_(list(room_ids)), workshop_hour.c.starts_at >= since, workshop_hour.c.starts_at < until)
    return every(tx, select(*columns(workshop_hour, Used)).where(*chosen).order_by(workshop_hour.c.starts_at), Used)


def count(tx: Connection, person_id: int, *, since: datetime) -> int:
    """Hours that she has before her."""
    before_her = select(func.count()).select_from(workshop_booking).join(workshop_hour, workshop_hour.c.id == workshop_booking.c.hour_id)
    mine = (workshop_booking.c.person_id == person_id, workshop_booking.c.status == "booked", workshop_hour.c.starts_at >= since)
    return int(tx.execute(before_her.where(*mine)).scalar_one())


def _hour(tx: Connection, room: Room, starts_at: datetime) -> int:
    """The hour's counter, made where there is none yet."""
    row = {"room_id": room.id, "starts_at": starts_at, "capacity": room.capacity, "taken": 0}
    tx.execute(upsert(tx, workshop_hour).values(row).on_conflict_do_nothing())
    chosen = (workshop_hour.c.room_id == room.id, workshop_hour.c.starts_at == starts_at)
    return int(tx.execute(select(workshop_hour.c.id).where(*chosen)).scalar_one())


def _take(tx: Connection, hour_id: int, capacity: int, places: int) -> bool:
    """So many places, as the room is now; False where there are not so many."""
    free = (workshop_hour.c.id == hour_id, workshop_hour.c.taken + places <= capacity)
    taken = update(workshop_hour).where(*free).values(taken=workshop_hour.c.taken + places, capacity=capacity)
    return tx.execute(taken).rowcount == 1
