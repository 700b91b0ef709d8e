"""Classes for mothers: what can be learnt, joining, the waiting list, and leaving."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from domain.errors import Refused
from domain.matching import metres
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.training import certificates
from domain.training.activities import NO_LIMIT
from handlers.capability import Matter
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import may_allow, tell
from handlers.turn import Turn
from storage.training import classes, news
from storage.training.classes import Class
from storage.training.news import Learner
from storage.work import posts, seekers
from storage.work.seekers import Home

SHOWN = 5
TIMES_SHOWN = 6
POSTS_SHOWN = 3


def coming(turn: Turn, argument: str = "", *, learn: Collection[str] = ()) -> list[Outbound]:
    """有什么班: classes that can still be joined; those of what she wants to learn first, then the nearest. `argument`: how many she saw."""
    home = seekers.home(turn.tx, turn.person_id)
    wanted = set(learn or (home.learn if home else None) or ())
    to_come = classes.coming(turn.tx, now=turn.now)
    to_come.sort(key=lambda row: (row.skill not in wanted, away(home, row)))
    if not to_come:
        return [turn.say("classes.none", (turn.button("menu.register", "menu:register"), turn.button("menu.call", "menu:call")))]
    return [paged(turn, to_come, argument, head="classes.open", more="menu:classes")]


def paged(turn: Turn, found: Sequence[Class], argument: str, *, head: str, more: str) -> Outbound:
    """Some of what can be joined, numbered, with what she can do about each. `argument`: how many she saw; `more`: the route of the others."""
    seen = row_id(argument) if row_id(argument) < len(found) else 0
    lines = [turn.words(head, count=len(found))]
    rows: list[tuple[Button, ...]] = []
    for number, row in enumerate(found[seen : seen + SHOWN], seen + 1):
        status = classes.status_of(turn.tx, row.id, turn.person_id)
        lines.append(card(turn, row, number=number, status=status))
        rows += buttons(turn, row, status, number=number)
    if seen + SHOWN < len(found):
        rows.append((turn.button("classes.more", f"{more}:{seen + SHOWN}"),))
    return Outbound(text="\n\n".join(lines), buttons=tuple(rows))


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """我的班: what she is in, or waits for, and how it ended."""
    own_classes = [(row, stands) for row, stands in classes.of_person(turn.tx, turn.person_id) if row.kind == "class"]
    if not own_classes:
        return [turn.say("classes.mine_none", (turn.button("classes.see_open", "menu:classes"),))]
    lines, rows = [turn.words("classes.mine")], []
    for number, (row, stands) in enumerate(own_classes, 1):
        lines.append(card(turn, row, number=number, status=stands.status, certificate=stands.certificate))
        rows += buttons(turn, row, stands.status, number=number)
        if stands.status == "enrolled" and any(certificates.going_on(at, turn.now) for at in row.sessions):
            rows.append((turn.button("classes.sign_in", "menu:sign_in"),))
    return [Outbound(text="\n\n".join(lines), buttons=tuple(rows))]


def matters(turn: Turn) -> list[Matter]:
    """The classes and activities she is in or waits for, for 我的事."""
    return [
        Matter(turn.words(say(row, "matter"), title=row.title, status=turn.words(f"matters.class_{stands.status}")), _opens(turn, row))
        for row, stands in classes.of_person(turn.tx, turn.person_id)
        if stands.status in ("enrolled", "waiting") and row.status == "open"
    ]


def _opens(turn: Turn, row: Class) -> Button:
    return turn.button(
        "classes.menu_mine" if row.kind == "class" else "activities.see_open",
        "menu:my_classes" if row.kind == "class" else "menu:activities",
    )


def say(row: Class, phrase: str) -> str:
    """The phrase as it is said of a class, or of an activity."""
    return f"{'classes' if row.kind == 'class' else 'activities'}.{phrase}"


def place(row: Class) -> str:
    """Where it is."""
    return f"{row.community} {row.address}" if row.address else row.community


def away(home: Home | Learner | None, row: Class) -> float:
    """How far a class is from a mother's community; nought where hers is not known."""
    if home is None or home.lat is None or home.lon is None:
        return 0.0
    return metres(home.lat, home.lon, to_lat=row.lat, to_lon=row.lon)


