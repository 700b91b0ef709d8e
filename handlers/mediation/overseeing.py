"""The coordinator's view: states and deadlines of her place, whom to ask, and no word of what was said; the data officer's: who looked at what."""

from __future__ import annotations

from domain.errors import Refused
from domain.mediation.assigning import Mediator
from domain.mediation.states import OPEN
from domain.messages import Button, Outbound
from handlers.mediation import asking, wording
from handlers.mediation.opening import fetched, opened, viewer
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.mediation import assignments, looks, visible
from storage.mediation.seen import How, Seen
from storage.people import persons

SHOWN = 10
STATES: tuple[How, ...] = ("oversees",)
OVER: tuple[How, ...] = ("oversees", "holds", "asked", "receives")


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """调解进度: open cases of her place, what is due first first."""
    turn.scopes("cases.oversee")
    after = row_id(argument)
    rows = visible.listed(turn.tx, viewer(turn), how=STATES, after=after, limit=SHOWN)
    count = visible.count(turn.tx, viewer(turn), how=STATES, states=tuple(OPEN))
    buttons: list[tuple[Button, ...]] = [(Button(_line(turn, row), f"case_over:{row.id}"),) for row in rows]
    if (left := count - after - len(rows)) > 0:
        buttons.append((turn.button("mediation.more", f"cases_over:{after + len(rows)}", count=left),))
    return [turn.say("mediation.overseen" if rows else "mediation.overseen_none", *buttons, count=count)]


def _line(turn: Turn, row: Seen) -> str:
    late = turn.words("mediation.late_mark") if row.due_at is not None and row.due_at <= turn.now else ""
    return f"{late}{wording.number_of(turn, row)} · {row.community} · {turn.words(f'mediation.state.{row.state}')}"


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`case_over:7` shows how it stands; `:give[:person]` gives it to somebody else."""
    number, _, deed = argument.partition(":")
    turn.scopes("cases.oversee")
    row = opened(turn, row_id(number), *OVER)
    verb, _, rest = deed.partition(":")
    if verb == "give":
        return _give(turn, row, rest)
    if verb:
        raise Refused("talk.old_button")
    return [_card(turn, row)]


def _card(turn: Turn, row: Seen) -> Outbound:
    lines = [wording.head(turn, row)]
    for one in visible.assignments(turn.tx, viewer(turn), row.id)[-5:]:
        status = turn.words(f"mediation.assignment.{one.status}")
        lines.append(turn.words("mediation.assignment_line", who=turn.called(one.name, one.key), status=status))
    for step in visible.steps(turn.tx, viewer(turn), row.id)[-8:]:
        lines.append(turn.words("mediation.step_line", at=wording.when(turn, step.at), deed=turn.words(f"mediation.deed.{step.deed}")))
    give = ((turn.button("mediation.give", f"case_over:{row.id}:give"),),) if row.ended_at is None else ()
    return Outbound(text="\n".join(lines), buttons=(*give, (turn.button("mediation.list", "cases_over"),)))


def able(scene: Scene, row: Seen) -> list[Mediator]:
    """Who could have it: with room, without conflict, and not who has it. Raises Refused for a case of another place."""
    scene.need("cases.oversee", row.community_id)
    free = assignments.free_of_conflict(scene.tx, fetched(scene, row.id), now=scene.now)
    current = assignments.current(scene.tx, row.id)
    mediators = [one for one in free if one.busy < scene.content.rules.mediator_capacity]
    # Mediators of other places are asked by their own.
    mediators = [one for one in mediators if one.near or scene.may("cases.oversee", None)]
    return [one for one in mediators if current is None or one.person_id != current.mediator_id]


def give(scene: Scene, row: Seen, to: int) -> None:
    """Somebody else gets it; who had it keeps no word of it. Raises Refused."""
    if to not in [one.person_id for one in able(scene, row)]:
        raise Refused("mediation.conflict")
    asking.give_back(scene, row.id, to=to)


def _give(turn: Turn, row: Seen, whom: str) -> list[Outbound]:
    """To whom it can go, or that it goes there."""
    if not whom:
        mediators, rows = able(turn, row), []
        for one in mediators[:SHOWN]:
            person = persons.get(turn.tx, one.person_id)
            name = turn.called(person.name, person.key)
            rows.append((turn.button("mediation.give_to", f"case_over:{row.id}:give:{one.person_id}", who=name, count=one.busy),))
        return [turn.say("mediation.give_whom" if rows else "mediation.give_nobody", *rows)]
    give(turn, row, row_id(whom))
    return [turn.say("mediation.given", (turn.button("mediation.list", "cases_over"),))]


def looked(turn: Turn, argument: str = "") -> list[Outbound]:
    """查阅记录: who looked at which case when, newest first, by ids; never what stood there. Looking is logged as well."""
    after = row_id(argument)
    rows = looks.of_cases(turn.tx, before=after or None, limit=SHOWN * 2)
    turn.log("access_log.see", "access_log", None)
    if not rows:
        return [turn.say("mediation.looks_none")]
    lines = [turn.words("mediation.looks")]
    for row in rows:
        who = turn.called(row.name, row.key) if row.key else turn.words("mediation.program")
        lines.append(
            turn.words("mediation.look_line", at=wording.when(turn, row.at), who=who, action=row.action, number=row.subject_id or 0)
        )
    more = ((turn.button("mediation.older", f"looks:{rows[-1].id}"),),) if len(rows) == SHOWN * 2 else ()
    return [Outbound(text="\n".join(lines), buttons=more)]
