"""Workshops as places, without a chat: kept and checked by the office, booked by the hour; where one can take nobody, who has a place is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain import windows
from domain.access import CITY
from domain.errors import Refused
from domain.workshops import places as rules
from domain.workshops.places import Check, CheckKind, Function
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.workshops import wording
from storage.work import seekers
from storage.workshops import bookings, places
from storage.workshops.bookings import Booking
from storage.workshops.places import Place, Room


class Told(NamedTuple):
    """What the office says of a workshop; `where` in degrees, its community's where nothing is said."""

    name: str
    address: str
    windows: str
    capacities: Mapping[Function, int]
    where: tuple[float, float] | None = None
    equipment: str = ""
    keeper: str = ""


class Kept(NamedTuple):
    """A workshop with its rooms and the latest check of each kind."""

    place: Place
    rooms: list[Room]
    checks: dict[CheckKind, Check]

    @property
    def functions(self) -> list[Function]:
        """What its rooms are for."""
        return [room.function for room in self.rooms]

    @property
    def kinds(self) -> list[CheckKind]:
        """What has to be checked there; as in a room for work where it has no room yet."""
        return rules.wanted(self.functions or ["work"])

    def due(self, today: date) -> list[CheckKind]:
        """What of that has to be looked at within a week, so that its rooms take people on."""
        return rules.due(self.functions, self.checks, today)


def kept(tx: Connection, found: Sequence[Place]) -> list[Kept]:
    """These workshops with their rooms and checks, in their order."""
    ids = [place.id for place in found]
    rooms, checks = places.rooms(tx, ids), places.checks(tx, ids)
    return [Kept(place, rooms[place.id], checks[place.id]) for place in found]


def managed(scene: Scene, workshop_id: int) -> Place:
    """A workshop that she looks after. Raises Refused, the same for what is not there."""
    workshop = places.get(scene.tx, workshop_id)
    if workshop is None or not scene.may("workshops.manage", workshop.community_id):
        raise Refused("places.gone")
    return workshop


def add(scene: Scene, community_id: int, told: Told) -> Place:
    """A new workshop. Raises Refused where she looks after none."""
    scene.need("workshops.manage", community_id)
    lat, lon = told.where or seekers.place(scene.tx, community_id) or (0.0, 0.0)
    fresh = places.add(scene.tx, community_id, {**_said(told), "lat": lat, "lon": lon}, now=scene.now)
    places.set_rooms(scene.tx, fresh, told.capacities)
    scene.log("workshops.add", "workshop", fresh)
    return managed(scene, fresh)


def change(scene: Scene, workshop_id: int, told: Told) -> int:
    """Other things are so now; how many bookings cannot be held any more. Raises Refused where she does not look after it."""
    managed(scene, workshop_id)
    said = _said(told)
    if told.where is not None:
        said["lat"], said["lon"] = told.where
    places.change(scene.tx, workshop_id, said)
    places.set_rooms(scene.tx, workshop_id, told.capacities)
    scene.log("workshops.change", "workshop", workshop_id)
    return sweep(scene.tx, scene.content, managed(scene, workshop_id), now=scene.now)


def _said(told: Told) -> places.Told:
    try:
        opening = windows.text(windows.parse(told.windows))
    except ValueError:
        raise Refused("places.hours_unclear") from None
    return {"name": told.name, "address": told.address, "windows": opening, "equipment": told.equipment, "keeper": told.keeper}


def check(scene: Scene, workshop_id: int, seen: Check, *, picture: str = "") -> int:
    """Somebody looked; how many bookings cannot be held any more. Raises Refused for a day to come, or where it is not hers to look after."""
    managed(scene, workshop_id)
    if seen.checked_on > scene.today:
        raise Refused("places.not_yet")
    held = seen._replace(next_on=rules.last_day(seen.checked_on, seen.next_on))
    number = places.checked(scene.tx, workshop_id, held, picture=picture, by=scene.person_id, now=scene.now)
    scene.log("workshops.check", "workshop", workshop_id, check=number)
    return sweep(scene.tx, scene.content, managed(scene, workshop_id), now=scene.now)