def card(turn: Turn, row: Class, *, number: int | None = None, status: str | None = None, certificate: str | None = None) -> str:
    """One class in a few short lines, with how she stands."""
    head = f"{number}. {row.title}" if number else row.title
    what = turn.label("skills", row.skill) if row.kind == "class" else turn.label("activities", row.about)
    lines = [turn.words(say(row, "card"), head=head, skill=what, place=place(row), times=times(turn, row.sessions))]
    lines += [row.note] if row.note else []
    match status:
        case "enrolled" | "failed":
            lines.append(turn.words(f"classes.mine_{status}"))
        case "waiting":
            lines.append(turn.words("classes.mine_waiting", number=place_in_line(turn, row.id)))
        case "passed":
            lines.append(turn.words("classes.mine_passed", certificate=certificate or ""))
        case "unsaid":
            # A notice may be read when the places are others.
            pass
        case _ if row.capacity >= NO_LIMIT:
            pass
        case _ if row.taken < row.capacity and not row.waiting:
            lines.append(turn.words("classes.places", count=row.capacity - row.taken))
        case _:
            lines.append(turn.words("classes.full" if row.waiting else "classes.full_first", count=row.waiting))
    return "\n".join([*lines, *_leads(turn, row.leads_to)])


def _leads(turn: Turn, codes: list[str]) -> list[str]:
    """The posts that a class leads to, as far as they can still be had."""
    by_code = posts.by_code(turn.tx, codes)
    titles = [by_code[code].title for code in codes if code in by_code and by_code[code].status == "published"]
    leading = turn.words("classes.between").join(list(dict.fromkeys(titles))[:POSTS_SHOWN])
    return [turn.words("classes.leads", posts=leading)] if leading else []


def buttons(turn: Turn, row: Class, status: str | None, *, number: int) -> list[tuple[Button, ...]]:
    """What she can do about a class."""
    if status in ("enrolled", "waiting"):
        return [(turn.button(say(row, "leave_number"), f"class:leave:{row.id}", number=number, title=row.title),)]
    if status in ("passed", "failed") or not certificates.joinable(row.sessions, turn.now):
        return []
    free = row.taken < row.capacity and not row.waiting
    choice = f"class:join:{row.id}"
    if free:
        return [(turn.button("classes.join_number", choice, number=number, title=row.title),)]
    return [(turn.button("classes.queue_number", choice, number=number, title=row.title),)]


def times(turn: Turn, sessions: Sequence[datetime]) -> str:
    """When a class meets, the first few times."""
    said = turn.words("classes.between").join(when(turn, at) for at in sessions[:TIMES_SHOWN])
    return turn.words("classes.more_times", times=said, count=len(sessions)) if len(sessions) > TIMES_SHOWN else said


def when(turn: Turn, at: datetime) -> str:
    """A moment as people say it: 11月28日周六上午9点. It names the day, since it may be read on another one than it was sent."""
    local = at.astimezone(LOCAL)
    half = turn.words(f"classes.half.{certificates.half(at)}")
    weekday = turn.words("classes.weekdays")[local.weekday()]
    exact = {0: "when_hour", 30: "when_half"}.get(local.minute, "when_minute")
    values = {"month": local.month, "day": local.day, "weekday": weekday, "half": half, "hour": (local.hour - 1) % 12 + 1}
    return turn.words(f"classes.{exact}", minute=f"{local.minute:02}", **values)


