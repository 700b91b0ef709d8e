"""The staff's menu, made of what the capabilities show: the buttons that a person's roles allow with what waits behind each, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from domain.access import Held, scopes
from domain.messages import Button
from handlers.scene import Scene
from handlers.turn import Turn
from storage.staff import tasks

if TYPE_CHECKING:
    from handlers.capability import Entry

# The count behind a button's words.
_COUNTED = re.compile(r"（\d+）$")


# Where tasks stand among what waits, and the route that lists all that waits.
TASKS, TODO = 30, "tasks"
# So many entries are shown as they are; of more, those up to this rank are under 办事. What is due first, at most so many, stands above.
FEW, DAILY, FIRST = 6, 90, 4


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


def due(scene: Scene) -> list[Counted]:
    """What of that there is any of, the late first."""
    return sorted((one for one in counted(scene) if one.all), key=lambda one: (one.late == 0, one.rank))


def mine(turn: Turn) -> list[Entry]:
    """The entries of the staff's menu that her roles allow and that have something to show."""
    held = turn.roles()
    return [entry for entry in turn.content.capabilities.menu if scopes(held, entry.needs) and (entry.shown is None or entry.shown(turn))]


class Menu(NamedTuple):
    """The rows of somebody's menu; `waiting` is how much is due where they are what is due and three buttons, None where they are all entries."""

    rows: list[tuple[Button, ...]]
    waiting: int | None = None


def menu(turn: Turn) -> Menu:
    """What staff have in their menu: where it is more than a phone shows at a glance, what is due first, and below it three buttons."""
    entries = mine(turn)
    if len(entries) <= FEW or all(entry.route != TODO for entry in entries):
        return Menu(_paired(turn, entries))
    waits = due(turn)
    first = [(Button(_label(turn.words(one.phrase), one.all), one.route),) for one in waits[:FIRST]]
    count = sum(one.all for one in waits)
    todo = Button(turn.words("staff.menu_todo" if count else "staff.menu_todo_none", count=count), TODO)
    return Menu([*first, (todo, turn.button("staff.menu_do", "staff_menu:do"), turn.button("staff.menu_more", "staff_menu:more"))], count)


def part(turn: Turn, of: str) -> list[tuple[Button, ...]]:
    """办事, or 更多: the entries used daily, or the others."""
    return _paired(turn, [entry for entry in mine(turn) if entry.route != TODO and (entry.rank <= DAILY) == (of == "do")])


def _paired(turn: Turn, entries: list[Entry]) -> list[tuple[Button, ...]]:
    """Two in a row, each with what waits behind it."""
    waits: dict[str, int] = {}
    for one in counted(turn) if entries else ():
        route = one.route.partition(":")[0]
        waits[route] = waits.get(route, 0) + one.all
    buttons = [Button(_label(turn.words(entry.phrase), waits.get(entry.route, 0)), entry.route) for entry in entries]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _label(words: str, count: int) -> str:
    return f"{words}（{count}）" if count else words


def named(turn: Turn, text: str) -> str | None:
    """The choice of the menu's button that is called so, where she may use it: staff type what they read on it yesterday."""
    called = _COUNTED.sub("", text)
    words = turn.content.phrases.texts
    entries = [entry for entry in turn.content.capabilities.menu if words[entry.phrase] == called]
    return next((entry.route for entry in entries if scopes(turn.roles(), entry.needs)), None)
