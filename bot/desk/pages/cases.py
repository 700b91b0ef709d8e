"""Disputes: for a mediator the cases that she has or was asked for, with names by an act that is logged; for the office states and deadlines alone."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from bot.desk.page import Act, Asked, Deed, Go, Look, Page, View
from domain.errors import Refused
from domain.mediation.states import ENDED, OPEN
from domain.notices import LOCAL
from handlers.links import link
from handlers.mediation import asking, desk, overseeing, typed, wording
from handlers.mediation.opening import opened, viewer
from storage.mediation import visible
from storage.mediation.seen import How, Seen
from storage.people import persons

SIZE = 50
HELD: tuple[How, ...] = ("holds",)
# What minutes say, and how many promises of an agreement one page takes.
MINUTES, PROMISES = ("present", "told", "stated", "verified", "result"), 3


class Line(NamedTuple):
    """A case in a list: no name, no word of what was said."""

    row: Seen
    number: str
    late: bool


def _lines(look: Look, rows: list[Seen]) -> list[Line]:
    return [Line(row, wording.number_of(look.voice, row), row.due_at is not None and row.due_at <= look.now) for row in rows]


def mine(look: Look) -> View:
    """Open ones, or those that ended."""
    ended, first = look.query.text("ended") == "yes", look.query.id("from")
    rows = visible.listed(look.tx, viewer(look), how=desk.MINE, states=tuple(ENDED if ended else OPEN), after=first, limit=SIZE + 1)
    values = {"rows": _lines(look, rows[:SIZE]), "more": len(rows) > SIZE, "first": first, "size": SIZE, "ended": ended}
    return View("cases.html", values)


def calendar(look: Look) -> View:
    """What is to come: meetings whose time suits, and what is due, day by day; without names."""
    found: list[tuple[str, str, str, int]] = []
    for row in visible.listed(look.tx, viewer(look), how=HELD, limit=SIZE):
        number = wording.number_of(look.voice, row)
        if row.due_at is not None:
            found.append((_day(row.due_at), "", number, row.id))
        for one in visible.sittings(look.tx, viewer(look), row.id):
            if one.starts_at is not None and one.starts_at >= look.now:
                found.append((_day(one.starts_at), f"{one.starts_at.astimezone(LOCAL):%H:%M} {one.room}", number, row.id))
    days = {day: [entry[1:] for entry in entries] for day, entries in groupby(sorted(found), itemgetter(0))}
    return View("case_days.html", {"days": days})


def _day(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d}"


def one(look: Look) -> View:
    """A case of hers, without names and words."""
    return _page(look, names=False, words=False)


def _page(asked: Asked, *, names: bool, words: bool) -> View:
    row, who = opened(asked, asked.row(), *desk.MINE), viewer(asked)
    parties = visible.parties(asked.tx, who, row.id)
    values: dict[str, object] = {
        "row": row,
        "head": wording.head(asked.voice, row),
        "number": wording.number_of(asked.voice, row),
        "parties": parties,
        "names": visible.names(asked.tx, who, row.id) if names else [],
        "spoken": visible.words(asked.tx, who, row.id) if words else [],
        "sittings": visible.sittings(asked.tx, who, row.id),
        "steps": visible.steps(asked.tx, who, row.id),
        **(_to_write(asked, row) if row.how == "holds" else {}),
    }
    return View("case.html", {**values, "sides": {one.id: one.side for one in parties}, "holds": row.how == "holds"})


def _to_write(asked: Asked, row: Seen) -> dict[str, object]:
    """What the forms of a case that she has need: which times were proposed, what can be written down as held, what is not signed."""
    who = viewer(asked)
    proposed = [one for one in visible.sittings(asked.tx, who, row.id) if one.status == "proposed"]
    return {
        "times": {one.id: visible.sitting_times(asked.tx, who, one.id) for one in proposed},
        "hours": [(hour, f"{hour[:2]}:{hour[2:]}") for hour in typed.HOURS],
        "unsigned": typed.unsigned(asked, row),
        "minutes": MINUTES,
        "promises": range(PROMISES),
        "today": asked.today,
    }


def _done(deed: Deed, *, danger: bool = False) -> Go:
    return Go(f"/desk/cases/{deed.row()}#write", "case_danger" if danger else "case_written")


def _rights(deed: Deed) -> Go:
    typed.rights(deed, deed.row(), deed.form.text("side", 1))
    return _done(deed)


def _consent(deed: Deed) -> Go:
    answer = deed.form.text("answer", 10)
    if answer not in ("given", "refused"):
        raise Refused("desk.nothing_written")
    side, said = deed.form.text("side", 1), deed.form.text("said", 500)
    return _done(deed, danger=typed.consent(deed, deed.row(), side, given=answer == "given", said=said))


def _sit(deed: Deed) -> Go:
    day = deed.form.day("day")
    typed.sit(deed, deed.row(), deed.form.text("whom", 10), day, deed.form.all("hours"), deed.form.text("room", 40))
    return _done(deed)


def _fits(deed: Deed) -> Go:
    typed.sitting(deed, deed.row(), "fits", f"{deed.form.id('time')}:{deed.form.text('side', 1)}")
    return _done(deed)


def _cancel(deed: Deed) -> Go:
    typed.sitting(deed, deed.row(), "cancel", str(deed.form.id("sitting")))
    return _done(deed)


def _minutes(deed: Deed) -> Go:
    said = {name: deed.form.text(name, 3000) for name in MINUTES}
    return _done(deed, danger=typed.minutes(deed, deed.row(), deed.form.id("sitting"), said))


def _agree(deed: Deed) -> Go:
    whats = [deed.form.text(f"what-{number}", 200) for number in range(PROMISES)]
    promises = [typed.Promise(what, deed.form.day(f"due-{number}")) for number, what in enumerate(whats) if what]
    facts, terms, manner = deed.form.text("facts", 3000), deed.form.text("terms", 3000), deed.form.text("manner", 1000)
    copies = min(deed.form.id("copies") or 3, 20)
    typed.agree(deed, deed.row(), typed.Agreement(deed.form.text("form", 10) == "oral", facts, terms, manner, copies, promises))
    return _done(deed)


def _sign(deed: Deed) -> Go:
    typed.sign(deed, deed.row(), deed.form.text("what", 10))
    return _done(deed)


def _names(deed: Deed) -> View:
    """Names and phones; of a case that she was only asked for the names alone."""
    row = opened(deed, deed.row(), *desk.MINE)
    deed.log("cases.names", "case", row.id)
    return _page(deed, names=True, words=False)


def _words(deed: Deed) -> View:
    """What was said, to be read and printed."""
    row = opened(deed, deed.row(), "holds")
    deed.log("cases.words", "case", row.id)
    return _page(deed, names=False, words=True)


def _papers(deed: Deed) -> Go:
    """The file's documents, behind a link that is checked again when it is opened."""
    row = opened(deed, deed.row(), "holds")
    deed.log("cases.papers", "case", row.id)
    return Go(link(deed, "pdf" if deed.form.text("as") == "pdf" else "file", row.id))