def place_in_line(turn: Turn, class_id: int) -> int:
    """Her number on the waiting list."""
    return classes.waiting(turn.tx, class_id).index(turn.person_id) + 1


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A mother's button below a class."""
    verb, _, number = argument.partition(":")
    row = classes.get(turn.tx, row_id(number))
    if row is None or verb not in ("join", "leave"):
        raise Refused("classes.gone")
    if verb == "join":
        return _join(turn, row)
    leave(turn, row)
    return [turn.say(say(row, "left"), (see_open(turn, row),), title=row.title)]


def see_open(turn: Turn, row: Class) -> Button:
    """The way to what else there is of the kind."""
    return turn.button(say(row, "see_open"), "menu:classes" if row.kind == "class" else "menu:activities")


def _join(turn: Turn, row: Class) -> list[Outbound]:
    before = classes.status_of(turn.tx, row.id, turn.person_id)
    if before in ("passed", "failed"):
        raise Refused("classes.done_before", title=row.title)
    if before == "enrolled":
        raise Refused("classes.joined_before", title=row.title)
    if row.status != "open" or not certificates.joinable(row.sessions, turn.now):
        raise Refused(say(row, "over"), title=row.title)
    out = ((leave_button(turn, row), _opens(turn, row)), *may_allow(turn, "answer", "appointment"))
    if classes.join(turn.tx, row.id, turn.person_id, now=turn.now) == "waiting":
        return [turn.say("classes.queued", *out, title=row.title, number=place_in_line(turn, row.id))]
    if row.notice_id is not None and classes.taken(turn.tx, row.id) >= row.capacity:
        # Nobody else is told of a class that is full.
        news.stop_news(turn.tx, row.notice_id, now=turn.now)
    return [turn.say(say(row, "joined"), *out, title=row.title, times=times(turn, row.sessions), place=place(row))]


def leave_button(turn: Turn, row: Class) -> Button:
    """Below whatever says that she has a place."""
    return turn.button(say(row, "leave"), f"class:leave:{row.id}")


def leave(scene: Scene, row: Class) -> None:
    """She gives her place back; the next on the list has it at once and is told. Raises Refused where she has none."""
    if not classes.leave(scene.tx, row.id, scene.person_id):
        raise Refused("classes.not_in", title=row.title)
    if certificates.joinable(row.sessions, scene.now):
        move_up(scene.tx, scene.content, row, now=scene.now)


def leave_all(scene: Scene) -> None:
    """She has all about her deleted: her places go to those who wait."""
    for row, stands in classes.of_person(scene.tx, scene.person_id, limit=1000):
        if stands.status in ("enrolled", "waiting"):
            leave(scene, row)


def move_up(tx: Connection, content: Content, row: Class, *, now: datetime) -> list[int]:
    """Free places go to those who wait, in their order, with a word to each; who got one."""
    moved = classes.move_up(tx, row.id)
    for person_id in moved:
        turn = Turn.to(tx, content, person_id, now=now)
        out = (leave_button(turn, row), _opens(turn, row))
        word = turn.say(say(row, "moved_up"), out, title=row.title, times=times(turn, row.sessions), place=place(row))
        tell(tx, content, [person_id], "answer", word, now=now)
    return moved


def another(turn: Turn, row: Class, phrase: str) -> Outbound:
    """Word that a class did not work out for her, with the next one of the same skill, or the form in which she says what she wants."""
    if row.kind != "class":
        return turn.say(phrase, (see_open(turn, row),), title=row.title)
    others = [other for other in classes.coming(turn.tx, now=turn.now, skill=row.skill) if other.id != row.id]
    text = turn.words(phrase, title=row.title)
    if not others:
        return Outbound(text=text, buttons=((turn.button("classes.see_open", "menu:classes"),),))
    text = "\n\n".join([text, turn.words("classes.next", skill=turn.label("skills", row.skill)), card(turn, others[0])])
    return Outbound(text=text, buttons=((turn.button("classes.join", f"class:join:{others[0].id}"),),))
