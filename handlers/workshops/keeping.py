"""工坊管理, as the office sees it: each workshop with what is due, its rooms, checks and photos, and how it is used hour by hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.forms.schema import Answers
from domain.forms.values import answers_in
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.plain import code_of, id_of, text_of, whole_of
from domain.workshops import places as rules
from domain.workshops.places import FUNCTIONS, KINDS, Check, CheckKind
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.workshops import places as deeds
from handlers.workshops import wording
from storage.conversations import About
from storage.people import persons
from storage.workshops import bookings, places
from storage.workshops.places import Place, Room

SHOWN = 12
PICTURES = 3
# How far back the use by hour of the day is summed up, and photos are shown.
BACK = timedelta(days=28)
FORM, CHECK = "workshop", "workshop_check"
Checks = dict[CheckKind, Check]


def overview(turn: Turn, argument: str = "") -> list[Outbound]:
    """The workshops of her communities, those with something due first; `argument`: how many she saw."""
    workshops = places.of_place(turn.tx, turn.scopes("workshops.manage"))
    due = {one.place.id for one in deeds.kept(turn.tx, workshops) if one.due(turn.today)}
    workshops.sort(key=lambda one: one.id not in due)
    seen = row_id(argument) if row_id(argument) < len(workshops) else 0
    rows = [
        (turn.button("places.keep_due" if one.id in due else "places.keep", f"workshop:{one.id}", name=one.name),)
        for one in workshops[seen : seen + SHOWN]
    ]
    if seen + SHOWN < len(workshops):
        rows.append((turn.button("matters.more", f"workshops:{seen + SHOWN}"),))
    return [turn.say("places.overview", *rows, (turn.button("places.new", "workshop_new"),), count=len(workshops), due=len(due))]


def new(turn: Turn, argument: str = "") -> list[Outbound]:
    """`workshop_new` asks in which community, where she has several; `workshop_new:3` for what it is."""
    mine = [place for place in persons.communities(turn.tx) if turn.may("workshops.manage", place.id)]
    if not argument and len(mine) != 1:
        rows = [(turn.button("places.community", f"workshop_new:{place.id}", name=place.name),) for place in mine]
        return [turn.say("places.which_community", *rows)]
    community_id = row_id(argument) if argument else mine[0].id
    turn.need("workshops.manage", community_id)
    return forms.start(turn, FORM, about={"community": community_id})


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`workshop:7` shows one; `:change`, `:check` ask; `:close`, `:open` do; `:photos`, `:use`, `:use:20261201` show more of it."""
    number, _, rest = argument.partition(":")
    verb, _, day = rest.partition(":")
    place = deeds.managed(turn, row_id(number))
    match verb:
        case "change":
            return forms.start(turn, FORM, known=_known(turn, place), about={"workshop": place.id})
        case "check":
            return forms.start(turn, CHECK, about={"workshop": place.id})
        case "close" | "open":
            return _saved(turn, place.id, deeds.set_open(turn, place.id, is_open=verb == "open"))
        case "photos":
            return _photos(turn, place)
        case "use":
            return [_use(turn, place, _day_of(turn, day))]
    return [card(turn, place)]


def card(turn: Turn, place: Place) -> Outbound:
    """One workshop, with what can be done."""
    [kept] = deeds.kept(turn.tx, [place])
    said = turn.words("places.between").join(
        turn.words("places.room_for", room=turn.label("rooms", room.function), capacity=room.capacity) for room in kept.rooms
    )
    change = "close" if place.status == "open" else "open"
    rows = (
        (turn.button("places.check", f"workshop:{place.id}:check"), turn.button("places.use", f"workshop:{place.id}:use")),
        (turn.button("places.change", f"workshop:{place.id}:change"), turn.button("places.photos", f"workshop:{place.id}:photos")),
        (turn.button("places.close" if change == "close" else "places.reopen", f"workshop:{place.id}:{change}"),),
    )
    return turn.say(
        "places.kept",
        *rows,
        name=place.name,
        status=turn.words(f"places.status.{place.status}"),
        address=place.address,
        times=wording.opening(turn, place.windows),
        equipment=place.equipment or turn.words("places.nothing"),
        keeper=place.keeper or turn.words("places.nothing"),
        rooms=said or turn.words("places.no_room"),
        checks="\n".join(wording.check_line(turn, kind, kept.checks.get(kind), turn.today) for kind in kept.kinds),
    )


def _photos(turn: Turn, place: Place) -> list[Outbound]:
    pictures = places.pictures(turn.tx, place.id, since=turn.today - BACK)[:PICTURES]
    return [replace(turn.say("places.photo"), picture=one) for one in pictures] or [turn.say("places.no_photo")]


