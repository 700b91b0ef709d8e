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
from storage.survey.handovers import Load, Offered, Place


class Offer(NamedTuple):
    """A handover that waits for the new worker's word, and what goes with the cell."""

    id: int
    load: Load


class Taken(NamedTuple):
    """What came with the cell, and how many forms the old worker left half filled."""

    load: Load
    drafts: int


def offer(scene: Scene, cell: Place, from_id: int | None, to_id: int) -> Offer:
    """Offer a cell to a worker; she and the old one, if there is one, are told. Raises Refused where one is under way already."""
    number = handovers.offer(scene.tx, cell.id, from_id=from_id, to_id=to_id, by=scene.person_id, now=scene.now)
    if number is None:
        raise Refused("handovers.gone")
    scene.log("cells.handover", "cell", cell.id)
    voice, load = for_others(scene.content), handovers.load(scene.tx, cell.id)
    about = {"cell": cell.called, "to": called(scene.tx, voice, to_id), **counts(load)}
    _tell(scene, to_id, voice.say("handovers.asked", *answers(voice, number), **about))
    if from_id is not None:
        _tell(scene, from_id, voice.say("handovers.told_before", **about))
    return Offer(number, load)


def take(scene: Scene, row: Offered, cell: Place) -> Taken:
    """Hers with this word; who offered it and who had it are told. Raises Refused where she works not there, or somebody was faster."""
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
    return Taken(came, half)


def decline(scene: Scene, row: Offered, cell: Place) -> None:
    """Nothing moved, and whoever is responsible looks for somebody else. Raises Refused where it is over already."""
    if not handovers.end(scene.tx, row.id, now=scene.now):
        raise Refused("handovers.gone")
    scene.log("cells.decline", "cell", cell.id)
    voice = for_others(scene.content)
    again = (voice.button("handovers.menu", "cells"),)
    word = voice.say("handovers.declined_word", again, cell=cell.called, to=called(scene.tx, voice, scene.person_id))
    tell(scene.tx, scene.content, responsible(scene.tx, row, cell), "staff", word, now=scene.now)


def take_back(scene: Scene, row: Offered, cell: Place) -> None:
    """It is not offered any more, before it is acknowledged. Raises Refused where she may not, or it is too late."""
    scene.need("cells.handover", cell.community_id, cell_id=cell.id)
    if not handovers.end(scene.tx, row.id, now=scene.now):
        raise Refused("handovers.gone")
    scene.log("cells.take_back", "cell", cell.id)
    _tell(scene, row.to_id, for_others(scene.content).say("handovers.taken_back_word", cell=cell.called))


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
