"""社区活动, as the office sees them: announced, how full, called off, how many came, and what was thought of them."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Connection

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.plain import code_of, id_of, text_of, whole_of
from domain.training import activities as rules
from domain.training.activities import KINDS, NO_LIMIT
from handlers import forms
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, for_others, tell
from handlers.training import teaching
from handlers.training.classes import place, when
from handlers.turn import Turn
from storage.conversations import About
from storage.people import persons
from storage.training import activities, classes
from storage.training.activities import Plan
from storage.training.classes import Class

SHOWN = 10
FORM, OVER = "activity", "activity_over"


def plan(scene: Scene, community_id: int, what: Plan, starts_at: datetime) -> Class:
    """A new activity; who lives there is told by the next tick. Raises Refused for a time that is over."""
    scene.need("activities.manage", community_id)
    if starts_at <= scene.now:
        raise Refused("activities.too_early")
    fresh = activities.add(scene.tx, community_id, what, starts_at, now=scene.now)
    scene.log("activities.plan", "training_class", fresh)
    return held(scene, fresh)


def held(scene: Scene, class_id: int) -> Class:
    """An activity that she may manage. Raises Refused, the same for what is not there."""
    row = classes.get(scene.tx, class_id)
    if row is None or row.kind != "activity" or not scene.may("activities.manage", row.community_id):
        raise Refused("activities.gone")
    return row


def count(scene: Scene, class_id: int, came: int) -> Class:
    """How many came: it is over. Raises Refused before it began, and the second time."""
    row = held(scene, class_id)
    if any(at > scene.now for at in row.sessions):
        raise Refused("activities.not_yet")
    if not activities.close_counted(scene.tx, row.id, came):
        raise Refused("activities.counted_before")
    scene.log("activities.count", "training_class", row.id, came=came)
    return held(scene, row.id)


def ask_afterwards(tx: Connection, content: Content, row: Class, *, now: datetime) -> None:
    """It is over: who held it is asked how many came, and who was in it what she thought of it."""
    classes.assess_asked(tx, row.id)
    voice = for_others(content)
    ask = voice.say("activities.how_many", (voice.button("activities.tell_came", f"activity:{row.id}:came"),), title=row.title)
    tell(tx, content, coordinators(tx, row.community_id), "staff", ask, now=now)
    marks = tuple(voice.button(f"activities.mark_{mark}", f"thought:{row.id}:{mark}") for mark in rules.MARKS)
    tell(tx, content, classes.members(tx, row.id, "enrolled"), "appointment", voice.say("activities.how", marks, title=row.title), now=now)


def managed(turn: Turn, _argument: str = "") -> list[Outbound]:
    """社区活动: those of her places, and the way to a new one."""
    found = classes.managed(turn.tx, turn.scopes("activities.manage"), limit=SHOWN, kind="activity")
    rows = [(turn.button("activities.keep", f"activity:{row.id}", title=row.title, when=when(turn, row.sessions[0])),) for row in found]
    return [turn.say("activities.managed", *rows, (turn.button("activities.plan", "activity_new"),), count=len(found))]


def new(turn: Turn, argument: str = "") -> list[Outbound]:
    """`activity_new` asks in which community, where she has several; `activity_new:3` for what it is."""
    mine = [one for one in persons.communities(turn.tx) if turn.may("activities.manage", one.id)]
    if not argument and len(mine) != 1:
        rows = [(turn.button("places.community", f"activity_new:{one.id}", name=one.name),) for one in mine]
        return [turn.say("places.which_community", *rows)]
    community_id = row_id(argument) if argument else mine[0].id
    turn.need("activities.manage", community_id)
    return forms.start(turn, FORM, about={"community": community_id})


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`activity:7` shows one; `:came` asks how many came; `:cancel`, once more `:cancelled`, calls it off."""
    number, _, verb = argument.partition(":")
    row = held(turn, row_id(number))
    if verb == "came":
        if row.came is not None:
            raise Refused("activities.counted_before")
        return forms.start(turn, OVER, about={"activity": row.id})
    if verb == "cancel":
        yes = turn.button("activities.cancel_yes", f"activity:{row.id}:cancelled")
        return [
            turn.say(
                "activities.cancel_sure", (yes, turn.button("classes.cancel_no", f"activity:{row.id}")), title=row.title, count=row.taken
            )
        ]
    if verb == "cancelled":
        teaching.cancel(turn, row.id)
        return [turn.say("activities.cancel_done", title=row.title)]
    return [card(turn, row)]


def card(turn: Turn, row: Class) -> Outbound:
    """One activity, with what can be done."""
    begun = all(at <= turn.now for at in row.sessions)
    rows = []
    if row.came is None and begun and row.status == "open":
        rows.append((turn.button("activities.tell_came", f"activity:{row.id}:came"),))
    elif row.status == "open":
        rows.append((turn.button("activities.cancel", f"activity:{row.id}:cancel"),))
        rows.append((turn.button("activities.pay", f"spending:activity:{row.id}"),))
    lines = [turn.words("activities.waiting_line", count=row.waiting)] if row.waiting else []
    if row.came is not None:
        lines.append(turn.words("activities.came_line", count=row.came))
    said = rules.thought(activities.feedback(turn.tx, row.id))
    if said.good + said.fair + said.poor:
        lines.append(turn.words("activities.thought_line", good=said.good, fair=said.fair, poor=said.poor))
        lines += [turn.words("activities.word_line", word=word) for word in said.words]
    places = "" if row.capacity >= NO_LIMIT else turn.words("activities.of", capacity=row.capacity)
    what = {"title": row.title, "about": turn.label("activities", row.about), "place": place(row), "when": when(turn, row.sessions[0])}
    return turn.say("activities.held", *rows, taken=row.taken, places=places, more="\n".join(["", *lines]), **what)


def plan_from_form(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of a new activity is filled in."""
    hour = text_of(answers, "hour") or "0900"
    day = date.fromisoformat(text_of(answers, "day") or "")
    starts_at = datetime.combine(day, time(int(hour[:2]), int(hour[2:])), LOCAL)
    what = Plan(
        title=text_of(answers, "title") or "",
        about=code_of(answers, "about", KINDS),
        address=text_of(answers, "address") or "",
        note=text_of(answers, "note") or "",
        capacity=whole_of(answers, "places") or NO_LIMIT,
    )
    row = plan(turn, id_of(about, "community"), what, starts_at)
    return [turn.say("activities.planned", title=row.title, when=when(turn, starts_at)), card(turn, row)]


def count_from_form(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """How many came."""
    row = count(turn, id_of(about, "activity"), whole_of(answers, "came") or 0)
    return [turn.say("activities.is_counted"), card(turn, row)]
