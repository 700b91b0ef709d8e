"""The demo town's three closed months: pay, share and spending hang together, and beancount agrees with the fund."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from beancount.loader import load_string
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot import demo
from domain.fund.beancount import lines
from storage.database import Store
from storage.fund import ledger
from storage.tables.fund import fund_share, fund_spending, ledger_month
from storage.tables.pay import pay_line, pay_slip
from storage.tables.work import community
from storage.tables.workshops import lot

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONTHS = ["2026-07", "2026-08", "2026-09"]


def test_three_closed_months_of_pay_share_and_spending(empty_sqlite: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'town.db')}")
    demo.fill(store, mothers=400, positions=120, now=NOW)
    with store.read() as tx:
        closed = tx.execute(select(ledger_month.c.month).distinct().order_by(ledger_month.c.month)).scalars().all()
        assert closed == MONTHS
        paid = select(pay_slip.c.month, func.count(), func.min(pay_slip.c.total_fen)).group_by(pay_slip.c.month)
        rows = tx.execute(paid.where(pay_slip.c.status == "confirmed").order_by(pay_slip.c.month)).all()
        assert [row[0] for row in rows] == MONTHS and all(row[1] >= 12 and row[2] > 80_000 for row in rows)
        slip_fen, line_fen = select(func.sum(pay_slip.c.total_fen)), select(func.sum(pay_line.c.pieces * pay_line.c.rate_fen))
        assert tx.execute(slip_fen).scalar_one() == tx.execute(line_fen).scalar_one()
        assert tx.execute(select(func.count()).select_from(fund_share).where(fund_share.c.status == "paid")).scalar_one() > 0
        assert tx.execute(select(func.count()).select_from(fund_spending).where(fund_spending.c.status == "done")).scalar_one() > 0
        assert tx.execute(select(func.count()).select_from(lot).where(lot.c.status == "closed")).scalar_one() > 0
        firm, place = tx.execute(select(pay_slip.c.enterprise_id, pay_slip.c.community_id)).first() or (0, 0)
        left = sum(ledger.in_bank(tx, one) for one in tx.execute(select(community.c.id)).scalars())
        entries, errors, _ = load_string("\n".join(lines(ledger.written(tx))))
    assert errors == [] and left >= 0
    banked = sum(
        posting.units.number for entry in entries for posting in getattr(entry, "postings", ()) if posting.account.startswith("Assets:Bank")
    )
    assert round(banked * 100) == left
    with pytest.raises(IntegrityError, match="closed"), store.begin() as tx:
        where, owner = ledger.place(tx, place), ledger.firm(tx, firm)
        more = [ledger.Line(ledger.bank(where), 1), ledger.Line(ledger.share(where, owner), -1)]
        ledger.book(tx, place, more, kind="share_paid", on=NOW.date().replace(month=9), now=NOW)
    store.close()
