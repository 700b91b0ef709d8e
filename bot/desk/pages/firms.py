"""Firms: which have to be looked at, and one firm with its vetting, its agreement, and its suspension."""

from __future__ import annotations

from datetime import date

from bot.desk.page import Deed, Go, Look, Page, View
from domain.errors import Refused
from domain.work.vetting import SHARE, TOPICS, due
from handlers.work import firms
from handlers.work.withdrawals import REASONS
from storage.work import firms as kept

SIZE = 50
# Of earlier answers, as many as one reads.
EARLIER = 30


def show(look: Look) -> View:
    """The list."""
    where, first = look.scopes("firms.vet"), look.query.id("from")
    standing = next((one for one in kept.STANDINGS if one == look.query.text("status")), None)
    words, today = look.query.text("words", 40), look.today
    rows = kept.listed(look.tx, where, standing, words, now=look.now, today=today, after=first, limit=SIZE)
    total = kept.count(look.tx, where, standing, words, now=look.now, today=today)
    return View("firms.html", {"firms": rows, "total": total, "first": first, "size": SIZE, "standings": kept.STANDINGS, "today": today})


def one(look: Look) -> View:
    """One firm."""
    firm = firms.readable(look, look.row())
    every = kept.checks(look.tx, firm.id)
    newest = {one.topic: one for one in reversed(every)}
    suspensions = kept.suspensions(look.tx, firm.id)
    values: dict[str, object] = {
        "firm": firm,
        "topics": [(topic, newest.get(topic)) for topic in TOPICS],
        "due": due({topic: one.checked_at for topic, one in newest.items()}, now=look.now),
        "earlier": [one for one in every if one is not newest[one.topic]][:EARLIER],
        "agreements": kept.agreements(look.tx, firm.id),
        "suspended": next((one for one in suspensions if one.ended_at is None), None),
        "before": [one for one in suspensions if one.ended_at is not None],
        "public": len(kept.public_posts(look.tx, firm.id)) if look.may("firms.decide", None) else 0,
        "may_decide": look.may("firms.decide", None),
        "reasons": REASONS,
        "share": SHARE,
        "today": look.today,
    }
    look.log("firms.see", "enterprise", firm.id)
    return View("firm.html", values)


def _check(deed: Deed) -> Go:
    topic = next((one for one in TOPICS if one == deed.form.text("topic")), None)
    answer = deed.form.text("good")
    if topic is None or answer not in ("yes", "no"):
        raise Refused("firms.wrong_topic")
    firms.check(deed, deed.row(), topic, good=answer == "yes", note=deed.form.text("note", 500))
    return Go(f"/desk/firms/{deed.row()}", "firm_checked")


def _agree(deed: Deed) -> Go:
    share = deed.form.id("share")
    try:
        starts, ends = (date.fromisoformat(deed.form.text(name, 10)) for name in ("starts", "ends"))
    except ValueError:
        raise Refused("firms.wrong_days") from None
    firms.agree(deed, deed.row(), share=share, starts=starts, ends=ends)
    return Go(f"/desk/firms/{deed.row()}", "firm_agreed")


def _suspend(deed: Deed) -> Go:
    reason = next((one for one in REASONS if one == deed.form.text("reason")), None)
    if reason is None:
        raise Refused("positions.need_reason")
    firms.suspend(deed, deed.row(), reason, deed.form.text("why", 500))
    return Go(f"/desk/firms/{deed.row()}", "firm_suspended")


def _resume(deed: Deed) -> Go:
    firms.resume(deed, deed.row())
    return Go(f"/desk/firms/{deed.row()}", "firm_resumed")


ACTS = {"check": _check, "agree": _agree, "suspend": _suspend, "resume": _resume}

PAGES = (
    Page(path="/desk/firms", needs="firms.vet", show=show, menu="desk.menu_firms", rank=45),
    Page(path="/desk/firms/{id:int}", needs="firms.vet", show=one, acts=ACTS),
)
