"""A grid cell changes hands: until the new worker says so the old one keeps everything, and then everything is hers at once.

A door form that the old worker left half filled goes with the cell: the visit stays open, and the new worker goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers.content import Content
from handlers.scene import row_id
from handlers.tell import tell
from handlers.turn import Turn
from storage.people import persons
from storage.staff import roles
from storage.survey import handovers
from storage.survey.handovers import Load, Offered, Place, Worker

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
    found = handovers.workers(turn.tx, row.id, row.community_id)
    who = "、".join(
        turn.called(one.name, one.key) if one.cell_id else turn.words("handovers.whole", who=turn.called(one.name, one.key))
        for one in found
    )
    who = who or turn.words("handovers.nobody_works")
    if (open_ := handovers.open_of(turn.tx, row.id)) is not None:
        return turn.words("handovers.cell_offered", number=number, cell=row.called, who=who, to=_name(turn, open_.to_id))
    return turn.words("handovers.cell", number=number, cell=row.called, who=who, **_counts(handovers.load(turn.tx, row.id)))


def _name(turn: Turn, person_id: int) -> str:
    known = persons.get(turn.tx, person_id)
    return turn.called(known.name, known.key)


def _counts(load: Load) -> dict[str, int]:
    return {"women": load.women, "visits": load.visits, "tasks": load.tasks}


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button: `list:8`, `take|no|back:<handover>`, or `<cell>[:<from, 0 for nobody>[:<to>]]`."""
    head, _, rest = argument.partition(":")
    match head:
        case "list":
            return overview(turn, rest)
        case "take":
            return _take(turn, _waiting_for(turn, rest))
        case "no":
            return _decline(turn, _waiting_for(turn, rest))
        case "back":
            return _back(turn, rest)
    cell = handovers.cell(turn.tx, row_id(head))
    if cell is None:
        raise Refused("handovers.gone")
    if not may(turn.roles(), "cells.handover", cell.community_id, cell_id=cell.id):
        raise Refused("staff.not_allowed")
    if (open_ := handovers.open_of(turn.tx, cell.id)) is not None:
        return [_already(turn, cell, open_)]
    before, _, to = rest.partition(":")
    return _choose(turn, cell, before, to)


def _already(turn: Turn, cell: Place, open_: Offered) -> Outbound:
    back = turn.button("handovers.back", f"handover:back:{open_.id}")
    return turn.say("handovers.open_already", (back,), cell=cell.called, to=_name(turn, open_.to_id))


def _choose(turn: Turn, cell: Place, before: str, to: str) -> list[Outbound]:
    """From whom, where several share the cell, then to whom."""
    of_cell = {row.id: row for row in handovers.workers(turn.tx, cell.id, cell.community_id) if row.cell_id}
    if not before and len(of_cell) > 1:
        rows = ((Button(turn.called(row.name, row.key), f"handover:{cell.id}:{row.id}"),) for row in of_cell.values())
        return [turn.say("handovers.from_whom", *rows, cell=cell.called)]
    from_id = row_id(before) if before else next(iter(of_cell), 0)
    if (from_id or of_cell) and from_id not in of_cell:
        raise Refused("handovers.gone")
    others = {row.id: row for row in handovers.colleagues(turn.tx, cell.community_id) if row.id not in of_cell}
    if to and not to.startswith("p"):
        if row_id(to) not in others:
            raise Refused("handovers.gone")
        return _offer(turn, cell, from_id or None, row_id(to))
    return _to_whom(turn, cell, from_id, list(others.values()), start=row_id(to.removeprefix("p")))


def _to_whom(turn: Turn, cell: Place, from_id: int, others: list[Worker], *, start: int) -> list[Outbound]:
    if not others:
        raise Refused("handovers.nobody_else")
    here = f"handover:{cell.id}:{from_id}"
    rows = [(Button(turn.called(row.name, row.key), f"{here}:{row.id}"),) for row in others[start : start + COLLEAGUES]]
    if start + COLLEAGUES < len(others):
        rows.append((turn.button("handovers.more", f"{here}:p{start + COLLEAGUES}"),))
    return [turn.say("handovers.to_whom", *rows, cell=cell.called)]


def _offer(turn: Turn, cell: Place, from_id: int | None, to_id: int) -> list[Outbound]:
    row = handovers.offer(turn.tx, cell.id, from_id=from_id, to_id=to_id, by=turn.person_id, now=turn.now)
    if row is None:
        raise Refused("handovers.gone")
    _log(turn, "cells.handover", cell.id)
    said = {"cell": cell.called, "to": _name(turn, to_id), **_counts(handovers.load(turn.tx, cell.id))}
    tell(turn.tx, turn.content, [to_id], "staff", turn.say("handovers.asked", *_answers(turn, row), **said), now=turn.now)
    back = (turn.button("handovers.back", f"handover:back:{row}"),)
    if from_id is None:
        return [turn.say("handovers.offered_nobody", back, **said)]
    tell(turn.tx, turn.content, [from_id], "staff", turn.say("handovers.told_before", **said), now=turn.now)
    return [turn.say("handovers.offered", back, before=turn.words("handovers.still", who=_name(turn, from_id)), **said)]