def _use(turn: Turn, place: Place, day: date) -> Outbound:
    """How full each room is, hour by hour of a day; and which hours of the day were taken most."""
    rooms = places.rooms(turn.tx, [place.id])[place.id]
    midnight, ids = datetime.combine(day, time(), LOCAL), [room.id for room in rooms]
    taken = {(row.room_id, row.starts_at): row.taken for row in _used(turn, ids, midnight, timedelta(days=1))}
    open_ = set(rules.hours(place.windows, day, now=midnight)) | {at for (_, at), places_ in taken.items() if places_}
    lines = [_hour_line(turn, rooms, taken, at.astimezone(LOCAL)) for at in sorted(open_)]
    back = _used(turn, ids, turn.now - BACK, BACK)
    spread = rules.by_hour((row.starts_at, row.taken) for row in back if row.taken)
    if spread:
        hours = [turn.words("places.use_hour", hour=hour, places=count) for hour, count in spread.items()]
        lines.append(turn.words("places.use_month", days=BACK.days, hours=turn.words("places.between").join(hours)))
    around = [(phrase, day + timedelta(days=step)) for phrase, step in (("use_before", -1), ("use_after", 1))]
    near = [(phrase, other) for phrase, other in around if abs(other - turn.today) <= rules.AHEAD]
    buttons = tuple(turn.button(f"places.{phrase}", f"workshop:{place.id}:use:{other:%Y%m%d}") for phrase, other in near)
    values = {"month": day.month, "day": day.day, "weekday": turn.words("classes.weekdays")[day.weekday()]}
    said = "\n".join(lines) or turn.words("places.use_none")
    return turn.say("places.use_day", buttons, name=place.name, lines=said, **values)


def _used(turn: Turn, room_ids: list[int], since: datetime, long: timedelta) -> list[bookings.Used]:
    return bookings.used(turn.tx, room_ids, since=since, until=since + long)


def _hour_line(turn: Turn, rooms: list[Room], taken: dict[tuple[int, datetime], int], at: datetime) -> str:
    said = [
        turn.words("places.use_room", room=turn.label("rooms", room.function), taken=taken.get((room.id, at), 0), capacity=room.capacity)
        for room in rooms
    ]
    return turn.words("places.use_line", hour=at.hour, rooms=turn.words("places.between").join(said))


def _day_of(turn: Turn, written: str) -> date:
    """A day as a button names it; today where somebody made it up."""
    try:
        return datetime.strptime(written, "%Y%m%d").replace(tzinfo=LOCAL).date()
    except ValueError:
        return turn.today


def _known(turn: Turn, place: Place) -> Answers:
    """What is known of a workshop, as the form has it."""
    rooms = {room.function: room.capacity for room in places.rooms(turn.tx, [place.id])[place.id]}
    told = {name: getattr(place, name) for name in ("name", "address", "windows", "equipment", "keeper") if getattr(place, name)}
    return {**told, "where": [place.lat, place.lon], **{function: rooms.get(function, 0) for function in FUNCTIONS}}


def told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of a workshop is filled in: a new one, or what changes of one."""
    degrees = [float(str(one)) for one in answers_in(answers.get("where"))]
    what = deeds.Told(
        name=text_of(answers, "name") or "",
        address=text_of(answers, "address") or "",
        windows=text_of(answers, "windows") or "",
        capacities={function: whole_of(answers, function) or 0 for function in FUNCTIONS},
        where=(degrees[0], degrees[1]) if degrees else None,
        equipment=text_of(answers, "equipment") or "",
        keeper=text_of(answers, "keeper") or "",
    )
    if "workshop" in about:
        return _saved(turn, id_of(about, "workshop"), deeds.change(turn, id_of(about, "workshop"), what))
    return _saved(turn, deeds.add(turn, id_of(about, "community"), what).id, 0)


def checked(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of a check is filled in."""
    day, latest = text_of(answers, "checked_on"), text_of(answers, "next_on")
    on = date.fromisoformat(day or "")
    until = rules.last_day(on, date.fromisoformat(latest) if latest else None)
    seen = Check(code_of(answers, "kind", KINDS), text_of(answers, "result") == "passed", on, until, text_of(answers, "note") or "")
    picture = text_of(answers, "picture") or ""
    workshop_id = id_of(about, "workshop")
    return _saved(turn, workshop_id, deeds.check(turn, workshop_id, seen, picture=picture))


def _saved(turn: Turn, workshop_id: int, ended: int) -> list[Outbound]:
    """The workshop as it is now; who lost a place was told."""
    word = turn.say("places.ended", count=ended) if ended else turn.say("places.saved")
    return [word, card(turn, deeds.managed(turn, workshop_id))]
