"""The urgent desk: who waits for a person, dangers first; one thread with every word, what can be done, and how it ended."""

from __future__ import annotations

from typing import get_args

from bot.desk.page import Deed, Go, Look, Page, View
from domain.errors import Refused
from handlers.staff import answering, threads
from handlers.threads import ESCALATE_AFTER, staff_name
from storage import threads as rows
from storage.desk import threads as listed
from storage.tables.threads import ThreadOutcome
from storage.threads import NUMBER_ASKED, Thread

SIZE = 50
# All that a thread ever holds; the chat shows the newest twelve.
WORDS = 1000
# What staff may say of how it ended; the others are made by the bot.
OUTCOMES: tuple[ThreadOutcome, ...] = ("helped", "passed_on", "unreachable", "not_needed")
LONGEST = 1000


def show(look: Look) -> View:
    """Open threads, or those that are closed."""
    closed, first = look.query.text("closed") == "yes", look.query.id("from")
    found = listed.listed(look.tx, look.scopes("threads.see"), closed=closed, first=first, limit=SIZE + 1)
    late = look.now - ESCALATE_AFTER
    values = {"threads": found[:SIZE], "more": len(found) > SIZE, "first": first, "size": SIZE, "closed": closed, "late": late}
    return View("threads.html", values)


def one(look: Look) -> View:
    """One thread; every look is logged."""
    row = threads.readable(look, look.row())
    contact = row.contact if row.contact and row.contact != NUMBER_ASKED else row.phone
    colleagues = [(one, staff_name(look, one)) for one in answering.colleagues(look, row)]
    taker = staff_name(look, row.taken_by) if row.taken_by is not None else ""
    values = {"row": row, "contact": contact, "words_said": rows.words(look.tx, row.id, limit=WORDS), "outcomes": OUTCOMES}
    mine = row.taken_by == look.person_id
    return View(
        "thread.html", {**values, "colleagues": colleagues, "taker": taker, "mine": mine, "closing": look.query.text("close") == "yes"}
    )


def _row(deed: Deed) -> Thread:
    return threads.readable(deed, deed.row())


def _back(deed: Deed, said: str) -> Go:
    return Go(f"/desk/threads/{deed.row()}", said)


def _take(deed: Deed) -> Go:
    answering.take(deed, _row(deed))
    return _back(deed, "thread_taken")


def _write(deed: Deed) -> Go:
    """Words to her, a note for colleagues, or both; who writes has taken it."""
    row, said, note = _row(deed), deed.form.text("said", LONGEST), deed.form.text("note", LONGEST)
    if row.closed_at is not None:
        raise Refused("threads.closed_before")
    if not said and not note:
        raise Refused("desk.nothing_written")
    if row.taken_by != deed.person_id:
        answering.take(deed, row)
    if said:
        answering.reply(deed, row, said)
    if note:
        answering.note(deed, row, note)
    return _back(deed, "thread_sent" if said else "thread_noted")


def _hand(deed: Deed) -> Go:
    answering.hand_over(deed, _row(deed), deed.form.id("to"))
    return Go("/desk/threads", "thread_handed")


def _close(deed: Deed) -> Go:
    """The second look: only a form that shows how it stands closes it, and only as long as nothing came since."""
    row, outcome = _row(deed), deed.form.text("outcome")
    known = next((name for name in get_args(ThreadOutcome) if name == outcome and name in OUTCOMES), None)
    if known is None:
        raise Refused("desk.choose_outcome")
    if str(_newest(deed, row)) != deed.form.text("seen"):
        raise Refused("desk.said_since")
    answering.close(deed, row, known, deed.form.text("remark", LONGEST))
    return Go("/desk/threads", "thread_closed")


def _newest(deed: Deed, row: Thread) -> int:
    return next((word.id for word in rows.words(deed.tx, row.id, limit=1)), 0)


def _reopen(deed: Deed) -> Go:
    answering.reopen(deed, _row(deed))
    return _back(deed, "thread_reopened")


PAGES = (
    Page(path="/desk/threads", needs="threads.see", show=show, menu="desk.menu_threads", rank=10),
    Page(
        path="/desk/threads/{id:int}",
        needs="threads.see",
        show=one,
        acts={"take": _take, "write": _write, "hand": _hand, "close": _close, "reopen": _reopen},
    ),
)
