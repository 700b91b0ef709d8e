"""Grid cells: who works each, what comes with it, and how it is handed to another worker."""

from __future__ import annotations

from typing import NamedTuple

from bot.desk.page import Deed, Go, Look, Page, View
from handlers.survey import handing_over
from storage.people import persons
from storage.survey import handovers
from storage.survey.handovers import Load, Offered, Place, Worker

# Each is asked about its workers, its load and who else could have it: twenty are one screen and a twentieth of a second.
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
    return View("cells.html", {"cells": [_cell(look, row) for row in rows[:SIZE]], "more": len(rows) > SIZE, "first": first, "size": SIZE})


def _cell(look: Look, row: Place) -> Cell:
    workers = handovers.workers(look.tx, row.id, row.community_id)
    mine = {one.id for one in workers if one.cell_id}
    others = [one for one in handovers.colleagues(look.tx, row.community_id) if one.id not in mine]
    offered = handovers.open_of(look.tx, row.id)
    to = persons.get(look.tx, offered.to_id) if offered else None
    return Cell(row, workers, handovers.load(look.tx, row.id), others, offered, look.voice.called(to.name, to.key) if to else "")


def _hand(deed: Deed) -> Go:
    handing_over.offer(deed, deed.form.id("cell"), deed.form.id("from") or None, deed.form.id("to"))
    return Go("/desk/cells", "cell_offered")


def _back(deed: Deed) -> Go:
    handing_over.take_back(deed, deed.form.id("handover"))
    return Go("/desk/cells", "cell_back")


PAGES = (Page(path="/desk/cells", needs="cells.handover", show=show, acts={"hand": _hand, "back": _back}, menu="desk.menu_cells", rank=80),)
