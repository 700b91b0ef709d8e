"""What her own file shows of her work by the piece."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.pay import pay_hours, pay_slip
from storage.tables.places import workshop, workshop_booking, workshop_hour, workshop_room
from storage.tables.work import enterprise
from storage.tables.workshops import lot, lot_count


def counted(person_id: int) -> Query:
    """Her bags, and what was counted of them."""
    return (
        select(lot.c.item, *picked(lot_count, "kind good rework spoilt her_good status rate_fen away due_on told_at said_at settled_at"))
        .join(lot, lot.c.id == lot_count.c.lot_id)
        .where(lot_count.c.person_id == person_id)
        .order_by(lot_count.c.id)
    )


def slips(person_id: int) -> Query:
    """What she earned."""
    shown = picked(pay_slip, "month pieces minutes piece_fen extra_fen top_up_fen total_fen status pay_by paid_on")
    return (
        select(enterprise.c.name.label("enterprise"), *shown)
        .join(enterprise, enterprise.c.id == pay_slip.c.enterprise_id)
        .where(pay_slip.c.person_id == person_id)
        .order_by(pay_slip.c.id)
    )


def hours(person_id: int) -> Query:
    """Hours that she told."""
    return (
        select(enterprise.c.name.label("enterprise"), *picked(pay_hours, "month minutes told_at"))
        .join(enterprise, enterprise.c.id == pay_hours.c.enterprise_id)
        .where(pay_hours.c.person_id == person_id)
        .order_by(pay_hours.c.id)
    )


def booked(person_id: int) -> Query:
    """Places that she booked."""
    return (
        select(workshop.c.name, workshop_room.c.function, workshop_hour.c.starts_at, *picked(workshop_booking, "places status booked_at"))
        .join(workshop_hour, workshop_hour.c.id == workshop_booking.c.hour_id)
        .join(workshop_room, workshop_room.c.id == workshop_hour.c.room_id)
        .join(workshop, workshop.c.id == workshop_room.c.workshop_id)
        .where(workshop_booking.c.person_id == person_id)
        .order_by(workshop_booking.c.id)
    )
