"""Wages that were not paid, or too little: the coordinator is told at once, and it stays on her list until the mother has her money."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.errors import Refused
from domain.messages import Outbound
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from storage.people import persons
from storage.staff import roles, tasks

# So long may it take before the coordinator is reminded and the federation told, and then again.
OVERDUE = timedelta(days=7)
STEP = 50


def raised(scene: Scene, person_id: int, *, about_id: int, said: str) -> None:
    """Put it on the coordinator's list and tell her that it is there; the message itself names nobody."""
    number = tasks.put(scene.tx, "wage", person_id, about_id=about_id, said=said, due_at=scene.now + OVERDUE, now=scene.now)
    _tell_office(scene, person_id, for_others(scene.content).words("wages.new", number=number))


def _tell_office(scene: Scene, person_id: int, text: str, *, federation: bool = False) -> None:
    community_id = persons.get(scene.tx, person_id).community_id
    whom = coordinators(scene.tx, community_id)
    if federation:
        whom = [*whom, *roles.staff(scene.tx, "federation", community_id)]
    word = Outbound(text=text, buttons=((for_others(scene.content).button("wages.look", "tasks:wage"),),))
    tell(scene.tx, scene.content, whom, "staff", word, now=scene.now)


def closed(scene: Scene, task: tasks.Task, outcome: str) -> None:
    """She is told how it ended, and asked whether she really has it."""
    hers = Turn.to(scene.tx, scene.content, task.person_id, now=scene.now)
    buttons = (hers.button("wages.got_it", f"wage:{task.id}:yes"), hers.button("wages.got_nothing", f"wage:{task.id}:no"))
    tell(scene.tx, scene.content, [task.person_id], "answer", hers.say(f"wages.closed_{outcome}", buttons), now=scene.now)


def confirm(turn: Turn, argument: str) -> list[Outbound]:
    """Her word on whether she has the money; where she has not, it is on the list again."""
    number, _, word = argument.partition(":")
    task = tasks.get(turn.tx, row_id(number))
    if task is None or task.kind != "wage" or task.person_id != turn.person_id or word not in ("yes", "no"):
        raise Refused("talk.old_button")
    if task.closed_at is None:
        return [turn.say("wages.still_open")]
    if word == "yes":
        return [turn.say("wages.good")]
    said = turn.words("wages.again", said=task.said or "")
    raised(turn, turn.person_id, about_id=task.about_id, said=said)
    return [turn.say("wages.reopened", (turn.button("menu.call", "menu:call"),))]


def overdue(tx: Connection, content: Content, now: datetime) -> int:
    """What stays open for a week: the coordinator is reminded, and the federation told; how many."""
    rows = tasks.due(tx, "wage", now=now, limit=STEP)
    for row in rows:
        turn = Turn.to(tx, content, row.person_id, now=now)
        days = (now - row.created_at).days
        _tell_office(turn, row.person_id, turn.words("wages.overdue", number=row.id, days=days), federation=True)
        tasks.remind_at(tx, row.id, now + OVERDUE)
    return len(rows)
