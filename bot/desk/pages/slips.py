"""Pay slips of a month: what each woman earned with whom, where it stands, and each slip as a file to print."""

from __future__ import annotations

from bot.config import DOCUMENTS
from bot.desk.page import File, Look, Page, View
from domain.months import month_before, month_of
from handlers.fund.statements import is_month
from handlers.word import DOCX
from handlers.workshops import papers
from storage.workshops import slips

SHOWN = 500


def show(look: Look) -> View:
    """The slips of her places in the month that the address names, else in the last one; every woman's is logged."""
    asked = look.query.text("month", 7)
    month = asked if is_month(asked) else month_before(month_of(look.today))
    rows = slips.of_month(look.tx, look.scopes("pay.close"), month, limit=SHOWN)
    for row in rows:
        look.log("pay.see", "slip", row.id)
    shown = [(row, look.voice.called(row.name, str(row.person_id))) for row in rows]
    return View("slips.html", {"month": month, "rows": shown, "total": sum(row.total_fen for row in rows)})


def one(look: Look) -> File:
    """One of them as a Word document, to print or to change. Raises Refused where it is not of her places."""
    return File(papers.document(look, look.row(), DOCUMENTS), "工钱条.docx", DOCX)


PAGES = (
    Page(path="/desk/slips", needs="pay.close", show=show, menu="desk.menu_slips", rank=84),
    Page(path="/desk/slips/{id:int}/word", needs="pay.close", show=one),
)
