"""What workshops tell by the clock: a bag that is late is asked about gently, once a week, and nothing is ever charged; a check that is due
is told to the office before nobody can be sent there any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import Scope
from domain.notices import LOCAL
from domain.workshops import places as rules
from handlers.capability import Count
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from handlers.workshops import wording
from storage.tables.workshops import STANDING
from storage.workshops import counts, places

AGAIN = timedelta(days=7)


def ask(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: whoever has a bag past its day is asked when it suits her; how many."""
    late = counts.to_ask(tx, today=now.astimezone(LOCAL).date(), now=now, again=AGAIN)
    voice = for_others(content)
    for bag in late:
        assert bag.person_id is not None
        buttons = (voice.button("lots.answer_soon", f"late:{bag.id}:soon"), voice.button("lots.answer_help", f"late:{bag.id}:help"))
        tell(tx, content, [bag.person_id], "lot", voice.say("lots.late", buttons, item=bag.item, away=bag.away), now=now)
        counts.change(tx, bag.id, of=STANDING, asked_at=now)
    return len(late)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: the office of a workshop is told which checks are due there; how many workshops that are."""
    today, voice = now.astimezone(LOCAL).date(), for_others(content)
    found = places.open_(tx)
    rooms, checks = places.rooms(tx, [one.id for one in found]), places.checks(tx, [one.id for one in found])
    told = 0
    for one in found:
        due = rules.due([room.function for room in rooms[one.id]], checks[one.id], today)
        if not rules.to_remind(due, checks[one.id], today, one.reminded_on):
            continue
        lines = "\n".join(wording.check_line(voice, kind, checks[one.id].get(kind), today) for kind in due)
        button = (voice.button("places.check", f"workshop:{one.id}:check"),)
        tell(tx, content, coordinators(tx, one.community_id), "staff", voice.say("places.due", button, name=one.name, lines=lines), now=now)
        places.change(tx, one.id, {"reminded_on": today})
        told += 1
    return told


def due(scene: Scene, where: list[Scope]) -> Count:
    """Workshops in which a check is due within a week, and those where one is overdue, so that nobody is sent there."""
    today = scene.today
    found = [one for one in places.of_place(scene.tx, where) if one.status == "open"]
    rooms, checks = places.rooms(scene.tx, [one.id for one in found]), places.checks(scene.tx, [one.id for one in found])
    functions = {one.id: [room.function for room in rooms[one.id]] for one in found}
    soon = [one.id for one in found if rules.due(functions[one.id], checks[one.id], today)]
    return Count(len(soon), sum(any(rules.lacking(function, checks[one], today) for function in functions[one]) for one in soon))
