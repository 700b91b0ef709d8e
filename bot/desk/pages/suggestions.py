"""The suggestion box: what waits by state and lateness, one suggestion with its history, and every decision with its reason."""

from __future__ import annotations

from bot.desk.page import Deed, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.council.states import OPEN
from domain.errors import Refused
from domain.reading.topics import TOPICS
from handlers.council import deciding, merging, staff, told
from handlers.council.moves import With
from storage.council import similar, steps, suggestions
from storage.council.suggestions import Suggestion
from storage.desk import council
from storage.people import persons

SIZE = 50
ALIKE = 8
LONGEST = 1000
# Deeds that want a reason, and of some also what was chosen: a topic, a community, another suggestion, a step.
REASONED = tuple(staff.REASONED)


def show(look: Look) -> View:
    """The list."""
    where, first, query = look.scopes("suggestions.handle"), look.query.id("from"), look.query
    standing: council.Standing = next((one for one in council.STANDINGS if one == query.text("state")), "open")
    asked = council.Asked(standing=standing, topic=query.text("topic", 20), community_id=query.id("community"), number=query.id("number"))
    found = council.found(look.tx, where, asked, first=first, limit=SIZE)
    values = {"rows": found.rows, "total": found.total, "first": first, "size": SIZE, "standing": standing, "standings": council.STANDINGS}
    every, late = suggestions.count_for_staff(look.tx, where)
    contested = steps.contested(look.tx, where, limit=SIZE)
    places = communities_in(look, where)
    values |= {"due": lambda row: told.deadline(look.voice, row), "topics": TOPICS, "communities": places}
    return View("suggestions.html", {**values, "contested": contested, "waits": every, "late": late})


def one(look: Look) -> View:
    """One suggestion with its history; that it was looked at is logged."""
    row = deciding.handled(look, look.row())
    look.log("suggestions.see", "suggestion", row.id)
    history = steps.of_suggestions(look.tx, [row.id])
    contested = [step for step in history if step.contested_at is not None and step.settled_at is None and step.by_id != look.person_id]
    values = {
        "row": row,
        "author": staff.who(look, look.voice, row),
        "due": told.deadline(look.voice, row),
        "history": [(step, told.did(look.voice, row, step)) for step in history],
        "contested": contested,
        "children": suggestions.children(look.tx, row.id),
        "moves": staff.moves(row),
        "open": row.state in OPEN,
        "alike": _alike(look, row),
        "topics": [code for code in TOPICS if code != row.topic],
        "communities": [place for place in persons.communities(look.tx) if place.id != row.community_id],
    }
    return View("suggestion.html", values)


def _alike(look: Look, row: Suggestion) -> list[Suggestion]:
    """Those it could be one with."""
    likes = similar.find(look.tx, row.community_id, row.text, but=row.id, most=ALIKE)
    leads = {led.id: led for like in likes if (led := suggestions.lead(look.tx, like.id))}
    return [led for led in leads.values() if led.id != row.id]


def _done(deed: Deed, row: Suggestion) -> Go:
    """On to what leads it now; to the list where it lies with another community."""
    lead = suggestions.lead(deed.tx, row.id) or row
    mine = deed.may("suggestions.handle", lead.community_id)
    return Go(f"/desk/suggestions/{lead.id}" if mine else "/desk/suggestions", "suggestion_done")


def _reasoned(deed: Deed) -> Go:
    """What a reason is needed for; all behind it read the reason."""
    verb, reason = deed.form.text("do"), deed.form.text("reason", LONGEST)
    if not reason:
        raise Refused("council.reason_needed")
    deciding.handled(deed, deed.row())
    return _done(deed, staff.REASONED[verb](deed, deed.row(), deed.form.text(f"{verb}_value", 40), reason))


def _agenda(deed: Deed) -> Go:
    return _done(deed, deciding.move(deed, deed.row(), "agenda"))


def _accept(deed: Deed) -> Go:
    return _done(deed, deciding.move(deed, deed.row(), "accept"))


def _publish(deed: Deed) -> Go:
    return _done(deed, deciding.publish(deed, deed.row()))


def _take(deed: Deed) -> Go:
    return _done(deed, deciding.move(deed, deed.row(), "take", With(owner=deed.form.text("owner", 200), until=deed.form.day("until"))))


def _postpone(deed: Deed) -> Go:
    return _done(deed, deciding.postpone(deed, deed.row(), deed.form.day("until"), deed.form.text("reason", LONGEST)))


def _finish(deed: Deed) -> Go:
    """What was done, and what it cost."""
    done, cost = deed.form.text("done", LONGEST), deed.form.fen("cost")
    if not done:
        raise Refused("desk.nothing_written")
    said = With(reason=done, cost_fen=cost or None, paid_by=deed.form.text("paid_by", 40))
    return _done(deed, deciding.move(deed, deed.row(), "finish", said))


def _split(deed: Deed) -> Go:
    """One part a line; the first is shown."""
    parts = staff.parts_of(deed.form.text("parts", LONGEST))
    merging.split(deed, deed.row(), parts, deed.form.text("reason", LONGEST))
    return Go("/desk/suggestions", "suggestion_done")


ACTS = {
    **dict.fromkeys(REASONED, _reasoned),
    "agenda": _agenda,
    "accept": _accept,
    "publish": _publish,
    "take": _take,
    "postpone": _postpone,
    "finish": _finish,
    "split": _split,
}

PAGES = (
    Page(path="/desk/suggestions", needs="suggestions.handle", show=show, menu="desk.menu_suggestions", rank=61),
    Page(path="/desk/suggestions/{id:int}", needs="suggestions.handle", show=one, acts=ACTS),
)
