"""What staff have to do about a person: lists by kind, each only for who may see them there, closed with one tap that says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.access import Held, Scope, may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers import follow_ups, wages
from handlers import work as offers
from handlers.turn import Content, Turn, row_id
from storage import roles, tasks

SHOWN = 5
STEP = 200

# (turn, the task, how it ended): what else follows from that.
Closed = Callable[[Turn, Mapping[str, Any], str], None]
OFFICE = frozenset({"coordinator", "federation"})
STREET = OFFICE | {"grid_worker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The rules of one kind of task; its title is the phrase tasks.kind_…, an outcome's button tasks.outcome_….

    `roles` have it on their list, each in its own scope; `ends` is the rule of storage.tasks.ENDS by which it ends by itself;
    `private` is only for channels that carry private matters.
    """

    roles: frozenset[str]
    outcomes: tuple[str, ...]
    ends: str = ""
    private: bool = False
    closed: Closed | None = None


KINDS: dict[str, Kind] = {
    # Wages not paid, or too little (follow-up): nobody's but the coordinator's, until it is settled.
    "wage": Kind(roles=OFFICE, outcomes=("repaid", "cleared", "labour"), private=True, closed=wages.closed),
    # What she said in a follow-up besides: somebody has to read it.
    "word": Kind(roles=OFFICE, outcomes=("read",), private=True),
    # Asked twice how it goes, and she did not answer.
    "no_answer": Kind(roles=STREET, outcomes=("still", "left", "wage", "lost"), ends="answered", closed=follow_ups.visited),
    # She asked for work, and was offered none for two weeks.
    "nothing": Kind(roles=STREET, outcomes=("spoke", "has_work", "not_now"), ends="offered"),
    # A notice did not reach her: somebody has to knock.
    "knock": Kind(roles=STREET, outcomes=("told", "moved"), ends="wrote"),
}
ENDING = {name: kind.ends for name, kind in KINDS.items() if kind.ends}


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """What is to be done, counted by kind; with a kind (and the task after which to go on) one by one. Every look is logged."""
    if not any(_where(turn.roles(), name) for name in KINDS):
        raise Refused("staff.not_allowed")
    name, _, after = argument.partition(":")
    if name in KINDS:
        return _list(turn, name, after=row_id(after))
    held = turn.roles()
    found = {one: tasks.count(turn.tx, _where(held, one), kinds=[one], ends=kind.ends) for one, kind in KINDS.items()}
    rows = [(turn.button("tasks.some", f"todo:{one}", what=turn.words(f"tasks.kind_{one}"), count=n),) for one, n in found.items() if n]
    return [turn.say("tasks.all", *rows)] if rows else [turn.say("tasks.none")]


def _where(held: list[Held], kind: str) -> list[Scope]:
    """Where the roles she holds put this kind on her list."""
    return scopes(_of_kind(held, kind), "tasks.see")


def _of_kind(held: list[Held], kind: str) -> list[Held]:
    return [one for one in held if one.role in KINDS[kind].roles]


def _list(turn: Turn, name: str, *, after: int) -> list[Outbound]:
    kind, where = KINDS[name], _where(turn.roles(), name)
    if not where:
        raise Refused("staff.not_allowed")
    rows = tasks.open_(turn.tx, where, kinds=[name], ends=kind.ends, limit=SHOWN + 1, after=after)
    if not rows:
        return [turn.say("tasks.no_more" if after else "tasks.none_of", what=turn.words(f"tasks.kind_{name}"))]
    for row in rows[:SHOWN]:
        roles.log(turn.tx, actor_id=turn.person_id, action="tasks.see", subject_kind="person", subject_id=row["person_id"], now=turn.now)
    more = ((turn.button("tasks.more", f"todo:{name}:{rows[SHOWN - 1]['id']}"),),) if len(rows) > SHOWN else ()
    shown = [_card(turn, row) for row in rows[:SHOWN]]
    return [*shown, turn.say("tasks.there_is_more", *more)] if more else shown


def _card(turn: Turn, row: Mapping[str, Any]) -> Outbound:
    kind = KINDS[row["kind"]]
    lines = [
        turn.words("tasks.head", what=turn.words(f"tasks.kind_{row['kind']}"), number=row["id"]),
        turn.words("tasks.who", who=offers.name_of(turn, row), phone=row["phone"] or turn.words("staff.no_phone")),
        *([turn.words("tasks.where", building=row["building"])] if row["building"] else []),
        *([row["said"]] if row["said"] else []),
    ]
    buttons = tuple(Button(turn.words(f"tasks.outcome_{outcome}"), f"task:{row['id']}:{outcome}") for outcome in kind.outcomes)
    return Outbound(text="\n".join(lines), buttons=tuple((button,) for button in buttons), private=kind.private)


def close(turn: Turn, argument: str) -> list[Outbound]:
    """Done, and how it ended: off the list."""
    number, _, outcome = argument.partition(":")
    task = tasks.get(turn.tx, row_id(number))
    kind = KINDS.get(task["kind"]) if task else None
    if task is None or kind is None or outcome not in kind.outcomes:
        raise Refused("tasks.gone")
    if not may(_of_kind(turn.roles(), task["kind"]), "tasks.close", task["community_id"], cell_id=task["cell_id"]):
        raise Refused("staff.not_allowed")
    if not tasks.close(turn.tx, task["id"], by=turn.person_id, outcome=outcome, now=turn.now):
        return [turn.say("tasks.closed_before")]
    roles.log(turn.tx, actor_id=turn.person_id, action="tasks.close", subject_kind="person", subject_id=task["person_id"], now=turn.now)
    if kind.closed is not None:
        kind.closed(turn, task, outcome)
    return [turn.say("tasks.closed", (turn.button("tasks.menu", f"todo:{task['kind']}"),))]


def settle(tx: Connection, content: Content, now: datetime) -> int:
    """What ended by itself goes off the lists; how many."""
    return tasks.settle(tx, ENDING, now=now, limit=STEP)


def in_vain(tx: Connection, content: Content, now: datetime) -> list[int]:
    """Who asked for work and was offered none for as long as the settings say. Reads only, since it may take long."""
    return tasks.without_offer(tx, before=now - content.rules.nothing_after)


def list_in_vain(tx: Connection, content: Content, now: datetime, *, among: list[int]) -> int:
    """Put those of them on the lists for whom it is still so; how many."""
    found = tasks.without_offer(tx, before=now - content.rules.nothing_after, among=among)
    for person_id in found:
        tasks.put(tx, "nothing", person_id, now=now)
    return len(found)
