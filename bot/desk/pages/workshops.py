"""Workshops as the office keeps them: what has to be checked, how full each hour is, who has booked, who has the key, and the lots that are there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot.desk.page import Act, Asked, Deed, Go, Look, Page, View
from bot.desk.pages.people import shown_name
from domain.errors import Refused
from domain.notices import LOCAL
from domain.workshops import places as rules
from domain.workshops.places import KINDS, Check, CheckKind
from handlers.workshops import places as deeds
from handlers.workshops import wording
from handlers.workshops.places import Kept
from storage.people import persons
from storage.workshops import bookings, counts, lots, places
from storage.workshops.bookings import Booking
from storage.workshops.places import Place, Room

SHOWN = 100
BOOKED = 40


class Line(NamedTuple):
    """A workshop in the list: what is due there, and how many places are taken today."""

    place: Place
    due: list[CheckKind]
    capacity: int
    booked: int


class Hour(NamedTuple):
    """An hour of a day: how many places are taken in each room; None where nobody is taken there then."""

    at: datetime
    taken: list[int | None]


def show(look: Look) -> View:
    """All of her communities, those with something due first; below, where the lots of their firms are."""
    where, today = look.scopes("workshops.manage"), look.today
    found = deeds.kept(look.tx, places.of_place(look.tx, where))
    of_room = {room.id: one.place.id for one in found for room in one.rooms}
    midnight = datetime.combine(today, time(), LOCAL)
    booked = dict.fromkeys((one.place.id for one in found), 0)
    for used in bookings.used(look.tx, list(of_room), since=midnight, until=midnight + timedelta(days=1)):
        booked[of_room[used.room_id]] += used.taken
    lines = [Line(one.place, one.due(today), sum(room.capacity for room in one.rooms), booked[one.place.id]) for one in found]
    there = look.scopes("lots.manage")
    values = {
        "lines": sorted(lines, key=lambda line: not line.due),
        "due": sum(bool(line.due) for line in lines),
        "lots": lots.of_place(look.tx, there, limit=SHOWN),
        "differing": len(counts.differing(look.tx, there, limit=SHOWN)),
        "late": len(counts.overdue(look.tx, there, today=today, limit=SHOWN)),
        "today": today,
    }
    return View("workshops.html", values)


def one(look: Look) -> View:
    """One workshop with a day of it, today where none is named. Raises Refused where she does not look after it."""
    place, day = deeds.managed(look, look.row()), _day_or_today(look)
    [kept] = deeds.kept(look.tx, [place])
    checks, today = kept.checks, look.today
    values = {
        "place": place,
        "rooms": kept.rooms,
        "times": wording.opening(look.voice, place.windows),
        "standing": [(kind, checks.get(kind), rules.standing(checks.get(kind), today)) for kind in kept.kinds],
        "hours": _hours(look, kept, day),
        "day": day,
        "today": today,
        "booked": [(held, _who(look, held)) for held in bookings.of_workshop(look.tx, place.id, since=rules.began(look.now))[:BOOKED]],
        "kinds": [(kind, look.content.labels["check_kinds"][kind]) for kind in kept.kinds],
    }
    return View("workshop.html", values)


def _hours(asked: Asked, kept: Kept, day: date) -> list[Hour]:
    """The hours of a day that are open, or in which somebody has a place."""
    place, rooms, checks = kept
    midnight = datetime.combine(day, time(), LOCAL)
    used = bookings.used(asked.tx, [room.id for room in rooms], since=midnight, until=midnight + timedelta(days=1))
    taken = {(row.room_id, row.starts_at.astimezone(LOCAL)): row.taken for row in used if row.taken}
    open_ = {at.astimezone(LOCAL) for at in rules.hours(place.windows, day, now=midnight)} | {at for _, at in taken}

    def in_room(room: Room, at: datetime) -> int | None:
        count = taken.get((room.id, at), 0)
        return count if count or deeds.takes(place, room, checks, at) else None

    return [Hour(at, [in_room(room, at) for room in rooms]) for at in sorted(open_)]


def _who(asked: Asked, held: Booking) -> str:
    found = persons.get(asked.tx, held.person_id)
    return asked.voice.called(shown_name(found.name), found.key) if found is not None else ""


def _check(deed: Deed) -> Go:
    """Somebody looked. Raises Refused for what is no kind or no day."""
    kind = next((one for one in KINDS if one == deed.form.text("kind")), None)
    if kind is None or deed.form.text("result") not in ("passed", "failed"):
        raise Refused("desk.nothing_written")
    on = deed.form.day("checked_on")
    until = rules.last_day(on, deed.form.day("next_on") if deed.form.text("next_on") else None)
    seen = Check(kind, deed.form.text("result") == "passed", on, until, deed.form.text("note", 200))
    return _saved(deed, deeds.check(deed, deed.row(), seen))


def _close(deed: Deed) -> Go:
    return _saved(deed, deeds.set_open(deed, deed.row(), is_open=False))


def _open(deed: Deed) -> Go:
    return _saved(deed, deeds.set_open(deed, deed.row(), is_open=True))


def _saved(deed: Deed, ended: int) -> Go:
    return Go(f"/desk/workshops/{deed.row()}", "workshop_ended" if ended else "workshop_saved")


def _day_or_today(look: Look) -> date:
    """The day that the address names; today where it names none, or what is none."""
    try:
        return look.query.day("day")
    except Refused:
        return look.today


ACTS: dict[str, Act] = {"check": _check, "close": _close, "open": _open}

PAGES = (
    Page(path="/desk/workshops", needs="workshops.manage", show=show, menu="desk.menu_workshops", rank=56),
    Page(path="/desk/workshops/{id:int}", needs="workshops.manage", show=one, acts=ACTS),
)
