"""工坊, as a mother sees them: the nearest that take people, how full they are, and places that she books and gives back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from domain.errors import Refused
from domain.matching import metres
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.workshops import places as rules
from domain.workshops.places import Check, CheckKind
from handlers.capability import Matter
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import browsing, postcards
from handlers.workshops import places as deeds
from handlers.workshops import wording
from storage.workshops import bookings, places
from storage.workshops.places import Place, Room

SHOWN = 3
Checks = dict[CheckKind, Check]


def nearest(turn: Turn, _argument: str = "") -> list[Outbound]:
    """工坊: what she has booked, and the nearest workshops that take people, with how far they are and how full now."""
    here = _where(turn)
    open_now = [(one, rooms) for one, rooms in _taking(turn) if rooms]
    open_now.sort(key=lambda row: metres(here[0], here[1], to_lat=row[0].lat, to_lon=row[0].lon) if here else 0)
    rows: list[tuple[Button, ...]] = [_open_mine(turn, held) for held in _mine(turn)]
    if not open_now:
        return [turn.say("places.none", *rows, (turn.button("menu.call", "menu:call"),))]
    lines = [turn.words("places.nearest" if here else "places.some")]
    for number, (place, rooms) in enumerate(_shown(turn, open_now), 1):
        away = postcards.far(turn, metres(here[0], here[1], to_lat=place.lat, to_lon=place.lon)) if here else ""
        far = turn.words("places.away", far=away) if away else ""
        lines.append(
            turn.words("places.line", number=number, name=place.name, far=far, address=place.address, now=_now(turn, place, rooms))
        )
        rows.append((turn.button("places.open", f"workshop_at:{place.id}", name=place.name),))
    return [Outbound(text="\n".join(lines), buttons=tuple(rows))]


def _shown(turn: Turn, found: list[tuple[Place, list[Room]]]) -> list[tuple[Place, list[Room]]]:
    """The nearest, and among them the nearest that is open now, where there is one."""
    at, first = rules.began(turn.now), found[:SHOWN]
    open_ = next((row for row in found if rules.is_open(row[0].windows, at)), None)
    return first if open_ is None or open_ in first else [*first[:-1], open_]


def _where(turn: Turn) -> tuple[float, float] | None:
    """Where she lives, or said that she does; None where that is not known."""
    seeker = browsing.seeker_of(turn, browsing.last(turn))
    return None if seeker.lat is None or seeker.lon is None else (seeker.lat, seeker.lon)


def _taking(turn: Turn) -> list[tuple[Place, list[Room]]]:
    """Workshops, each with its rooms that take people today, as far as what was checked goes."""
    return [
        (one.place, [room for room in one.rooms if not rules.lacking(room.function, one.checks, turn.today)])
        for one in deeds.kept(turn.tx, places.open_(turn.tx))
    ]


def _now(turn: Turn, place: Place, rooms: Collection[Room]) -> str:
    """How full it is, or when it is open."""
    at = rules.began(turn.now)
    if not rules.is_open(place.windows, at):
        return turn.words("places.shut_now", times=wording.opening(turn, place.windows))
    taken = {row.room_id: row.taken for row in bookings.used(turn.tx, [room.id for room in rooms], since=at, until=at + rules.HOUR)}
    free = [
        turn.words("places.free", room=turn.label("rooms", room.function), left=rules.left(room.capacity, taken.get(room.id, 0)))
        for room in rooms
    ]
    return turn.words("places.open_now", rooms=turn.words("places.between").join(free))


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`workshop_at:7` shows a workshop; `:work`, `:childcare` its days; `:work:20261201` the hours of one; `:work:2026120109` books one of them."""
    number, _, rest = argument.partition(":")
    function, _, moment = rest.partition(":")
    place = places.get(turn.tx, row_id(number))
    if place is None or place.status != "open":
        raise Refused("places.gone")
    if not function:
        return [_card(turn, place)]
    room, checks = places.room(turn.tx, place.id, function), places.checks(turn.tx, [place.id])[place.id]
    if room is None:
        raise Refused("places.gone")
    if not moment:
        return [_days(turn, place, room, checks)]
    at = _moment(moment)
    if len(moment) == len("20261201"):
        return [_hours(turn, place, room, checks, at.date())]
    deeds.book(turn, place.id, function, at)
    return mine(turn, turn.words("places.done"))


def _moment(written: str) -> datetime:
    """A day, or an hour of one, as a button names it. Raises Refused for what is none."""
    try:
        return datetime.strptime(written.ljust(10, "0"), "%Y%m%d%H").replace(tzinfo=LOCAL)
    except ValueError:
        raise Refused("places.gone") from None


