"""Handing a grid cell over, in chat: which cell, from whom, to whom, and the new worker's word; reminders where it stays away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers.content import Content
from handlers.scene import row_id
from handlers.survey import handing_over
from handlers.survey.handing_over import answers, called, counts, responsible
from handlers.tell import tell
from handlers.turn import Turn
from storage.survey import handovers
from storage.survey.handovers import Offered, Place, Worker

PAGE = 8
COLLEAGUES = 20
# The new worker is reminded, then the coordinator is told.
REMIND_AFTER, TELL_AFTER = timedelta(days=1), timedelta(days=3)
STEP = 50


def overview(turn: Turn, argument: str = "") -> list[Outbound]:
    """The grid cells within her scope with who works them, those of nobody first; each can be handed over."""
    where = scopes(turn.roles(), "cells.handover")
    if not where:
        raise Refused("staff.not_allowed")
    start = row_id(argument)
    rows = handovers.cells(turn.tx, where, after=start, limit=PAGE + 1)
    if not rows:
        return [turn.say("handovers.no_cells")]
    lines = [turn.words("handovers.cells")]
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows[:PAGE], start + 1):
        lines.append(_line(turn, row, number))
        buttons.append((turn.button("handovers.hand", f"handover:{row.id}", number=number, cell=row.name),))
    if len(rows) > PAGE:
        buttons.append((turn.button("handovers.more", f"handover:list:{start + PAGE}"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(buttons))]


def _line(turn: Turn, row: Place, number: int) -> str:
    workers = handovers.workers(turn.tx, row.id, row.community_id)
    who = "、".join(
        turn.called(one.name, one.key) if one.cell_id else turn.words("handovers.whole", who=turn.called(one.name, one.key))
        for one in workers
    )
    who = who or turn.words("handovers.nobody_works")
    if (open_ := handovers.open_of(turn.tx, row.id)) is not None:
        return turn.words("handovers.cell_offered", number=number, cell=row.called, who=who, to=called(turn.tx, turn, open_.to_id))
    return turn.words("handovers.cell", number=number, cell=row.called, who=who, **counts(handovers.load(turn.tx, row.id)))


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button: `list:8`, `take|no|back:<handover>`, or `<cell>[:<from, 0 for nobody>[:<to>]]`."""
    head, _, rest = argument.partition(":")
    match head:
        case "list":
            return overview(turn, rest)
        case "take":
            return _take(turn, row_id(rest))
        case "no":
            return _decline(turn, row_id(rest))
        case "back":
            return _back(turn, row_id(rest))
    cell = handing_over.movable(turn, row_id(head))
    if (open_ := handovers.open_of(turn.tx, cell.id)) is not None:
        return [_already(turn, cell, open_)]
    before, _, to = rest.partition(":")
    return _choose(turn, cell, before, to)


def _already(turn: Turn, cell: Place, open_: Offered) -> Outbound:
    back = turn.button("handovers.back", f"handover:back:{open_.id}")
    return turn.say("handovers.open_already", (back,), cell=cell.called, to=called(turn.tx, turn, open_.to_id))


def _choose(turn: Turn, cell: Place, before: str, to: str) -> list[Outbound]:
    """From whom, where several share the cell, then to whom."""
    of_cell, others = handing_over.hands(turn.tx, cell)
    if not before and len(of_cell) > 1:
        rows = ((Button(turn.called(row.name, row.key), f"handover:{cell.id}:{row.id}"),) for row in of_cell.values())
        return [turn.say("handovers.from_whom", *rows, cell=cell.called)]
    from_id = row_id(before) if before else next(iter(of_cell), 0)
    if to and not to.startswith("p"):
        return _offer(turn, cell.id, from_id or None, row_id(to))
    return _to_whom(turn, cell, from_id, list(others.values()), start=row_id(to.removeprefix("p")))


def _to_whom(turn: Turn, cell: Place, from_id: int, others: list[Worker], *, start: int) -> list[Outbound]:
    if not others:
        raise Refused("handovers.nobody_else")
    here = f"handover:{cell.id}:{from_id}"
    rows = [(Button(turn.called(row.name, row.key), f"{here}:{row.id}"),) for row in others[start : start + COLLEAGUES]]
    if start + COLLEAGUES < len(others):
        rows.append((turn.button("handovers.more", f"{here}:p{start + COLLEAGUES}"),))
    return [turn.say("handovers.to_whom", *rows, cell=cell.called)]


def _offer(turn: Turn, cell_id: int, from_id: int | None, to_id: int) -> list[Outbound]:
    made = handing_over.offer(turn, cell_id, from_id, to_id)
    back = (turn.button("handovers.back", f"handover:back:{made.id}"),)
    about = {"cell": made.cell.called, "to": called(turn.tx, turn, to_id), **counts(made.load)}
    if from_id is None:
        return [turn.say("handovers.offered_nobody", back, **about)]
    return [turn.say("handovers.offered", back, before=turn.words("handovers.still", who=called(turn.tx, turn, from_id)), **about)]


def waiting(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What waits for her own word."""
    rows = handovers.open_for(turn.tx, turn.person_id)
    if not rows:
        return [turn.say("handovers.none_waiting")]
    return [_asked(turn, row) for row in rows]


def waits(turn: Turn) -> bool:
    """Whether a cell is offered to her, who works one."""
    return any(one.role == handovers.WORKER for one in turn.roles()) and bool(handovers.open_for(turn.tx, turn.person_id))


def _asked(turn: Turn, row: Offered) -> Outbound:
    cell = handovers.place(turn.tx, row.cell_id)
    assert cell is not None
    return turn.say("handovers.asked", *answers(turn, row.id), cell=cell.called, **counts(handovers.load(turn.tx, cell.id)))


def _take(turn: Turn, handover_id: int) -> list[Outbound]:
    """接手: in force with this word."""
    taken = handing_over.take(turn, handover_id)
    about = {"cell": taken.cell.called, "to": called(turn.tx, turn, turn.person_id), **counts(taken.load)}
    drafts = [turn.words("handovers.taken_drafts", count=taken.drafts)] if taken.drafts else []
    return [Outbound(text="\n".join([turn.words("handovers.taken", **about), *drafts]))]


def _decline(turn: Turn, handover_id: int) -> list[Outbound]:
    """现在接不了: the coordinator looks for somebody else."""
    handing_over.decline(turn, handover_id)
    return [turn.say("handovers.declined")]


def _back(turn: Turn, handover_id: int) -> list[Outbound]:
    """收回这次交接, before it is acknowledged."""
    return [turn.say("handovers.taken_back", cell=handing_over.take_back(turn, handover_id).called)]


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """Of a handover nobody acknowledged the new worker is reminded after a day, the coordinator told after three; how many were."""
    rows = handovers.to_remind(tx, first=now - REMIND_AFTER, second=now - TELL_AFTER, limit=STEP)
    for row in rows:
        cell = handovers.place(tx, row.cell_id)
        assert cell is not None
        turn = Turn.to(tx, content, row.to_id, now=now)
        if row.reminded == 0:
            tell(tx, content, [row.to_id], "staff", turn.say("handovers.remind", *answers(turn, row.id), cell=cell.called), now=now)
        else:
            back = (turn.button("handovers.back", f"handover:back:{row.id}"),)
            word = turn.say("handovers.late", back, cell=cell.called, to=called(turn.tx, turn, row.to_id))
            tell(tx, content, responsible(tx, row, cell), "staff", word, now=now)
        handovers.reminded(tx, row.id, times=row.reminded + 1)
    return len(rows)
