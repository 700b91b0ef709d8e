"""What firms return: asked for after each month, told by the firm, received by the office; late ones are not forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.fund.beancount import yuan
from domain.fund.shares import due_on, share_of
from domain.messages import Outbound
from domain.months import first_day, last_day, month_before, month_of
from domain.notices import local_day
from domain.plain import id_of, number_of, whole_of
from handlers import forms
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from storage.conversations import About
from storage.fund import ledger, shares
from storage.fund.ledger import Line
from storage.fund.shares import Share
from storage.staff import roles
from storage.workshops import slips

SHOWN = 8
FORM = "firm_revenue"
AGAIN = timedelta(days=7)


class Told(NamedTuple):
    """A firm's word: what it earned, and what it owes for that, in fen."""

    share: Share
    due_fen: int


def tell_revenue(scene: Scene, share_id: int, revenue_fen: int, *, saved_percent: int | None = None) -> Told:
    """The firm's own word on a month, booked as owed, and what it says that it saves. Raises Refused."""
    share = _of_firm(scene, share_id)
    due = share_of(revenue_fen, share.percent)
    if not shares.tell(scene.tx, share.id, revenue_fen=revenue_fen, due_fen=due, saved_percent=saved_percent, now=scene.now):
        raise Refused("fund.told_before")
    if due:
        where, firm = ledger.place(scene.tx, share.community_id), ledger.firm(scene.tx, share.enterprise_id)
        lines = [Line(ledger.owed(where, firm), due), Line(ledger.share(where, firm), -due)]
        ledger.book(scene.tx, where.id, lines, kind="share_due", on=scene.today, now=scene.now, note=f"{share.month} {firm.name}")
    scene.log("shares.tell", "share", share.id)
    said = Outbound(text="\n".join(_for_office(scene, share, revenue_fen, due)))
    tell(scene.tx, scene.content, coordinators(scene.tx, share.community_id), "staff", said, now=scene.now)
    return Told(share, due)


def _for_office(scene: Scene, share: Share, revenue_fen: int, due_fen: int) -> list[str]:
    """What a firm told, beside what its work cost in wages: less revenue than wages is worth a question."""
    words = for_others(scene.content).words
    told = {"firm": share.enterprise, "month": share.month, "revenue": yuan(revenue_fen), "due": yuan(due_fen)}
    lines = [words("fund.told_office", **told)]
    known = slips.wages(scene.tx, share.enterprise_id, share.community_id, share.month)
    if known.fen:
        lines.append(words("fund.told_wages", pieces=known.pieces, wages=yuan(known.fen)))
    if revenue_fen < known.fen:
        lines.append(words("fund.told_too_little"))
    return lines


def receive(scene: Scene, share_id: int) -> str:
    """The money is there: booked on the bank account; the booking's number. Raises Refused."""
    share = shares.get(scene.tx, share_id)
    if share is None or not scene.may("fund.book", share.community_id):
        raise Refused("fund.gone")
    if share.due_fen is None or not shares.pay(scene.tx, share.id, now=scene.now):
        raise Refused("fund.received_before")
    where, firm = ledger.place(scene.tx, share.community_id), ledger.firm(scene.tx, share.enterprise_id)
    lines = [Line(ledger.bank(where), share.due_fen), Line(ledger.owed(where, firm), -share.due_fen)]
    note = f"{share.month} {firm.name}"
    number = ledger.book(scene.tx, where.id, lines, kind="share_paid", on=scene.today, now=scene.now, note=note)
    scene.log("fund.receive", "share", share.id)
    receipt = for_others(scene.content).say("fund.receipt", month=share.month, amount=yuan(share.due_fen), number=number)
    tell(scene.tx, scene.content, roles.contacts(scene.tx, share.enterprise_id), "staff", receipt, now=scene.now)
    return number


def _of_firm(scene: Scene, share_id: int) -> Share:
    share = shares.get(scene.tx, share_id)
    if share is None or not scene.may("shares.tell", None, enterprise_id=share.enterprise_id):
        raise Refused("fund.gone")
    return share


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """报营收: the months for which a firm's contact has not told the revenue yet, and what is still to be paid."""
    where = turn.scopes("shares.tell")
    asked = shares.of_place(turn.tx, where, status=("asked",), limit=SHOWN)
    due = shares.of_place(turn.tx, where, status=("due",), limit=SHOWN)
    if not asked and not due:
        return [turn.say("fund.nothing_asked")]
    lines = [turn.words("fund.owed_line", **_values(share)) for share in due]
    rows = [(turn.button("fund.tell", f"share:{share.id}", month=share.month, community=share.community),) for share in asked]
    return [turn.say("fund.asked", *rows, owed="\n".join(lines), count=len(asked))]


def books(turn: Turn, _argument: str = "") -> list[Outbound]:
    """企业分成: for the office, what was told and is to be received, each with its button, and how many firms have not told yet."""
    where = turn.scopes("fund.see")
    due = shares.of_place(turn.tx, where, status=("due",), limit=SHOWN)
    asked = shares.of_place(turn.tx, where, status=("asked",))
    rows = [(turn.button("fund.receive", f"share_received:{share.id}", **_values(share)),) for share in due]
    return [turn.say("fund.books", *rows, due=len(due), asked=len(asked))]


def received(turn: Turn, argument: str) -> list[Outbound]:
    """`share_received:7`: the office's word that the money came."""
    return [turn.say("fund.received", number=receive(turn, row_id(argument)))]


def begin(turn: Turn, argument: str) -> list[Outbound]:
    """`share:7` asks a firm for its revenue of a month."""
    share = _of_firm(turn, row_id(argument))
    if share.status != "asked":
        raise Refused("fund.told_before")
    return forms.start(turn, FORM, known={"percent": share.percent}, about={"share": share.id})


def told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The firm's contact has filled in the revenue."""
    revenue = number_of(answers, "revenue") or 0.0
    saved = whole_of(answers, "saved")
    done = tell_revenue(turn, id_of(about, "share"), round(revenue * 100), saved_percent=saved)
    phrase = "fund.told" if done.due_fen else "fund.told_nothing"
    return [turn.say(phrase, month=done.share.month, due=yuan(done.due_fen), due_on=f"{done.share.due_on:%m-%d}")]


def ask(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: a month that is over is asked about at every firm that had posts in it; how many rows were added."""
    today = local_day(now)
    month = month_before(month_of(today))
    # Nobody is late on the day she is first asked.
    due = max(due_on(month), today + AGAIN)
    return shares.ask(tx, month, first_day=first_day(month), last_day=last_day(month), due=due)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: late shares, to the firm's contact and to the office; how many."""
    late = shares.late(tx, today=local_day(now), reminded_before=now - AGAIN)
    for share in late:
        said = for_others(content).say(f"fund.late_{share.status}", **_values(share))
        people = [*roles.contacts(tx, share.enterprise_id), *coordinators(tx, share.community_id)]
        tell(tx, content, people, "staff", said, now=now)
        shares.reminded(tx, share.id, now=now)
    return len(late)


def _values(share: Share) -> dict[str, str]:
    due = "" if share.due_fen is None else yuan(share.due_fen)
    return {"firm": share.enterprise, "community": share.community, "month": share.month, "due": due, "due_on": f"{share.due_on:%m-%d}"}
