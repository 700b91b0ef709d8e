"""People: searched by what staff know of a woman, one woman with all that is stored of her, and what can be done for her."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.page import Asked, Deed, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.access import scopes
from domain.errors import Refused
from domain.finding import search_words
from domain.lists import show_row
from domain.reading import phones
from handlers.people import correcting
from handlers.staff import answering
from handlers.survey import new_phones
from storage.desk import people
from storage.people import persons
from storage.work import applications

SIZE = 50
LONGEST = 1000


def show(look: Look) -> View:
    """The search; every woman who is found by name is logged."""
    where, first, said = look.scopes("people.see"), look.query.id("from"), look.query.text("words", 40)
    key = said if said.startswith("m") and len(said) == 13 else ""
    asked = people.Asked(
        words=search_words(said),
        phone=phones.phone(said) or "",
        key=key,
        community_id=look.query.id("community"),
        skill=look.query.text("skill", 40),
    )
    rows = people.search(look.tx, where, asked, first=first, limit=SIZE)
    total = people.count(look.tx, where, asked)
    if asked.named:
        for row in rows:
            look.log("people.find", "person", row.id)
    shown = [(row, shown_name(row.name, said)) for row in rows]
    values = {"rows": shown, "total": total, "many": total >= people.counted(asked), "first": first, "size": SIZE, "asked": asked}
    return View("people.html", {**values, "communities": communities_in(look, where)})


def shown_name(name: str | None, typed: str = "") -> str:
    """The surname alone, until somebody asks for the whole by an act that is written down; who typed it knows it."""
    if not name:
        return ""
    return name if typed and "".join(typed.split()) == name else name[:1] + "某" * max(len(name) - 1, 1)


def one(look: Look) -> View:
    """One woman; every look is logged."""
    return _page(look, revealed=False)


def _reveal(deed: Deed) -> View:
    """Names and phones, by an act of its own."""
    correcting.readable(deed, deed.row(), "people.reveal")
    deed.log("people.reveal", "person", deed.row())
    return _page(deed, revealed=True)


def _page(asked: Asked, *, revealed: bool, wrong: list[str] | None = None) -> View:
    place, number = correcting.readable(asked, asked.row()), asked.row()
    row, profile = persons.get(asked.tx, number), persons.profile(asked.tx, number)
    asked.log("people.see", "person", number)

    def allowed(action: str) -> bool:
        return asked.may(action, place.community_id, cell_id=place.cell_id)

    values = {
        "row": row,
        "name": row.name if revealed else shown_name(row.name),
        "phone": (row.phone or "没有留") if revealed else "",
        "revealed": revealed,
        "place": place,
        "profile": profile,
        "wrong": wrong or [],
        "may_reveal": allowed("people.reveal"),
        "may_correct": allowed("people.correct"),
        "may_write": allowed("threads.see"),
        "may_help": allowed("people.phone_code") and new_phones.possible(asked, number),
        "addresses": people.addresses(asked.tx, number),
        "consents": people.consents(asked.tx, number),
        "looked": people.looked(asked.tx, number),
    }
    return View("person.html", {**values, **_matters(asked, number, allowed)}, status=422 if wrong else 200)


def _phone_code(deed: Deed) -> View:
    """A code for her new phone; she stands at the desk."""
    place, number = correcting.readable(deed, deed.row(), "people.phone_code"), deed.row()
    code = new_phones.make_code(deed, number)
    row = persons.get(deed.tx, number)
    return View("phone_code.html", {"code": code, "name": shown_name(row.name) or row.key, "number": number, "place": place})


def _matters(asked: Asked, number: int, allowed: Callable[[str], bool]) -> dict[str, object]:
    """What goes on with her, as far as the role may see it."""
    applied = applications.of_person(asked.tx, number) if scopes(asked.roles(), "applications.decide") else []
    return {
        "applications": [one for one in applied if asked.may("applications.see", one.community_id)],
        "classes": people.classes(asked.tx, number),
        "visits": people.visits(asked.tx, number) if allowed("visits.see") else [],
        "threads": people.threads(asked.tx, number) if allowed("threads.see") else [],
        "told": people.told(asked.tx, number),
    }


def _write(deed: Deed) -> Go:
    place, said = correcting.readable(deed, deed.row(), "threads.see"), deed.form.text("said", LONGEST)
    if not said:
        raise Refused("desk.nothing_written")
    thread = answering.begin(deed, deed.row(), place.community_id, said)
    return Go(f"/desk/threads/{thread.id}", "thread_sent")


def form(look: Look) -> View:
    """What may be corrected, with what is stored; shown as an act that is logged."""
    correcting.readable(look, look.row(), "people.correct")
    look.log("people.reveal", "person", look.row())
    row, profile = persons.get(look.tx, look.row()), persons.profile(look.tx, look.row())
    blank: dict[str, object] = {column.name: column.blank() for column in correcting.KIND.columns}
    stored = {**blank, **(profile._asdict() if profile else {}), "name": row.name, "phone": row.phone, "building": row.building}
    stored |= {"key": row.key, "community": "", "job_consent": False, "min_monthly_pay": None, "cell": None}
    columns = correcting.KIND.shown(extra=True)
    shown = dict(zip([column.name for column in columns], show_row(correcting.KIND, stored, look.content.labels, extra=True), strict=True))
    typed = {name: "" if shown[name] is None else str(shown[name]) for name in correcting.FIELDS}
    return _form(look, typed)


def _form(asked: Asked, typed: dict[str, str], wrong: list[str] | None = None) -> View:
    titles = {column.name: column.title for column in correcting.KIND.columns}
    return View(
        "person_form.html", {"typed": typed, "titles": titles, "number": asked.row(), "wrong": wrong or []}, status=422 if wrong else 200
    )


def _correct(deed: Deed) -> Go | View:
    typed = {name: deed.form.text(name, 500) for name in correcting.FIELDS}
    corrected = correcting.correct(deed, deed.row(), typed)
    if corrected.wrong:
        return _form(deed, typed, [str(one) for one in corrected.wrong])
    return Go(f"/desk/people/{deed.row()}", "person_corrected" if corrected.changed else "person_same")


PAGES = (
    Page(path="/desk/people", needs="people.see", show=show, behind=True, menu="desk.menu_people", rank=20),
    Page(path="/desk/people/{id:int}", needs="people.see", show=one, acts={"reveal": _reveal, "write": _write, "phone_code": _phone_code}),
    Page(path="/desk/people/{id:int}/correct", needs="people.correct", show=form, acts={"correct": _correct}),
)
