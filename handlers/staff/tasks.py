"""What staff have to do about a person: lists by kind, each only for who may see them there, closed with one tap that says how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain.access import Held, Scope, may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers import entries
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.staff import tasks

SHOWN = 5
STEP = 200


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """All that waits for her, what is late first, counted by kind; with a kind (and the task after which to go on) one by one. Every look is logged."""
    if not any(_where(turn, name) for name in turn.content.capabilities.tasks):
        raise Refused("staff.not_allowed")
    name, _, after = argument.partition(":")
    if name in turn.content.capabilities.tasks:
        return _list(turn, name, after=row_id(after))
    due = entries.due(turn)
    rows = [(_counted(turn, one),) for one in due]
    if rows and not any(one.route.startswith("tasks:") for one in due):
        return [turn.say("tasks.elsewhere", *rows)]
    return [turn.say("tasks.all", *rows)] if rows else [turn.say("tasks.none")]


def _counted(turn: Turn, due: entries.Counted) -> Button:
    """What waits and how much of it; what is late says so."""
    phrase = "tasks.some_late" if due.late else "tasks.some"
    return turn.button(phrase, due.route, what=turn.words(due.phrase), count=due.all, late=due.late)


def listed(scene: Scene, kind: str, *, after: int, limit: int, late: bool = False) -> list[tasks.Open]:
    """Open tasks of a kind that are on her list, or those of them that are late; every look is logged. Raises Refused."""
    rules = scene.content.capabilities.tasks.get(kind)
    where = _where(scene, kind) if rules else []
    if rules is None or not where:
        raise Refused("staff.not_allowed")
    late_at = scene.now if late else None
    rows = tasks.open_(scene.tx, where, kinds=[kind], ends=rules.ends, limit=limit, after=after, late_at=late_at)
    for row in rows:
        scene.log("tasks.see", "person", row.person_id)
    return rows


def kinds(scene: Scene) -> list[str]:
    """Kinds of task that are on her list."""
    return [name for name in scene.content.capabilities.tasks if _where(scene, name)]


def _where(scene: Scene, kind: str) -> list[Scope]:
    """Where the roles she holds put this kind on her list."""
    return scopes(_of_kind(scene, kind), "tasks.see")


def _of_kind(scene: Scene, kind: str) -> list[Held]:
    return [one for one in scene.roles() if one.role in scene.content.capabilities.tasks[kind].roles]


def _list(turn: Turn, name: str, *, after: int) -> list[Outbound]:
    kind, where = turn.content.capabilities.tasks[name], _where(turn, name)
    if not where:
        raise Refused("staff.not_allowed")
    rows = tasks.open_(turn.tx, where, kinds=[name], ends=kind.ends, limit=SHOWN + 1, after=after)
    if not rows:
        return [turn.say("tasks.no_more" if after else "tasks.none_of", what=turn.words(f"tasks.kind_{name}"))]
    for row in rows[:SHOWN]:
        turn.log("tasks.see", "person", row.person_id)
    more = ((turn.button("tasks.more", f"tasks:{name}:{rows[SHOWN - 1].id}"),),) if len(rows) > SHOWN else ()
    shown = [_card(turn, row) for row in rows[:SHOWN]]
    return [*shown, turn.say("tasks.there_is_more", *more)] if more else shown


def _card(turn: Turn, row: tasks.Open) -> Outbound:
    kind = turn.content.capabilities.tasks[row.kind]
    lines = [
        turn.words("tasks.head", what=turn.words(f"tasks.kind_{row.kind}"), number=row.id),
        turn.words("tasks.who", who=turn.called(row.name, row.key), phone=row.phone or turn.words("staff.no_phone")),
        *([turn.words("tasks.where", building=row.building)] if row.building else []),
        *([row.said] if row.said else []),
    ]
    answers = [Button(turn.words(f"tasks.outcome_{outcome}"), f"task:{row.id}:{outcome}") for outcome in kind.outcomes]
    buttons = [turn.button("tasks.look", f"{kind.look}:{row.about_id}")] if kind.look else answers
    return Outbound(text="\n".join(lines), buttons=tuple((button,) for button in buttons), private=kind.private)


class Closed(NamedTuple):
    """A task that is off the list; `before`: it was off already."""

    task: tasks.Task
    before: bool


def close(scene: Scene, task_id: int, outcome: str) -> Closed:
    """Take it off the list with how it ended, and let follow from that what its kind says. Raises Refused."""
    task = tasks.get(scene.tx, task_id)
    kind = scene.content.capabilities.tasks.get(task.kind) if task else None
    if task is None or kind is None or outcome not in kind.outcomes:
        raise Refused("tasks.gone")
    if not may(_of_kind(scene, task.kind), "tasks.close", task.community_id, cell_id=task.cell_id):
        raise Refused("staff.not_allowed")
    if not tasks.close(scene.tx, task.id, by=scene.person_id, outcome=outcome, now=scene.now):
        return Closed(task, before=True)
    scene.log("tasks.close", "person", task.person_id)
    if kind.closed is not None:
        kind.closed(scene, task, outcome)
    return Closed(task, before=False)


def done(turn: Turn, argument: str) -> list[Outbound]:
    """A button that says how it ended."""
    number, _, outcome = argument.partition(":")
    closed = close(turn, row_id(number), outcome)
    if closed.before:
        return [turn.say("tasks.closed_before")]
    return [turn.say("tasks.closed", (turn.button("tasks.menu", f"tasks:{closed.task.kind}"),))]


def settle(tx: Connection, content: Content, now: datetime) -> int:
    """What ended by itself goes off the lists; how many."""
    ending = {name: kind.ends for name, kind in content.capabilities.tasks.items() if kind.ends}
    return tasks.settle(tx, ending, now=now, limit=STEP)
