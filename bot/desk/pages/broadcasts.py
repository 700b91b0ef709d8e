"""Broadcasts: for whom by ticks and words with a count before anything goes, a second person's word, how it goes, stopped and corrected."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from bot.desk.page import Asked, Deed, Fields, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.access import scopes
from domain.broadcasts.audience import Audience, covered, limited
from domain.capabilities import ALL
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.notices import LOCAL
from handlers.broadcasts import deciding, words, writing
from handlers.tell import outbound_of
from handlers.turn import Turn
from storage.broadcasts import meant, queue
from storage.broadcasts.queue import Broadcast

SHOWN = 50
TEXT = 1000
STATUSES = ("applied", "started", "class")


def _turn(asked: Asked) -> Turn:
    """Broadcasts are spoken of by what each channel shows, so their deeds want a voice."""
    return Turn.to(asked.tx, asked.content, asked.person_id, now=asked.now)


def show(look: Look) -> View:
    """What waits for her word, and what she wrote."""
    where = look.scopes("broadcasts.write")
    approves = [row for row in queue.asked(look.tx) if row.created_by != look.person_id and _covers(look, row)]
    mine = queue.of(look.tx, look.person_id, limit=SHOWN)
    turn = _turn(look)
    shown = [(row, words.short(row), words.whom(turn, row)) for row in [*islice(approves, SHOWN), *mine]]
    return View("broadcasts.html", {"rows": shown, "asked": len(approves), "whole": bool(where)})


def _covers(look: Look, row: Broadcast) -> bool:
    where = scopes(look.roles(), "broadcasts.approve")
    return bool(where) and covered(Audience.from_json(row.audience), where)


def form(look: Look) -> View:
    """A new one; with `count` in the address also how many it would be for."""
    return _form(look, look.query)


def _form(asked: Asked, typed: Fields) -> View:
    where = asked.scopes("broadcasts.write")
    values = {"typed": typed, "communities": communities_in(asked, where), "statuses": STATUSES, "channels": sorted(ALL), "counted": None}
    if typed.text("count"):
        values["counted"] = _counted(asked, typed)
    return View("broadcast_form.html", values)


def _counted(asked: Asked, typed: Fields) -> dict[str, object]:
    """For whom it was understood, how many can be told on which channel, and how many not and why."""
    turn = _turn(asked)
    try:
        audience = limited(writing.audience_of(turn, _answers(typed)), asked.scopes("broadcasts.write"))
        if audience is None:
            raise Refused("broadcasts.outside")
    except Refused as refused:
        return {"problem": asked.voice.words(refused.phrase, **refused.values)}
    kind = "urgent" if typed.text("haste") else "broadcast"
    draft = queue.unsaved(kind, audience, by=asked.person_id)
    found = meant.count(asked.tx, draft, now=asked.now)
    reached = sum(count for name, count in found.items() if name in ALL)
    missed = words.reasons(turn, {name: count for name, count in found.items() if name not in ALL})
    return {"problem": "", "whom": words.whom(turn, draft), "all": sum(found.values()), "reached": reached, "missed": missed}


def _answers(typed: Fields) -> Answers:
    """What the chat's form would have been answered."""
    said = typed.text("audience", 200)
    picked = {name: typed.all(name) for name in ("places", "skills", "modes")}
    some = any(picked.values()) or any(typed.text(name) for name in ("child", "status", "channel"))
    # Words count only where nothing is ticked: two ways at once would contradict each other.
    whom = "pick" if some else "words" if said else "all"
    plain = {name: typed.text(name, 40) for name in ("child", "status", "channel") if typed.text(name)}
    told = {"text": typed.text("text", TEXT), "link": typed.text("link", 300) or None, "buttons": typed.all("buttons")}
    return {"whom": whom, "words": said, **picked, **plain, **told, "haste": "yes" if typed.text("haste") else "no"}


def _write(deed: Deed) -> Go:
    """Stored as a draft; the next page shows it as others will see it."""
    if not deed.form.text("text"):
        raise Refused("desk.nothing_written")
    turn = _turn(deed)
    answers = _answers(deed.form)
    if answers["whom"] == "all" and not deed.form.text("everybody"):
        raise Refused("desk.choose_whom")
    number = writing.compose(turn, answers)
    writing.count_few(turn, number)
    return Go(f"/desk/broadcasts/{number}")


