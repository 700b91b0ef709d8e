"""The demo town's twenty workshops: rooms, checks of which one is overdue, and who has booked a place, in the last weeks and the next days."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Connection, insert, select

from bot.demo import written
from bot.demo.town import Community
from domain.notices import LOCAL
from domain.workshops.places import KINDS, Check, Function, hours, last_day
from storage.tables.columns import table
from storage.tables.people import mother, person
from storage.tables.places import WorkshopBooking, WorkshopHour
from storage.tables.work import Community as CommunityTable
from storage.workshops import places
from storage.workshops.places import Room

COUNT = 20
# How many each kind of room is for, and where it is.
SIZES: dict[Function, tuple[int, int]] = {"work": (8, 24), "meeting": (6, 12), "childcare": (4, 8)}
# From how many days ago to how many ahead people come, and how full an hour is at most, in parts of the room.
BACK, AHEAD, FULL = 14, 5, 0.8


def workshops(tx: Connection, random: Random, communities: list[Community], *, now: datetime) -> None:
    """Write them, the first communities have two each; in the last one the fire check is overdue, so that nobody is sent there."""
    community = table(CommunityTable)
    names: dict[int, str] = {row.id: row.name for row in tx.execute(select(community.c.id, community.c.name))}
    for number in range(COUNT):
        place, turn = communities[number % len(communities)], number // len(communities)
        made = _workshop(tx, random, place, names[place.id], turn, now=now)
        _checks(tx, random, made, overdue=number == COUNT - 1, now=now)
        if number < COUNT - 1:
            _bookings(tx, random, place, made, now=now)


def _workshop(tx: Connection, random: Random, place: Community, name: str, turn: int, *, now: datetime) -> int:
    told = written.workshops()
    district, _, short = name.removesuffix("社区").partition("区")
    row: places.Told = {
        "name": f"{short or district}{told['names'][turn % len(told['names'])]}",
        "address": f"{name}{told['addresses'][turn % len(told['addresses'])]}",
        "lat": place.lat + random.uniform(-0.003, 0.003),
        "lon": place.lon + random.uniform(-0.003, 0.003),
        "windows": random.choice(told["windows"]),
        "equipment": random.choice(told["equipment"]),
        "keeper": random.choice(told["keepers"]),
    }
    made = places.add(tx, place.id, row, now=now - timedelta(days=120))
    functions = [function for function in SIZES if function == "work" or random.random() < 0.7]
    places.set_rooms(tx, made, {function: random.randint(*SIZES[function]) for function in functions})
    return made


def _checks(tx: Connection, random: Random, made: int, *, overdue: bool, now: datetime) -> None:
    """Each kind was looked at within the last weeks."""
    today = now.astimezone(LOCAL).date()
    for kind in KINDS:
        late = overdue and kind == "fire"
        day = today - timedelta(days=40 if late else random.randint(1, 20))
        seen = Check(kind, True, day, last_day(day, None), written.workshops()["overdue"] if late else "")
        places.checked(tx, made, seen, by=None, now=now - (today - day))


def _bookings(tx: Connection, random: Random, place: Community, made: int, *, now: datetime) -> None:
    """Some hours of some days, each with women of the community; no fuller than most of the room."""
    there = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.community_id == place.id)
    women = list(tx.execute(there.order_by(person.c.id).limit(60)).scalars())
    workshop = places.get(tx, made)
    assert workshop is not None
    today = now.astimezone(LOCAL).date()
    for room in places.rooms(tx, [made])[made]:
        for day in range(-BACK, AHEAD):
            open_ = hours(workshop.windows, today + timedelta(days=day), now=now - timedelta(days=BACK + 1))
            for at in random.sample(open_, min(2, len(open_))):
                _hour(tx, room, at, random.sample(women, min(len(women), random.randint(1, max(1, int(room.capacity * FULL))))), now=now)


def _hour(tx: Connection, room: Room, at: datetime, women: list[int], *, now: datetime) -> None:
    if not women:
        return
    row = {"room_id": room.id, "starts_at": at, "capacity": room.capacity, "taken": len(women)}
    made = insert(table(WorkshopHour)).values(row).returning(table(WorkshopHour).c.id)
    hour_id = cast("int", tx.execute(made).scalar_one())
    rows = [{"hour_id": hour_id, "person_id": one, "places": 1, "status": "booked", "booked_at": min(now, at)} for one in women]
    tx.execute(insert(table(WorkshopBooking)), rows)