def _answers(turn: Turn, handover_id: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (turn.button("handovers.take", f"handover:take:{handover_id}"),),
        (turn.button("handovers.cannot", f"handover:no:{handover_id}"),),
    )


def _log(turn: Turn, action: str, cell_id: int) -> None:
    turn.log(action, "cell", cell_id)


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
    cell = handovers.cell(turn.tx, row.cell_id)
    assert cell is not None
    return turn.say("handovers.asked", *_answers(turn, row.id), cell=cell.called, **_counts(handovers.load(turn.tx, cell.id)))


def _waiting_for(turn: Turn, argument: str) -> tuple[Offered, Place]:
    """An open handover to her, and its cell."""
    row = handovers.get(turn.tx, row_id(argument))
    if row is None or row.to_id != turn.person_id or row.ended_at is not None:
        raise Refused("handovers.gone")
    cell = handovers.cell(turn.tx, row.cell_id)
    assert cell is not None
    return row, cell


def _take(turn: Turn, found: tuple[Offered, Place]) -> list[Outbound]:
    """接手: in force with this word."""
    row, cell = found
    if not any(held.role == handovers.WORKER and held.community_id == cell.community_id for held in turn.roles()):
        raise Refused("handovers.not_worker")
    half = len(handovers.drafts(turn.tx, cell.id, row.from_id)) if row.from_id is not None else 0
    came = handovers.acknowledge(turn.tx, row, now=turn.now)
    if came is None:
        raise Refused("handovers.gone")
    _log(turn, "cells.acknowledge", cell.id)
    said = {"cell": cell.called, "to": _name(turn, turn.person_id), **_counts(came)}
    tell(turn.tx, turn.content, [row.offered_by], "staff", turn.say("handovers.taken_word", **said), now=turn.now)
    if row.from_id is not None and row.from_id != row.offered_by:
        text = [turn.words("handovers.given_word", **said), *([turn.words("handovers.given_drafts", count=half)] if half else [])]
        tell(turn.tx, turn.content, [row.from_id], "staff", Outbound(text="\n".join(text)), now=turn.now)
    text = [turn.words("handovers.taken", **said), *([turn.words("handovers.taken_drafts", count=half)] if half else [])]
    return [Outbound(text="\n".join(text))]


def _decline(turn: Turn, found: tuple[Offered, Place]) -> list[Outbound]:
    """现在接不了: nothing moved, and the coordinator looks for somebody else."""
    row, cell = found
    if not handovers.end(turn.tx, row.id, now=turn.now):
        raise Refused("handovers.gone")
    _log(turn, "cells.decline", cell.id)
    again = (turn.button("handovers.menu", "cells"),)
    word = turn.say("handovers.declined_word", again, cell=cell.called, to=_name(turn, turn.person_id))
    tell(turn.tx, turn.content, responsible(turn.tx, row, cell), "staff", word, now=turn.now)
    return [turn.say("handovers.declined")]


def _back(turn: Turn, argument: str) -> list[Outbound]:
    """收回这次交接, before it is acknowledged."""
    row = handovers.get(turn.tx, row_id(argument))
    cell = handovers.cell(turn.tx, row.cell_id) if row is not None else None
    if row is None or cell is None:
        raise Refused("handovers.gone")
    if not may(turn.roles(), "cells.handover", cell.community_id, cell_id=cell.id):
        raise Refused("staff.not_allowed")
    if not handovers.end(turn.tx, row.id, now=turn.now):
        raise Refused("handovers.gone")
    _log(turn, "cells.take_back", cell.id)
    tell(turn.tx, turn.content, [row.to_id], "staff", turn.say("handovers.taken_back_word", cell=cell.called), now=turn.now)
    return [turn.say("handovers.taken_back", cell=cell.called)]


def responsible(tx: Connection, row: Offered, cell: Place) -> Iterable[int]:
    """Who offered it, if she still may; else whoever may now."""
    offered_by = row.offered_by
    held = roles.roles_of(tx, offered_by)
    if may(held, "cells.handover", cell.community_id, cell_id=cell.id):
        return [offered_by]
    return roles.staff(tx, "coordinator", cell.community_id) or roles.staff(tx, "federation", None)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """Of a handover nobody acknowledged the new worker is reminded after a day, the coordinator told after three; how many were."""
    rows = handovers.to_remind(tx, first=now - REMIND_AFTER, second=now - TELL_AFTER, limit=STEP)
    for row in rows:
        cell = handovers.cell(tx, row.cell_id)
        assert cell is not None
        turn = Turn.to(tx, content, row.to_id, now=now)
        if row.reminded == 0:
            tell(tx, content, [row.to_id], "staff", turn.say("handovers.remind", *_answers(turn, row.id), cell=cell.called), now=now)
        else:
            back = (turn.button("handovers.back", f"handover:back:{row.id}"),)
            word = turn.say("handovers.late", back, cell=cell.called, to=_name(turn, row.to_id))
            tell(tx, content, responsible(tx, row, cell), "staff", word, now=now)
        handovers.reminded(tx, row.id, times=row.reminded + 1)
    return len(rows)
