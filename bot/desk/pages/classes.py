"""Classes: how full each is, the sign-in code for a whole wall, the roll to tick and to print, everybody assessed at once, certificates."""

from __future__ import annotations

from bot import case_files
from bot.config import DOCUMENTS
from bot.desk.page import Deed, File, Go, Look, Page, View
from domain.errors import Refused
from domain.training import certificates
from handlers.training import papers, rolls, teaching
from handlers.word import DOCX
from storage.training import attendance, classes

SHOWN = 200


def show(look: Look) -> View:
    """Those of her places, open ones first."""
    rows = classes.managed(look.tx, look.scopes("classes.manage"), limit=SHOWN)
    shown = [(row, row.status == "open" and certificates.over(row.sessions, look.now)) for row in rows]
    return View("classes.html", {"rows": shown, "now": look.now})


def one(look: Look) -> View:
    """One class: its sessions, and who has a place; every name that is shown is logged."""
    row = teaching.class_of(look, look.row())
    people = attendance.roll(look.tx, row.id)
    for pupil in people:
        look.log("classes.assess", "person", pupil.person_id)
    sessions = attendance.sessions(look.tx, row.id)
    open_ = row.status == "open"
    values = {
        "row": row,
        "people": people,
        "sessions": [
            (one, certificates.going_on(one.starts_at, look.now), one.starts_at - certificates.BEFORE <= look.now) for one in sessions
        ],
        "over": certificates.over(row.sessions, look.now),
        "ready": {pupil.id for pupil in teaching.ready(row, people)},
        "may_cancel": open_ and not certificates.over(row.sessions, look.now),
        "passed": any(pupil.certificate for pupil in people),
    }
    return View("class.html", values)


def _assess(deed: Deed) -> Go:
    """All that were ticked, at once; who is not ticked is asked about again."""
    row = teaching.class_of(deed, deed.row())
    chosen = {pupil.id: deed.form.text(f"verdict-{pupil.id}", 6) for pupil in attendance.roll(deed.tx, row.id)}
    verdicts = {number: said == "passed" for number, said in chosen.items() if said in ("passed", "failed")}
    if not verdicts:
        raise Refused("desk.nothing_chosen")
    for number, passed in verdicts.items():
        teaching.assess(deed, number, passed=passed)
    return Go(f"/desk/classes/{row.id}", "class_assessed")


def _cancel(deed: Deed) -> Go:
    teaching.cancel(deed, deed.row())
    return Go("/desk/classes", "class_cancelled")


def code(look: Look) -> View:
    """The code of a session that goes on, as large as the wall; it looks at itself again when the next one is there."""
    row = rolls.session_of(look, look.row())
    if not certificates.going_on(row.starts_at, look.now):
        raise Refused("classes.code_not_now")
    said = certificates.code(attendance.code_key(row.id), look.now)
    came = sum(bool(one.came) for one in attendance.roll(look.tx, row.class_id, session_id=row.id))
    again = max(certificates.lasts(look.now) - certificates.SHOWN, 1)
    return View("class_code.html", {"row": row, "code": f"{said[:3]} {said[3:]}", "came": came, "again": again})


def roll(look: Look) -> View:
    """Every name of a session with a tick, on the screen and on paper; every name is logged."""
    row = rolls.session_of(look, look.row())
    people = attendance.roll(look.tx, row.class_id, session_id=row.id)
    for pupil in people:
        look.log("classes.roll", "person", pupil.person_id)
    open_ = row.status == "open" and row.starts_at - certificates.BEFORE <= look.now
    return View("class_roll.html", {"row": row, "people": people, "open": open_})


def _tick(deed: Deed) -> Go:
    """Who was there, as it was ticked for all at once."""
    row, came = rolls.session_of(deed, deed.row()), set(deed.form.ids("came"))
    for pupil in attendance.roll(deed.tx, row.class_id, session_id=row.id):
        if bool(pupil.came) != (pupil.person_id in came):
            rolls.tick(deed, row.id, pupil.person_id)
    return Go(f"/desk/classes/sessions/{row.id}/roll", "class_ticked")


def papers_of(look: Look) -> File:
    """Certificates as a PDF; as a Word document where there is no LibreOffice."""
    made = papers.certificates(look, look.row(), DOCUMENTS)
    if not case_files.installed():
        return File(made, "结业证书.docx", DOCX)
    return File(case_files.converted([made])[0], "结业证书.pdf", "application/pdf")


PAGES = (
    Page(path="/desk/classes", needs="classes.manage", show=show, menu="desk.menu_classes", rank=55),
    Page(path="/desk/classes/{id:int}", needs="classes.manage", show=one, acts={"assess": _assess, "cancel": _cancel}),
    Page(path="/desk/classes/{id:int}/certificates", needs="classes.manage", show=papers_of),
    Page(path="/desk/classes/sessions/{id:int}/code", needs="classes.manage", show=code, watched=True),
    Page(path="/desk/classes/sessions/{id:int}/roll", needs="classes.manage", show=roll, acts={"tick": _tick}),
)
