"""Grid cells: who works each, what comes with it, and how it is handed to another worker."""

from __future__ import annotations

from typing import NamedTuple

from bot.desk.page import Deed, Go, Look, Page, View
from handlers.survey import handing_over
from storage.people import persons
from storage.survey import handovers
from storage.survey.handovers import Load, Offered, Place, Worker

# Each is asked about its workers: twenty are one screen.
SIZE = 20


class Cell(NamedTuple):
    """A cell with who works it, what lies in it, whom it could go to, and the handover that is open."""

    place: Place
    workers: list[Worker]
    load: Load
    others: list[Worker]
    offered: Offered | None
    to: str


def show(look: Look) -> View:
    """The cells of her place, those of nobody first."""
    first = look.query.id("from")
    rows = handovers.cells(look.tx, look.scopes("cells.handover"), after=first, limit=SIZE + 1)
    return View("cells.html", {"cells": _cells(look, rows[:SIZE]), "more": len(rows) > SIZE, "first": first, "size": SIZE})


def _cells(look: Look, rows: list[Place]) -> list[Cell]:
    """Each with what is asked for all at once: the same colleagues stand behind every cell of a community."""
    ids = [row.id for row in rows]
    loads, offered = handovers.loads(look.tx, ids), handovers.all_open(look.tx, ids)
    colleagues = {place: handovers.colleagues(look.tx, place) for place in {row.community_id for row in rows}}
    return [_cell(look, row, loads[row.id], offered.get(row.id), colleagues[row.community_id]) for row in rows]


def _cell(look: Look, row: Place, load: Load, offered: Offered | None, colleagues: list[Worker]) -> Cell:
    workers = handovers.workers(look.tx, row.id, row.community_id)
    mine = {one.id for one in workers if one.cell_id}
    to = persons.get(look.tx, offered.to_id) if offered else None
    others = [one for one in colleagues if one.id not in mine]
    return Cell(row, workers, load, others, offered, look.voice.called(to.name, to.key) if to else "")


def _hand(deed: Deed) -> Go:
    handing_over.offer(deed, deed.form.id("cell"), deed.form.id("from") or None, deed.form.id("to"))
    return Go("/desk/cells", "cell_offered")


def _back(deed: Deed) -> Go:
    handing_over.take_back(deed, deed.form.id("handover"))
    return Go("/desk/cells", "cell_back")


PAGES = (Page(path="/desk/cells", needs="cells.handover", show=show, acts={"hand": _hand, "back": _back}, menu="desk.menu_cells", rank=80),)
