"""What staff have to do about a person: lists by kind, each only for who may see them there, closed with one tap that says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.access import Held, Scope, may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers.content import Content
from handlers.scene import row_id
from handlers.turn import Turn
from storage.staff import tasks

SHOWN = 5
STEP = 200


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """What is to be done, counted by kind; with a kind (and the task after which to go on) one by one. Every look is logged."""
    if not any(_where(turn, name) for name in turn.content.capabilities.tasks):
        raise Refused("staff.not_allowed")
    name, _, after = argument.partition(":")
    if name in turn.content.capabilities.tasks:
        return _list(turn, name, after=row_id(after))
    kinds = turn.content.capabilities.tasks
    found = {one: tasks.count(turn.tx, _where(turn, one), kinds=[one], ends=kind.ends) for one, kind in kinds.items()}
    rows = [(turn.button("tasks.some", f"tasks:{one}", what=turn.words(f"tasks.kind_{one}"), count=n),) for one, n in found.items() if n]
    return [turn.say("tasks.all", *rows)] if rows else [turn.say("tasks.none")]


def _where(turn: Turn, kind: str) -> list[Scope]:
    """Where the roles she holds put this kind on her list."""
    return scopes(_of_kind(turn, kind), "tasks.see")


def _of_kind(turn: Turn, kind: str) -> list[Held]:
    return [one for one in turn.roles() if one.role in turn.content.capabilities.tasks[kind].roles]


def _list(turn: Turn, name: str, *, after: int) -> list[Outbound]:
    kind, where = turn.content.capabilities.tasks[name], _where(turn, name)
    if not where:
        raise Refused("staff.not_allowed")
    rows = tasks.open_(turn.tx, where, kinds=[name], ends=kind.ends, limit=SHOWN + 1, after=after)
    if not rows:
        return [turn.say("tasks.no_more" if after else "tasks.none_of", what=turn.words(f"tasks.kind_{name}"))]
    for row in rows[:SHOWN]:
        turn.log("tasks.see", "person", row["person_id"])
    more = ((turn.button("tasks.more", f"tasks:{name}:{rows[SHOWN - 1]['id']}"),),) if len(rows) > SHOWN else ()
    shown = [_card(turn, row) for row in rows[:SHOWN]]
    return [*shown, turn.say("tasks.there_is_more", *more)] if more else shown


def _card(turn: Turn, row: Mapping[str, Any]) -> Outbound:
    kind = turn.content.capabilities.tasks[row["kind"]]
    lines = [
        turn.words("tasks.head", what=turn.words(f"tasks.kind_{row['kind']}"), number=row["id"]),
        turn.words("tasks.who", who=turn.name_of(row), phone=row["phone"] or turn.words("staff.no_phone")),
        *([turn.words("tasks.where", building=row["building"])] if row["building"] else []),
        *([row["said"]] if row["said"] else []),
    ]
    buttons = tuple(Button(turn.words(f"tasks.outcome_{outcome}"), f"task:{row['id']}:{outcome}") for outcome in kind.outcomes)
    return Outbound(text="\n".join(lines), buttons=tuple((button,) for button in buttons), private=kind.private)


def close(turn: Turn, argument: str) -> list[Outbound]:
    """Done, and how it ended: off the list."""
    number, _, outcome = argument.partition(":")
    task = tasks.get(turn.tx, row_id(number))
    kind = turn.content.capabilities.tasks.get(task["kind"]) if task else None
    if task is None or kind is None or outcome not in kind.outcomes:
        raise Refused("tasks.gone")
    if not may(_of_kind(turn, task["kind"]), "tasks.close", task["community_id"], cell_id=task["cell_id"]):
        raise Refused("staff.not_allowed")
    if not tasks.close(turn.tx, task["id"], by=turn.person_id, outcome=outcome, now=turn.now):
        return [turn.say("tasks.closed_before")]
    turn.log("tasks.close", "person", task["person_id"])
    if kind.closed is not None:
        kind.closed(turn, task, outcome)
    return [turn.say("tasks.closed", (turn.button("tasks.menu", f"tasks:{task['kind']}"),))]


def settle(tx: Connection, content: Content, now: datetime) -> int:
    """What ended by itself goes off the lists; how many."""
    ending = {name: kind.ends for name, kind in content.capabilities.tasks.items() if kind.ends}
    return tasks.settle(tx, ending, now=now, limit=STEP)