def one(look: Look) -> View:
    """A draft with everything to know before it goes, or how it goes."""
    turn, notice = _turn(look), deciding.readable(look, look.row())
    counted = dict(notice.audience.get("counted") or {})
    second = bool(notice.urgent) or sum(counted.values()) > look.content.rules.approve_above
    text = "" if notice.status in ("draft", "counting") else words.progress(turn, notice)[0]
    own = notice.created_by == look.person_id
    values = {
        "notice": notice,
        "told_words": outbound_of(notice.body),
        "numbered": turn.numbered(outbound_of(notice.body)).text,
        "whom": words.whom(turn, notice),
        "count": sum(counted.values()),
        "reached": {name: count for name, count in counted.items() if name in ALL},
        "missed": words.reasons(turn, {name: count for name, count in counted.items() if name not in ALL}),
        "second": second,
        "progress": text,
        "own": own,
        "stoppable": notice.status in queue.STOPPABLE,
        "correctable": notice.status in ("choosing", "sending", "listing", "stopped", "done", "approved"),
    }
    return View("broadcast.html", values)


def _go(deed: Deed) -> Go:
    notice = deciding.readable(deed, deed.row())
    asked = writing.send(_turn(deed), notice, _when(deed))
    return Go(f"/desk/broadcasts/{notice.id}", "broadcast_asked" if asked else "broadcast_gone")


def _when(deed: Deed) -> datetime:
    """Now, or the time that was written. Raises Refused for one that is over."""
    typed = deed.form.text("at", 40)
    if not typed:
        return deed.now
    try:
        at = datetime.fromisoformat(typed).replace(tzinfo=LOCAL)
    except ValueError:
        raise Refused("broadcasts.past") from None
    if at <= deed.now:
        raise Refused("broadcasts.past")
    return at


def _void(deed: Deed) -> Go:
    deciding.void(deed, deciding.readable(deed, deed.row()))
    return Go("/desk/broadcasts", "broadcast_void")


def _approve(deed: Deed) -> Go:
    deciding.approve(deed, deciding.readable(deed, deed.row()))
    return Go(f"/desk/broadcasts/{deed.row()}", "broadcast_gone")


def _refuse(deed: Deed) -> Go:
    deciding.refuse(deed, deciding.readable(deed, deed.row()))
    return Go("/desk/broadcasts", "broadcast_refused")


def _stop(deed: Deed) -> Go:
    if not deciding.stop(deed, deciding.readable(deed, deed.row())):
        raise Refused("broadcasts.gone")
    return Go(f"/desk/broadcasts/{deed.row()}", "broadcast_stopped")


def _correct(deed: Deed) -> Go:
    """Stop it, and send a correction to exactly those who got it, as the rules about a second person allow."""
    said, turn = deed.form.text("text", TEXT), _turn(deed)
    if not said:
        raise Refused("desk.nothing_written")
    number = writing.correct(turn, deciding.readable(deed, deed.row()), said)
    if not writing.count_few(turn, number):
        return Go(f"/desk/broadcasts/{number}", "broadcast_counting")
    draft = deciding.readable(deed, number)
    if not sum(dict(draft.audience.get("counted") or {}).values()):
        # Nobody got the wrong one: there is nobody to be told.
        deciding.void(deed, draft)
        return Go(f"/desk/broadcasts/{deed.row()}", "broadcast_nobody_got")
    asked = writing.send(turn, draft, deed.now)
    return Go(f"/desk/broadcasts/{number}", "broadcast_asked" if asked else "broadcast_corrected")


ACTS = {"go": _go, "void": _void, "approve": _approve, "refuse": _refuse, "stop": _stop, "correct": _correct}

PAGES = (
    Page(path="/desk/broadcasts", needs="broadcasts.write", show=show, menu="desk.menu_broadcasts", rank=60),
    Page(path="/desk/broadcasts/new", needs="broadcasts.write", show=form, acts={"write": _write}),
    Page(path="/desk/broadcasts/{id:int}", needs="broadcasts.write", show=one, acts=ACTS),
)
