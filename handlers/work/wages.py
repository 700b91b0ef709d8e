"""Wages that were not paid, or too little: the coordinator is told at once, and it stays on her list until the mother has her money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from domain.errors import Refused
from domain.messages import Outbound
from handlers.content import Content
from handlers.scene import row_id
from handlers.tell import coordinators, tell
from handlers.turn import Turn
from storage.people import persons
from storage.staff import roles, tasks

# So long may it take before the coordinator is reminded and the federation told, and then again.
OVERDUE = timedelta(days=7)
STEP = 50


def raised(turn: Turn, person_id: int, *, about_id: int, said: str) -> None:
    """Put it on the coordinator's list and tell her that it is there; the message itself names nobody."""
    task = tasks.put(turn.tx, "wage", person_id, about_id=about_id, said=said, due_at=turn.now + OVERDUE, now=turn.now)
    _tell_office(turn, person_id, turn.words("wages.new", number=task))


def _tell_office(turn: Turn, person_id: int, text: str, *, federation: bool = False) -> None:
    community_id = persons.get(turn.tx, person_id)["community_id"]
    whom = coordinators(turn.tx, community_id)
    if federation:
        whom = [*whom, *roles.staff(turn.tx, "federation", community_id)]
    word = Outbound(text=text, buttons=((turn.button("wages.look", "tasks:wage"),),))
    tell(turn.tx, turn.content, whom, "staff", word, now=turn.now)


def closed(turn: Turn, task: Mapping[str, Any], outcome: str) -> None:
    """She is told how it ended, and asked whether she really has it."""
    hers = Turn.to(turn.tx, turn.content, task["person_id"], now=turn.now)
    buttons = (hers.button("wages.got_it", f"wage:{task['id']}:yes"), hers.button("wages.got_nothing", f"wage:{task['id']}:no"))
    tell(turn.tx, turn.content, [task["person_id"]], "answer", hers.say(f"wages.closed_{outcome}", buttons), now=turn.now)


def confirm(turn: Turn, argument: str) -> list[Outbound]:
    """Her word on whether she has the money; where she has not, it is on the list again."""
    number, _, word = argument.partition(":")
    task = tasks.get(turn.tx, row_id(number))
    if task is None or task["kind"] != "wage" or task["person_id"] != turn.person_id or word not in ("yes", "no"):
        raise Refused("talk.old_button")
    if task["closed_at"] is None:
        return [turn.say("wages.still_open")]
    if word == "yes":
        return [turn.say("wages.good")]
    said = turn.words("wages.again", said=task["said"] or "")
    raised(turn, turn.person_id, about_id=task["about_id"], said=said)
    return [turn.say("wages.reopened", (turn.button("menu.call", "menu:call"),))]


def overdue(tx: Connection, content: Content, now: datetime) -> int:
    """What stays open for a week: the coordinator is reminded, and the federation told; how many."""
    rows = tasks.due(tx, "wage", now=now, limit=STEP)
    for row in rows:
        turn = Turn.to(tx, content, row["person_id"], now=now)
        days = (now - row["created_at"]).days
        _tell_office(turn, row["person_id"], turn.words("wages.overdue", number=row["id"], days=days), federation=True)
        tasks.change(tx, row["id"], due_at=now + OVERDUE)
    return len(rows)