def _card(turn: Turn, place: Place) -> Outbound:
    rooms = next((rooms for one, rooms in _taking(turn) if one.id == place.id), [])
    rows = [(turn.button(f"places.book_{room.function}", f"workshop_at:{place.id}:{room.function}"),) for room in rooms]
    now = _now(turn, place, rooms) if rooms else turn.words("places.takes_nobody")
    equipment = turn.words("places.equipment", what=place.equipment) if place.equipment else ""
    times = wording.opening(turn, place.windows)
    return turn.say("places.card", *rows, name=place.name, address=place.address, times=times, equipment=equipment, now=now)


def _bookable(turn: Turn, place: Place, room: Room, checks: Checks, day: date) -> list[datetime]:
    last = turn.now + rules.AHEAD
    return [at for at in rules.hours(place.windows, day, now=turn.now) if at <= last and deeds.takes(place, room, checks, at)]


def _days(turn: Turn, place: Place, room: Room, checks: Checks) -> Outbound:
    """The days of the week ahead on which the room takes people."""
    today = turn.today
    days = [day for day in (today + timedelta(days=n) for n in range(rules.AHEAD.days + 1)) if _bookable(turn, place, room, checks, day)]
    if not days:
        return turn.say("places.no_day", (turn.button("places.others", "menu:workshops"),))
    rows = [(turn.button("places.day", f"workshop_at:{place.id}:{room.function}:{day:%Y%m%d}", **_day(turn, day)),) for day in days]
    return turn.say("places.which_day", *rows, name=place.name, room=turn.label("rooms", room.function))


def _day(turn: Turn, day: date) -> dict[str, object]:
    return {"month": day.month, "day": day.day, "weekday": turn.words("classes.weekdays")[day.weekday()]}


def _hours(turn: Turn, place: Place, room: Room, checks: Checks, day: date) -> Outbound:
    """The hours of a day, with how many places are left in each."""
    hours = _bookable(turn, place, room, checks, day)
    if not hours:
        raise Refused("places.not_then")
    taken = {row.starts_at: row.taken for row in bookings.used(turn.tx, [room.id], since=hours[0], until=hours[-1] + rules.HOUR)}
    rows, full = [], 0
    for at in hours:
        left = rules.left(room.capacity, taken.get(at, 0))
        full += not left
        if left:
            rows.append((turn.button("places.at", f"workshop_at:{place.id}:{room.function}:{at:%Y%m%d%H}", hour=at.hour, left=left),))
    what = {"name": place.name, "room": turn.label("rooms", room.function), **_day(turn, day)}
    return turn.say("places.which_hour" if rows else "places.all_full", *rows, **what)


def booked(turn: Turn, argument: str) -> list[Outbound]:
    """`booked:9` shows one of her bookings; `:cancel` gives it back, `:more` takes one more child along."""
    number, _, verb = argument.partition(":")
    if verb == "cancel":
        held = deeds.cancel(turn, row_id(number))
        return [turn.say("places.cancelled", (turn.button("places.others", "menu:workshops"),), **wording.booked(turn, held))]
    held = deeds.one_more(turn, row_id(number)) if verb == "more" else deeds.own(turn, row_id(number))
    buttons = [turn.button("places.cancel", f"booked:{held.id}:cancel")]
    if held.function == "childcare" and held.places < rules.CHILDREN:
        buttons.append(turn.button("places.more", f"booked:{held.id}:more"))
    return [turn.say("places.booked", tuple(buttons), **wording.booked(turn, held))]


def mine(turn: Turn, head: str) -> list[Outbound]:
    """What she has booked, a line and a button each."""
    held = _mine(turn)
    lines = [turn.words("places.mine_line", **wording.booked(turn, one)) for one in held]
    return [Outbound(text="\n".join([head, *lines]), buttons=tuple(_open_mine(turn, one) for one in held))]


def _mine(turn: Turn) -> list[bookings.Booking]:
    return bookings.of_person(turn.tx, turn.person_id, since=rules.began(turn.now))


def _open_mine(turn: Turn, held: bookings.Booking) -> tuple[Button, ...]:
    return (turn.button("places.open_mine", f"booked:{held.id}", **wording.booked(turn, held)),)


def matters(turn: Turn) -> list[Matter]:
    """Her places, for 我的事."""
    return [Matter(turn.words("places.matter", **wording.booked(turn, held)), _open_mine(turn, held)[0]) for held in _mine(turn)]
