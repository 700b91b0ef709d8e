"""The staff's menu, made of what the capabilities show: the buttons that a person's roles allow with what waits behind each, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from domain.access import Held, scopes
from domain.messages import Button
from handlers.scene import Scene
from handlers.turn import Turn
from storage.staff import tasks

# The count behind a button's words.
_COUNTED = re.compile(r"（\d+）$")


# Where tasks stand among what waits.
TASKS = 30


class Counted(NamedTuple):
    """Something that waits for her: what it is called, where it is dealt with, how much it is and how much of it is late."""

    phrase: str
    route: str
    page: str
    rank: int
    all: int
    late: int


def counted(scene: Scene) -> list[Counted]:
    """What waits for her as staff, most urgent first, also where nothing does; the desk and the chat's menu show the same."""
    held = scene.roles()
    shown = [(one, scopes(held, one.needs)) for one in scene.content.capabilities.waiting]
    mine = [Counted(one.phrase, one.route, one.page, one.rank, *one.count(scene, where)) for one, where in shown if where]
    return sorted([*mine, *_tasks(scene, held)], key=lambda one: one.rank)


def _tasks(scene: Scene, held: list[Held]) -> Iterator[Counted]:
    """Each kind of task that her roles put on her list."""
    for name, kind in scene.content.capabilities.tasks.items():
        if where := scopes([one for one in held if one.role in kind.roles], "tasks.see"):
            every, late = tasks.count(scene.tx, where, kinds=[name], ends=kind.ends), tasks.late(scene.tx, where, kind=name, now=scene.now)
            yield Counted(f"tasks.kind_{name}", f"tasks:{name}", f"/desk/tasks?kind={name}", TASKS, every, late)


def rows(turn: Turn) -> list[tuple[Button, ...]]:
    """What staff have in their menu, two in a row, so that a phone shows it with little scrolling."""
    held = turn.roles()
    mine = [entry for entry in turn.content.capabilities.menu if scopes(held, entry.needs) and (entry.shown is None or entry.shown(turn))]
    waits: dict[str, int] = {}
    for one in counted(turn) if mine else ():
        route = one.route.partition(":")[0]
        waits[route] = waits.get(route, 0) + one.all
    buttons = [Button(_label(turn.words(entry.phrase), waits.get(entry.route, 0)), entry.route) for entry in mine]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _label(words: str, count: int) -> str:
    return f"{words}（{count}）" if count else words


def named(turn: Turn, text: str) -> str | None:
    """The choice of the menu's button that is called so, where she may use it: staff type what they read on it yesterday."""
    called = _COUNTED.sub("", text)
    words = turn.content.phrases.texts
    entries = [entry for entry in turn.content.capabilities.menu if words[entry.phrase] == called]
    return next((entry.route for entry in entries if scopes(turn.roles(), entry.needs)), None)