def _take(deed: Deed) -> Go:
    row = opened(deed, deed.row(), "asked")
    asking.take(deed, row.id)
    return Go(f"/desk/cases/{row.id}", "case_taken")


def _decline(deed: Deed) -> Go:
    row = opened(deed, deed.row(), "asked")
    asking.decline(deed, row.id, "kin" if deed.form.text("why") == "kin" else "busy")
    return Go("/desk/cases", "case_declined")


def over(look: Look) -> View:
    """Open cases of her place: how each stands and by when, and no more."""
    first = look.query.id("from")
    rows = visible.listed(look.tx, viewer(look), how=overseeing.STATES, after=first, limit=SIZE + 1)
    return View("cases_over.html", {"rows": _lines(look, rows[:SIZE]), "more": len(rows) > SIZE, "first": first, "size": SIZE})


def over_one(look: Look) -> View:
    """How one stands, who was asked, and to whom it could go."""
    row, who = opened(look, look.row(), *overseeing.OVER), viewer(look)
    look.need("cases.oversee", row.community_id)
    able = [] if row.ended_at is not None else overseeing.able(look, row)
    called = [(one.person_id, one.busy, persons.get(look.tx, one.person_id)) for one in able[:SIZE]]
    values = {
        "row": row,
        "head": wording.head(look.voice, row),
        "number": wording.number_of(look.voice, row),
        "assignments": visible.assignments(look.tx, who, row.id),
        "steps": visible.steps(look.tx, who, row.id),
        "able": [(number, f"{look.voice.called(person.name, person.key)}（{busy}）") for number, busy, person in called],
    }
    return View("case_over.html", values)


def _give(deed: Deed) -> Go:
    overseeing.give(deed, opened(deed, deed.row(), *overseeing.OVER), deed.form.id("to"))
    return Go(f"/desk/cases/over/{deed.row()}", "case_given")


ACTS: dict[str, Act] = {"names": _names, "words": _words, "papers": _papers, "take": _take, "decline": _decline}
WRITES: dict[str, Act] = {"rights": _rights, "consent": _consent, "sit": _sit, "fits": _fits, "cancel": _cancel, "minutes": _minutes}
WRITES |= {"agree": _agree, "sign": _sign}

PAGES = (
    Page(path="/desk/cases", needs="cases.mediate", show=mine, menu="desk.menu_cases", rank=63),
    Page(path="/desk/cases/days", needs="cases.mediate", show=calendar),
    Page(path="/desk/cases/{id:int}", needs="cases.mediate", show=one, acts=ACTS | WRITES),
    Page(path="/desk/cases/over", needs="cases.oversee", show=over, menu="desk.menu_cases_over", rank=64),
    Page(path="/desk/cases/over/{id:int}", needs="cases.oversee", show=over_one, acts={"give": _give}),
)
