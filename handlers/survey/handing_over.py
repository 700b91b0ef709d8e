"""A cell is offered to another worker, taken, declined or taken back, by a scene alone; everybody whom it concerns is told.

Until the new worker says so the old one keeps everything, and then everything is hers at once. A door form that the old worker left half
filled goes with the cell: the visit stays open, and the new worker goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from domain.access import may
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.voice import Voice
from storage.people import persons
from storage.staff import roles
from storage.survey import handovers
from storage.survey.handovers import Load, Offered, Place, Worker


class Offer(NamedTuple):
    """A handover that waits for the new worker's word, and what goes with the cell; `from_id` is who has it now, None for nobody."""

    id: int
    cell: Place
    from_id: int | None
    load: Load


class Taken(NamedTuple):
    """The cell, what came with it, and how many forms the old worker left half filled."""

    cell: Place
    load: Load
    drafts: int


class Hands(NamedTuple):
    """Who works a cell of her own, and who of the community could have it instead."""

    of_cell: dict[int, Worker]
    others: dict[int, Worker]


def movable(scene: Scene, cell_id: int) -> Place:
    """A cell that she may hand over. Raises Refused."""
    cell = handovers.place(scene.tx, cell_id)
    if cell is None:
        raise Refused("handovers.gone")
    scene.need("cells.handover", cell.community_id, cell_id=cell.id)
    return cell


def hands(tx: Connection, cell: Place) -> Hands:
    """Between whom a cell can be handed over."""
    of_cell = {row.id: row for row in handovers.workers(tx, cell.id, cell.community_id) if row.cell_id}
    return Hands(of_cell, {row.id: row for row in handovers.colleagues(tx, cell.community_id) if row.id not in of_cell})


def offer(scene: Scene, cell_id: int, from_id: int | None, to_id: int) -> Offer:
    """Offer a cell to a worker; she and the old one, if there is one, are told.

    Raises Refused where she may not, where it is not the old one's or not for the new one, and where one is under way already.
    """
    cell = movable(scene, cell_id)
    between = hands(scene.tx, cell)
    held = from_id in between.of_cell if between.of_cell else from_id is None
    if not held or to_id not in between.others:
        raise Refused("handovers.gone")
    number = handovers.offer(scene.tx, cell.id, from_id=from_id, to_id=to_id, by=scene.person_id, now=scene.now)
    if number is None:
        raise Refused("handovers.gone")
    scene.log("cells.handover", "cell", cell.id)
    voice, load = for_others(scene.content), handovers.load(scene.tx, cell.id)
    about = {"cell": cell.called, "to": called(scene.tx, voice, to_id), **counts(load)}
    _tell(scene, to_id, voice.say("handovers.asked", *answers(voice, number), **about))
    if from_id is not None:
        _tell(scene, from_id, voice.say("handovers.told_before", **about))
    return Offer(number, cell, from_id, load)


def take(scene: Scene, handover_id: int) -> Taken:
    """Hers with this word; who offered it and who had it are told. Raises Refused where she works not there, or somebody was faster."""
    row, cell = _for_her(scene, handover_id)
    if not any(held.role == handovers.WORKER and held.community_id == cell.community_id for held in scene.roles()):
        raise Refused("handovers.not_worker")
    half = len(handovers.drafts(scene.tx, cell.id, row.from_id)) if row.from_id is not None else 0
    came = handovers.acknowledge(scene.tx, row, now=scene.now)
    if came is None:
        raise Refused("handovers.gone")
    scene.log("cells.acknowledge", "cell", cell.id)
    voice = for_others(scene.content)
    about = {"cell": cell.called, "to": called(scene.tx, voice, scene.person_id), **counts(came)}
    _tell(scene, row.offered_by, voice.say("handovers.taken_word", **about))
    if row.from_id is not None and row.from_id != row.offered_by:
        lines = [voice.words("handovers.given_word", **about), *([voice.words("handovers.given_drafts", count=half)] if half else [])]
        _tell(scene, row.from_id, Outbound(text="\n".join(lines)))
    return Taken(cell, came, half)


def decline(scene: Scene, handover_id: int) -> None:
    """Nothing moved, and whoever is responsible looks for somebody else. Raises Refused where it is over already."""
    row, cell = _for_her(scene, handover_id)
    if not handovers.end(scene.tx, row.id, now=scene.now):
        raise Refused("handovers.gone")
    scene.log("cells.decline", "cell", cell.id)
    voice = for_others(scene.content)
    again = (voice.button("handovers.menu", "cells"),)
    word = voice.say("handovers.declined_word", again, cell=cell.called, to=called(scene.tx, voice, scene.person_id))
    tell(scene.tx, scene.content, responsible(scene.tx, row, cell), "staff", word, now=scene.now)


def take_back(scene: Scene, handover_id: int) -> Place:
    """It is not offered any more, before it is acknowledged; the cell. Raises Refused where she may not, or it is too late."""
    row = handovers.get(scene.tx, handover_id)
    if row is None:
        raise Refused("handovers.gone")
    cell = movable(scene, row.cell_id)
    if not handovers.end(scene.tx, row.id, now=scene.now):
        raise Refused("handovers.gone")
    scene.log("cells.take_back", "cell", cell.id)
    _tell(scene, row.to_id, for_others(scene.content).say("handovers.taken_back_word", cell=cell.called))
    return cell


def _for_her(scene: Scene, handover_id: int) -> tuple[Offered, Place]:
    """An open handover to her, and its cell."""
    row = handovers.get(scene.tx, handover_id)
    if row is None or row.to_id != scene.person_id or row.ended_at is not None:
        raise Refused("handovers.gone")
    cell = handovers.place(scene.tx, row.cell_id)
    assert cell is not None
    return row, cell


def _tell(scene: Scene, person_id: int, word: Outbound) -> None:
    tell(scene.tx, scene.content, [person_id], "staff", word, now=scene.now)


def responsible(tx: Connection, row: Offered, cell: Place) -> Iterable[int]:
    """Who offered it, if she still may; else whoever may now."""
    offered_by = row.offered_by
    held = roles.roles_of(tx, offered_by)
    if may(held, "cells.handover", cell.community_id, cell_id=cell.id):
        return [offered_by]
    return roles.staff(tx, "coordinator", cell.community_id) or roles.staff(tx, "federation", None)


def called(tx: Connection, voice: Voice, person_id: int) -> str:
    """What staff call her."""
    known = persons.get(tx, person_id)
    return voice.called(known.name, known.key)


def counts(load: Load) -> dict[str, int]:
    """What goes with a cell, for a phrase."""
    return {"women": load.women, "visits": load.visits, "tasks": load.tasks}


def answers(voice: Voice, handover_id: int) -> tuple[tuple[Button, ...], ...]:
    """The buttons below an offer."""
    return (
        (voice.button("handovers.take", f"handover:take:{handover_id}"),),
        (voice.button("handovers.cannot", f"handover:no:{handover_id}"),),
    )
