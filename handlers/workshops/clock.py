"""What workshops tell by the clock: a bag that is late is asked about gently, once a week, and nothing is ever charged; a check that is due
is told to the office before nobody can be sent there any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import Scope
from domain.notices import local_day
from domain.workshops import places as rules
from handlers.capability import Count
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from handlers.workshops import wording
from handlers.workshops.places import kept
from storage.tables.workshops import STANDING
from storage.workshops import counts, places

AGAIN = timedelta(days=7)


def ask(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: whoever has a bag past its day is asked when it suits her; how many."""
    late = counts.to_ask(tx, today=local_day(now), now=now, again=AGAIN)
    voice = for_others(content)
    for bag in late:
        assert bag.person_id is not None
        buttons = (voice.button("lots.answer_soon", f"late:{bag.id}:soon"), voice.button("lots.answer_help", f"late:{bag.id}:help"))
        tell(tx, content, [bag.person_id], "lot", voice.say("lots.late", buttons, item=bag.item, away=bag.away), now=now)
        counts.change(tx, bag.id, of=STANDING, asked_at=now)
    return len(late)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: the office of a workshop is told which checks are due there; how many workshops that are."""
    today, voice = local_day(now), for_others(content)
    told = 0
    for one in kept(tx, places.open_(tx)):
        place, wanted = one.place, one.due(today)
        if not rules.to_remind(wanted, one.checks, today, place.reminded_on):
            continue
        lines = "\n".join(wording.check_line(voice, kind, one.checks.get(kind), today) for kind in wanted)
        said = voice.say("places.due", (voice.button("places.check", f"workshop:{place.id}:check"),), name=place.name, lines=lines)
        tell(tx, content, coordinators(tx, place.community_id), "staff", said, now=now)
        places.change(tx, place.id, {"reminded_on": today})
        told += 1
    return told


def due(scene: Scene, where: list[Scope]) -> Count:
    """Workshops in which a check is due within a week, and those where one is overdue, so that nobody is sent there."""
    open_ = [one for one in places.of_place(scene.tx, where) if one.status == "open"]
    soon = [one for one in kept(scene.tx, open_) if one.due(scene.today)]
    shut = [one for one in soon if any(rules.lacking(function, one.checks, scene.today) for function in one.functions)]
    return Count(len(soon), len(shut))
