"""The survey: how far each cell has got, as a map and a table, and the sheets for a round at the doors."""

from __future__ import annotations

from bot.desk import charts
from bot.desk.page import Deed, Go, Look, Page, View
from domain.access import Scope, scopes
from domain.errors import Refused
from handlers.survey import visits
from storage.desk import survey
from storage.survey import campaigns

# Doors of one sheet: each woman on it is written down before it is shown.
SHEET = 100


def show(look: Look) -> View:
    """The newest campaign, or the one that is asked for."""
    where = look.scopes("visits.see")
    running = campaigns.campaigns(look.tx, [Scope(scope.community_id) for scope in where])
    chosen = next((row for row in running if row.id == look.query.id("campaign")), running[0] if running else None)
    rows = survey.coverage(look.tx, chosen.id, where) if chosen else []
    drawn = charts.places([(row.cell or row.community, row.lat, row.lon, row.done / row.all, f"{row.done} / {row.all}") for row in rows])
    whole = (sum(row.done for row in rows), sum(row.all for row in rows))
    values: dict[str, object] = {"campaigns": running, "chosen": chosen, "rows": rows, "map": drawn, "whole": whole}
    return View("survey.html", {**values, "may_close": chosen is not None and look.may("campaigns.manage", chosen.community_id)})


def _close(deed: Deed) -> Go:
    row = campaigns.get(deed.tx, deed.form.id("campaign"))
    if row is None:
        raise Refused("work.gone")
    deed.need("campaigns.manage", row.community_id)
    if not campaigns.close(deed.tx, row.id, now=deed.now):
        raise Refused("work.gone")
    deed.log("campaigns.close", "campaign", row.id)
    return Go("/desk/survey", "campaign_closed")


def sheet(look: Look) -> View:
    """Today's doors in the order of the stairs, to be printed; every woman on it is logged."""
    where = scopes(look.roles(), "visits.record")
    first = look.query.id("from")
    ids = campaigns.due(look.tx, where, until=visits.day_ends(look.now)) if where else []
    rows = campaigns.visits(look.tx, ids[first : first + SHEET])
    for row in rows:
        look.log("visits.take_along", "person", row.person_id)
    return View("visit_sheet.html", {"rows": rows, "total": len(ids), "first": first, "size": SHEET, "at": look.now})


PAGES = (
    Page(path="/desk/survey", needs="visits.see", show=show, acts={"close": _close}, menu="desk.menu_survey", rank=70),
    Page(path="/desk/survey/sheet", needs="visits.record", show=sheet),
)
