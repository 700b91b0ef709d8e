"""The fund's books: shares to receive, money asked for, decided, paid and accounted for, and the statement of each month."""

from __future__ import annotations

from bot.config import DOCUMENTS
from bot.desk.page import Asked, Deed, File, Go, Look, Page, View
from bot.desk.places import communities_in
from domain.errors import Refused
from domain.months import month_before, month_of
from handlers.fund import shares, spendings, statements
from handlers.word import DOCX
from storage.fund import shares as told
from storage.fund import spendings as asked_for
from storage.people.persons import Community

SHOWN = 200


def show(look: Look) -> View:
    """What waits: money to come in, and money to go out."""
    where = look.scopes("fund.see")
    rows = asked_for.of_place(look.tx, where, status=("asked", "approved", "paid"), limit=SHOWN)
    values = {
        "due": told.of_place(look.tx, where, status=("due",), limit=SHOWN),
        "asked": told.of_place(look.tx, where, status=("asked",), limit=SHOWN),
        "spendings": [(row, spendings.what_of(look, look.voice, row), spendings.may_act(look, row)) for row in rows],
        "communities": communities_in(look, where),
        "today": look.today,
    }
    return View("fund.html", values)


def _receive(deed: Deed) -> Go:
    shares.receive(deed, deed.form.id("share"))
    return Go("/desk/fund", "fund_received")


def _ask(deed: Deed) -> Go:
    purpose, what, fen = deed.form.text("purpose", 40), deed.form.text("what", 100), deed.form.fen("estimate")
    if purpose not in deed.content.labels["purposes_of_fund"] or len(what) < 2 or not fen:
        raise Refused("desk.nothing_written")
    spendings.ask(deed, deed.form.id("community"), purpose=purpose, what=what, estimate_fen=fen)
    return Go("/desk/fund", "fund_asked")


def _agree(deed: Deed) -> Go:
    done = spendings.decide(deed, deed.form.id("spending"), agrees=True)
    return Go("/desk/fund", "fund_agreed" if done.approved else "fund_agreed_waiting")


def _refuse(deed: Deed) -> Go:
    why = deed.form.text("why", 200)
    if not why:
        raise Refused("positions.need_reason")
    spendings.decide(deed, deed.form.id("spending"), agrees=False, why=why)
    return Go("/desk/fund", "fund_refused")


def _pay(deed: Deed) -> Go:
    voucher = deed.form.text("voucher", 40)
    if not voucher:
        raise Refused("desk.no_voucher")
    spendings.pay(deed, deed.form.id("spending"), paid_fen=deed.form.fen("amount"), voucher=voucher)
    return Go("/desk/fund", "fund_paid")


def _outcome(deed: Deed) -> Go:
    said = deed.form.text("outcome", 100)
    if len(said) < 2:
        raise Refused("desk.nothing_written")
    spendings.finish(deed, deed.form.id("spending"), outcome=said, came=deed.form.id("came") or None)
    return Go("/desk/fund", "fund_done")


def statement(look: Look) -> View:
    """One month of one community, to read and to print."""
    place, month = _which(look)
    told = statements.statement(look.tx, place.id, month)
    over = month < month_of(look.today)
    values = {
        "found": told,
        "communities": communities_in(look, look.scopes("fund.see")),
        "earlier": month_before(month) if told.before or told.given or told.spent else "",
    }
    return View("statement.html", {**values, "may_close": over and not told.closed and look.may("fund.book", place.id)})


def _which(asked: Asked) -> tuple[Community, str]:
    """The community and month that the address names; the first of hers and the last month where it names none. Raises Refused."""
    mine, number = communities_in(asked, asked.scopes("fund.see")), asked.query.id("community")
    place = next((row for row in mine if row.id == number or not number), None)
    if place is None:
        raise Refused("fund.gone")
    month = asked.query.text("month", 7)
    return place, month if statements.is_month(month) else month_before(month_of(asked.today))


def word(look: Look) -> File:
    """The same as a Word document."""
    place, month = _which(look)
    made = statements.document(look, look.voice, statements.statement(look.tx, place.id, month), DOCUMENTS)
    return File(made, f"{place.name}基金-{month}.docx", DOCX)


def _close(deed: Deed) -> Go:
    place, month = _which(deed)
    statements.close(deed, place.id, month)
    return Go(f"/desk/fund/statement?community={place.id}&month={month}", "fund_closed")


def mine(look: Look) -> View:
    """For a firm: the months that it has not told yet, and what it owes."""
    where = look.scopes("shares.tell")
    asked = told.of_place(look.tx, where, status=("asked",), limit=SHOWN)
    due = told.of_place(look.tx, where, status=("due",), limit=SHOWN)
    return View("shares.html", {"asked": asked, "due": due})


def _tell(deed: Deed) -> Go:
    if not deed.form.text("revenue", 12):
        raise Refused("desk.wrong_money")
    saved = deed.form.text("saved", 2)
    told = int(saved) if saved.isdecimal() else None
    shares.tell_revenue(deed, deed.form.id("share"), deed.form.fen("revenue"), saved_percent=told)
    return Go("/desk/shares", "share_told")


ACTS = {"receive": _receive, "ask": _ask, "agree": _agree, "refuse": _refuse, "pay": _pay, "outcome": _outcome}

PAGES = (
    Page(path="/desk/fund", needs="fund.see", show=show, acts=ACTS, menu="desk.menu_fund", rank=85),
    Page(path="/desk/fund/statement", needs="fund.see", show=statement, acts={"close": _close}),
    Page(path="/desk/fund/statement/word", needs="fund.see", show=word),
    Page(path="/desk/shares", needs="shares.tell", show=mine, acts={"tell": _tell}, menu="desk.menu_shares", rank=86),
)
