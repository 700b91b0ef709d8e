"""What the access matrix knows of the fund: in each community a firm's share that is due, and a spending that waits for a word."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from storage.tables.fund import Share, Spending
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    """The firm owes for a month; money was asked for in her name."""
    month = f"20{10 + woman.id % 80}-10"
    due = date(2026, 11, 15)
    values = {"enterprise_id": place.firm, "community_id": place.community, "month": month, "percent": 10, "due_on": due}
    put(tx, Share, now, **values, status="due", revenue_fen=100_000, due_fen=10_000)
    put(tx, Spending, now, community_id=place.community, purpose="children", what=f"给{woman.name}", estimate_fen=10_000, status="asked")


MATRIX = Matrix(
    # The statement is public; a share is found by whose it is: the firm's contact tells, the office receives.
    open_routes=frozenset({"fund", "share"}),
    open_commands=frozenset({"fund"}),
    unsigned=frozenset({"firm_shares"}),
    unreached=frozenset({"fund_close"}),
    guessed=lambda women: [f"share:{n}{verb}" for n in (1, 2) for verb in ("", ":received")] + ["fund_close:1:2026-10", "spending:1:agree"],
    staff_forms={
        "firm_revenue": ({"share": 1}, {"revenue": 1000.0}),
        "fund_ask": ({}, {"purpose": "children", "what": "书", "estimate": 100.0}),
        "fund_refuse": ({"spending": 1}, {"why": "不急"}),
        "fund_pay": ({"spending": 1}, {"amount": 100.0, "voucher": "A1"}),
        "fund_outcome": ({"spending": 1}, {"outcome": "装好了", "came": None}),
    },
    fill=fill,
)
