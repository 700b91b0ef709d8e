"""Broadcasts: for whom by ticks and words with a count before anything goes, a second person's word, how it goes, stopped and corrected."""

from __future__ import annotations

from datetime import datetime

from bot.desk.page import Asked, Deed, Fields, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.capabilities import ALL
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.notices import LOCAL
from handlers.broadcasts import composing, deciding, words
from handlers.tell import outbound_of
from storage.broadcasts import queue, results

SHOWN = 50
TEXT = 1000
STATUSES = ("applied", "started", "class")


def show(look: Look) -> View:
    """What waits for her word, and what she wrote."""
    where = look.scopes("broadcasts.write")
    waiting, mine = list(deciding.to_decide(look)), queue.written_by(look.tx, look.person_id, limit=SHOWN)
    shown = [(row, words.short(row), words.whom(look.tx, look.voice, row)) for row in [*waiting[:SHOWN], *mine]]
    return View("broadcasts.html", {"rows": shown, "asked": len(waiting[:SHOWN]), "whole": bool(where)})


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
    try:
        draft = composing.estimate(asked, _answers(typed))
    except Refused as refused:
        return {"problem": asked.voice.words(refused.phrase, **refused.values)}
    whom, missed = words.whom(asked.tx, asked.voice, draft), words.reasons(asked.voice, draft.missed)
    return {"problem": "", "whom": whom, "all": draft.size, "reached": sum(draft.reached.values()), "missed": missed}


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
    answers = _answers(deed.form)
    if answers["whom"] == "all" and not deed.form.text("everybody"):
        raise Refused("desk.choose_whom")
    return Go(f"/desk/broadcasts/{composing.compose(deed, answers).id}")


def one(look: Look) -> View:
    """A draft with everything to know before it goes, or how it goes."""
    voice, notice = look.voice, deciding.readable(look, look.row())
    message, unsent = outbound_of(notice.body), notice.status in ("draft", "counting")
    values = {
        "notice": notice,
        "told_words": message,
        "numbered": voice.numbered(message).text,
        "whom": words.whom(look.tx, voice, notice),
        "count": notice.size,
        "reached": notice.reached,
        "missed": words.reasons(voice, notice.missed),
        "second": deciding.needs_second(look, notice),
        "progress": "" if unsent else words.progress(voice, notice, results.figures(look.tx, notice)),
        "own": notice.created_by == look.person_id,
        "stoppable": notice.status in queue.STOPPABLE,
        "correctable": notice.status in (*queue.BEGUN, "approved"),
    }
    return View("broadcast.html", values)


def _go(deed: Deed) -> Go:
    notice = deciding.readable(deed, deed.row())
    asked = deciding.send(deed, notice, _when(deed))
    return Go(f"/desk/broadcasts/{notice.id}", "broadcast_asked" if asked else "broadcast_gone")


def _when(deed: Deed) -> datetime:
    """Now, or the time that was written. Raises Refused for what is none."""
    typed = deed.form.text("at", 40)
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LOCAL) if typed else deed.now
    except ValueError:
        raise Refused("broadcasts.past") from None


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
    typed = deed.form.text("text", TEXT)
    if not typed:
        raise Refused("desk.nothing_written")
    draft = composing.correct(deed, deciding.readable(deed, deed.row()), typed)
    if draft.status == "counting":
        return Go(f"/desk/broadcasts/{draft.id}", "broadcast_counting")
    if not draft.size:
        # Nobody got the wrong one: there is nobody to be told.
        deciding.void(deed, draft)
        return Go(f"/desk/broadcasts/{deed.row()}", "broadcast_nobody_got")
    asked = deciding.send(deed, draft, deed.now)
    return Go(f"/desk/broadcasts/{draft.id}", "broadcast_asked" if asked else "broadcast_corrected")


ACTS = {"go": _go, "void": _void, "approve": _approve, "refuse": _refuse, "stop": _stop, "correct": _correct}

PAGES = (
    Page(path="/desk/broadcasts", needs="broadcasts.write", show=show, menu="desk.menu_broadcasts", rank=60),
    Page(path="/desk/broadcasts/new", needs="broadcasts.write", show=form, acts={"write": _write}),
    Page(path="/desk/broadcasts/{id:int}", needs="broadcasts.write", show=one, acts=ACTS),
)
