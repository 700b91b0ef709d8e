"""Meetings of the council: planned, their agendas, votes and decisions, and the minutes as a Word document."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import DOCUMENTS
from bot.desk.page import Deed, File, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.errors import Refused
from domain.notices import LOCAL
from handlers.council import meetings as deeds
from handlers.council import minutes, sitting, voting
from handlers.word import DOCX
from storage.council import meetings, votes

SHOWN = 100
KEPT = timedelta(days=400)


def show(look: Look) -> View:
    """Those to come and those of the last year, and where a new one is planned."""
    where = look.scopes("council.see")
    rows = meetings.within_scopes(look.tx, where, since=look.now - KEPT, limit=SHOWN)
    return View("meetings.html", {"rows": rows, "communities": communities_in(look, look.scopes("council.call"))})


def _plan(deed: Deed) -> Go:
    try:
        at = datetime.fromisoformat(deed.form.text("starts", 40)).replace(tzinfo=LOCAL)
    except ValueError:
        raise Refused("desk.wrong_moment") from None
    place = deed.form.text("place", 100) or deed.voice.words("meetings.usual_place")
    return _back(deeds.plan(deed, deed.form.id("community"), at, place).id, "meeting_planned")


def one(look: Look) -> View:
    """One meeting; of an open vote only how many have voted."""
    row = voting.called(look, look.row())
    guests = meetings.guests(look.tx, row.id)
    items = meetings.items(look.tx, row.id)
    motions = {item.id: votes.of_item(look.tx, item.id) for item in items}
    values = {
        "row": row,
        "items": [
            (item, sitting.standing(look, look.voice, item), any(one.closed_at is None for one in motions[item.id])) for item in items
        ],
        "guests": guests,
        "coming": sum(guest.answer == "yes" for guest in guests),
        "away": sum(guest.answer == "no" for guest in guests),
        "may_call": look.may("council.call", row.community_id),
    }
    return View("meeting.html", values)


def _back(number: int, said: str) -> Go:
    return Go(f"/desk/meetings/{number}", said)


def _gather(deed: Deed) -> Go:
    deeds.gather(deed, deed.row())
    return _back(deed.row(), "meeting_changed")


def _call(deed: Deed) -> Go:
    deeds.call(deed, deed.row())
    return _back(deed.row(), "meeting_called")


def _cancel(deed: Deed) -> Go:
    deeds.cancel(deed, deed.row())
    return Go("/desk/meetings", "meeting_cancelled")


def _hold(deed: Deed) -> Go:
    deeds.hold(deed, deed.row())
    return _back(deed.row(), "meeting_held")


def _item(deed: Deed) -> int:
    """The point that the form is about, where it is one of this meeting. Raises Refused."""
    item, meeting = voting.point(deed, deed.form.id("item"), action="council.call")
    if meeting.id != deed.row():
        raise Refused("meetings.gone")
    return item.id


def _off(deed: Deed) -> Go:
    deeds.take_off(deed, _item(deed))
    return _back(deed.row(), "meeting_changed")


def _vote(deed: Deed) -> Go:
    voting.open_vote(deed, _item(deed), secret=deed.form.text("secret") == "yes")
    return _back(deed.row(), "vote_open")


def _end(deed: Deed) -> Go:
    sitting.end(deed, _item(deed))
    return _back(deed.row(), "vote_over")


def _decide(deed: Deed) -> Go:
    verdict = next((one for one in sitting.VERDICTS if one == deed.form.text("verdict")), None)
    if verdict is None:
        raise Refused("desk.choose_outcome")
    until = deed.form.day("until") if deed.form.text("until") else None
    decision = deeds.Decision(verdict, deed.form.text("words", 500), deed.form.text("owner", 200) or None, until)
    deeds.decide(deed, _item(deed), decision)
    return _back(deed.row(), "meeting_decided")


def written(look: Look) -> File:
    """The minutes; that she had them is logged."""
    return File(minutes.document(look, look.row(), DOCUMENTS), f"会议记录-{look.row()}.docx", DOCX)


ACTS = {"gather": _gather, "call": _call, "cancel": _cancel, "hold": _hold, "off": _off, "vote": _vote, "end": _end, "decide": _decide}

PAGES = (
    Page(path="/desk/meetings", needs="council.see", show=show, acts={"plan": _plan}, menu="desk.menu_meetings", rank=62),
    Page(path="/desk/meetings/{id:int}", needs="council.see", show=one, acts=ACTS),
    Page(path="/desk/meetings/{id:int}/minutes", needs="council.see", show=written),
)
