"""The demo town has twenty workshops; one has a check overdue, and nobody is booked there."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot import demo
from domain.access import CITY
from domain.notices import LOCAL
from domain.workshops.places import lacking
from storage.database import Store
from storage.tables.places import workshop_booking, workshop_hour, workshop_room
from storage.workshops import places
from tests.conftest import MORNING


@pytest.fixture
def town(sqlite_store: Store) -> Store:
    demo.fill(sqlite_store, mothers=60, positions=20, now=MORNING)
    return sqlite_store


def test_twenty_of_which_one_may_take_nobody(town: Store) -> None:
    today = MORNING.astimezone(LOCAL).date()
    with town.read() as tx:
        found = places.of_place(tx, [CITY])
        checks, rooms = places.checks(tx, [one.id for one in found]), places.rooms(tx, [one.id for one in found])
        shut = [one.id for one in found if any(lacking(room.function, checks[one.id], today) for room in rooms[one.id])]
        assert (len(found), len({one.name for one in found}), len(shut)) == (20, 20, 1)
        booked = select(workshop_room.c.workshop_id).join(workshop_hour, workshop_hour.c.room_id == workshop_room.c.id)
        used = set(tx.execute(booked).scalars())
        assert len(used) > 5 and not used & set(shut)
        in_hours = tx.execute(select(func.sum(workshop_hour.c.taken))).scalar_one()
        assert in_hours == tx.execute(select(func.sum(workshop_booking.c.places))).scalar_one()