def set_open(scene: Scene, workshop_id: int, *, is_open: bool) -> int:
    """It is closed, or open again; how many bookings cannot be held any more. Raises Refused where she does not look after it."""
    managed(scene, workshop_id)
    places.change(scene.tx, workshop_id, {"status": "open" if is_open else "closed"})
    scene.log("workshops.open" if is_open else "workshops.close", "workshop", workshop_id)
    return sweep(scene.tx, scene.content, managed(scene, workshop_id), now=scene.now)


def takes(place: Place, room: Room, checks: Mapping[CheckKind, Check], starts_at: datetime) -> bool:
    """Whether a room takes people in that hour."""
    return place.status == "open" and rules.takes(place.windows, room.function, checks, starts_at)


def book(scene: Scene, workshop_id: int, function: str, starts_at: datetime) -> Booking:
    """A place for herself, or for a child, in an hour. Raises Refused where it takes nobody then, is full, or she has very many."""
    place, room = places.get(scene.tx, workshop_id), places.room(scene.tx, workshop_id, function)
    if place is None or room is None:
        raise Refused("places.gone")
    soon = rules.began(scene.now) <= rules.began(starts_at) == starts_at <= scene.now + rules.AHEAD
    if not soon or not takes(place, room, places.checks(scene.tx, [place.id])[place.id], starts_at):
        raise Refused("places.not_then")
    if bookings.count(scene.tx, scene.person_id, since=rules.began(scene.now)) >= rules.HELD:
        raise Refused("places.enough", count=rules.HELD)
    made = bookings.book(scene.tx, room, starts_at, scene.person_id, now=scene.now)
    if made is None:
        raise Refused("places.full")
    return own(scene, made)


def own(scene: Scene, booking_id: int) -> Booking:
    """A booking of hers that holds. Raises Refused, the same for what is not there."""
    booking = bookings.get(scene.tx, booking_id)
    if booking is None or booking.person_id != scene.person_id or booking.status != "booked":
        raise Refused("places.not_booked")
    return booking


def one_more(scene: Scene, booking_id: int) -> Booking:
    """One more child in the same hour. Raises Refused where there is no place, or it takes nobody any more."""
    held = own(scene, booking_id)
    place, room = places.get(scene.tx, held.workshop_id), places.room(scene.tx, held.workshop_id, held.function)
    if place is None or room is None or held.function != "childcare":
        raise Refused("places.gone")
    if not takes(place, room, places.checks(scene.tx, [place.id])[place.id], held.starts_at):
        raise Refused("places.not_then")
    if not bookings.more(scene.tx, held, room.capacity):
        raise Refused("places.full")
    return own(scene, booking_id)


def cancel(scene: Scene, booking_id: int) -> Booking:
    """She does not come: her place is free again. Raises Refused where she has none."""
    held = own(scene, booking_id)
    bookings.give_back(scene.tx, held.id, "cancelled")
    return held


def leave_all(scene: Scene) -> None:
    """She has all about her deleted: her places are free again."""
    for held in bookings.of_person(scene.tx, scene.person_id, since=rules.began(scene.now)):
        bookings.give_back(scene.tx, held.id, "cancelled")


def sweep(tx: Connection, content: Content, place: Place, *, now: datetime) -> int:
    """Whoever has a place in an hour in which the workshop can take nobody is told, and has none; how many that are."""
    [one] = kept(tx, [place])
    rooms = {room.id: room for room in one.rooms}
    ended = 0
    for held in bookings.of_workshop(tx, place.id, since=rules.began(now)):
        room = rooms.get(held.room_id)
        if room is not None and takes(place, room, one.checks, held.starts_at):
            continue
        ended += bookings.give_back(tx, held.id, "closed")
        voice = for_others(content)
        word = voice.say("places.closed_on_you", (voice.button("places.others", "menu:workshops"),), **wording.booked(voice, held))
        tell(tx, content, [held.person_id], "appointment", word, now=now)
    return ended


def sweep_all(tx: Connection, content: Content, now: datetime) -> int:
    """The same for all workshops: a place may be booked in the moment in which a check fails."""
    return sum(sweep(tx, content, place, now=now) for place in places.of_place(tx, [CITY]))
