"""The public statement of a fund: what came in, firm by firm, what went out, for what, and what is left; readable by anybody."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from domain.access import scopes
from domain.errors import Refused
from domain.fund.beancount import yuan
from domain.messages import Outbound
from domain.months import first_day, month_before, month_of
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from handlers.voice import Voice
from handlers.word import rendered
from storage.fund import ledger, spendings
from storage.fund.ledger import Place

# content/documents/statement.docx
TEMPLATE = "statement.docx"


class Given(NamedTuple):
    """What a firm gave in the month, in fen."""

    firm: str
    fen: int


class Spent(NamedTuple):
    """What was paid, in fen; `what` is empty where it helped one person."""

    number: str
    what: str
    purpose: str
    voucher: str
    fen: int
    outcome: str


class Statement(NamedTuple):
    """One month of a community's fund; amounts in fen."""

    place: Place
    month: str
    before: int
    given: list[Given]
    spent: list[Spent]
    left: int
    closed: bool


def statement(tx: Connection, community_id: int, month: str) -> Statement:
    """The statement of a month; every amount comes from rows. What helped one mother says no more than that it did."""
    before = ledger.in_bank(tx, community_id, before=month)
    rows = ledger.bookings(tx, community_id, month)
    paid = spendings.of_bookings(tx, [row.number for row in rows])
    given = [Given(row.note, row.fen) for row in rows if row.kind != "spending" and row.fen]
    spent = [
        Spent(row.number, row.note, paid[row.number].purpose, row.voucher, -row.fen, paid[row.number].outcome)
        for row in rows
        if row.number in paid
    ]
    moved = sum(row.fen for row in rows)
    closed = ledger.is_closed(tx, community_id, month)
    return Statement(ledger.place(tx, community_id), month, before, given, spent, before + moved, closed)


def close(scene: Scene, community_id: int, month: str) -> None:
    """Close a month that is over: nothing is booked on it any more. Raises Refused."""
    scene.need("fund.book", community_id)
    if month >= month_of(scene.today):
        raise Refused("fund.month_not_over", month=month)
    if ledger.is_closed(scene.tx, community_id, month):
        raise Refused("fund.month_closed", month=month)
    ledger.close_month(scene.tx, community_id, month, now=scene.now)
    scene.log("fund.close", "community", community_id, month=month)


def public(turn: Turn, argument: str = "") -> list[Outbound]:
    """基金: her community's fund, this month; `7:2026-10` shows another community and month."""
    number, _, month = argument.partition(":")
    community_id = row_id(number) or turn.community_id or _office(turn)
    if community_id is None:
        return [turn.say("fund.no_community", (turn.button("menu.register", "menu:register"),))]
    today = turn.today
    shown = month if is_month(month) else month_of(today)
    try:
        told = statement(turn.tx, community_id, shown)
    except LookupError:
        raise Refused("talk.old_button") from None
    earlier = month_before(shown)
    rows = [(turn.button("fund.earlier", f"fund:{community_id}:{earlier}", month=earlier),)]
    if turn.may("fund.book", community_id) and not told.closed and shown < month_of(today):
        rows.append((turn.button("fund.close", f"fund_close:{community_id}:{shown}", month=shown),))
    return [Outbound(text=in_words(turn, told), buttons=tuple(rows))]


def in_words(turn: Turn, told: Statement) -> str:
    """A statement that a stranger can follow."""
    lines = [turn.words("fund.head", place=told.place.name, month=told.month, before=yuan(told.before))]
    lines += [turn.words("fund.given", firm=row.firm, amount=yuan(row.fen)) for row in told.given]
    lines += [_spent(turn, row) for row in told.spent]
    if not told.given and not told.spent:
        lines.append(turn.words("fund.quiet"))
    lines.append(turn.words("fund.left", left=yuan(told.left)))
    if told.closed:
        lines.append(turn.words("fund.is_closed"))
    return "\n".join(lines)


def document(scene: Scene, voice: Voice, told: Statement, folder: Path) -> bytes:
    """The statement as a Word document, from the template in `folder`."""
    spent = [
        {
            "what": row.what or voice.words("fund.private"),
            "voucher": row.voucher,
            "number": row.number,
            "amount": yuan(row.fen),
            "outcome": row.outcome if row.what else "",
        }
        for row in told.spent
    ]
    values = {
        "place": told.place.name,
        "month": told.month,
        "before": yuan(told.before),
        "left": yuan(told.left),
        "given": [{"firm": row.firm, "amount": yuan(row.fen)} for row in told.given],
        "spent": spent,
        "closed": told.closed,
        "written": f"{scene.today:%Y-%m-%d}",
    }
    return rendered(folder / TEMPLATE, values)


def _spent(turn: Turn, row: Spent) -> str:
    what = row.what or turn.words("fund.private")
    said = turn.words("fund.spent", what=what, amount=yuan(row.fen), voucher=row.voucher, number=row.number)
    return f"{said} {row.outcome}" if row.outcome and row.what else said


def closed(turn: Turn, argument: str) -> list[Outbound]:
    """The button that closes a month."""
    number, _, month = argument.partition(":")
    if not is_month(month):
        raise Refused("talk.old_button")
    close(turn, row_id(number), month)
    return public(turn, argument)


def _office(turn: Turn) -> int | None:
    """The community whose books somebody of the staff keeps."""
    return next((scope.community_id for scope in scopes(turn.roles(), "fund.see") if scope.community_id is not None), None)


def is_month(written: str) -> bool:
    """Whether it is a month as statements name it, 2026-10."""
    try:
        return first_day(written).year > 2000 and len(written) == 7
    except ValueError:
        return False
