"""What the access matrix knows of the fund: in each community a firm's share that is due, and a spending that waits for a word."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from storage.fund import ledger
from storage.tables.fund import Share, Spending
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    """The firm gave for one month and owes for another; money was asked for in her name."""
    where, firm = ledger.place(tx, place.community), ledger.firm(tx, place.firm)
    given = [ledger.Line(ledger.bank(where), 5_000), ledger.Line(ledger.share(where, firm), -5_000)]
    ledger.book(tx, where.id, given, kind="share_paid", on=date(2026, 10, 15), now=now)
    owed = [ledger.Line(ledger.owed(where, firm), 10_000), ledger.Line(ledger.share(where, firm), -10_000)]
    ledger.book(tx, where.id, owed, kind="share_due", on=date(2026, 11, 1), now=now)
    month = f"20{10 + woman.id % 80}-10"
    due = date(2026, 11, 15)
    values = {"enterprise_id": place.firm, "community_id": place.community, "month": month, "percent": 10, "due_on": due}
    put(tx, Share, now, **values, status="due", revenue_fen=100_000, due_fen=10_000)
    put(tx, Spending, now, community_id=place.community, purpose="children", what=f"给{woman.name}", estimate_fen=10_000, status="asked")


MATRIX = Matrix(
    # The statement is public.
    open_routes=frozenset({"fund"}),
    open_commands=frozenset({"fund"}),
    unsigned=frozenset({"firm_shares"}),
    # A firm tells its revenue, which the federation cannot.
    unreached=frozenset({"fund_close", "share"}),
    guessed=lambda women: [
        *(f"{button}:{n}" for n in (1, 2) for button in ("share", "share_received")),
        "fund_close:1:2026-10",
        "spending:1:agree",
    ],
    staff_forms={
        "firm_revenue": ({"share": 1}, {"revenue": 1000.0}),
        "fund_ask": ({}, {"purpose": "children", "what": "书", "estimate": 100.0}),
        "fund_refuse": ({"spending": 1}, {"why": "不急"}),
        "fund_pay": ({"spending": 1}, {"amount": 100.0, "voucher": "A1"}),
        "fund_outcome": ({"spending": 1}, {"outcome": "装好了", "came": None}),
    },
    owners={"spending_id": "fund_spending", "account_id": "ledger_account"},
    fill=fill,
)
