"""What women earned, by community and month: median and quartiles, and nothing of few."""

from __future__ import annotations

import pytest

from bot.commands import workshops
from handlers.content import Content
from storage.database import Store
from storage.fund import ledger
from storage.fund.ledger import Line
from storage.people import persons
from storage.tables.fund import Share
from storage.tables.pay import PaySlip
from storage.tables.training import ClassSession, TrainingClass
from tests.conftest import MORNING
from tests.support import towns
from tests.support.rows import put


def test_incomes_by_community_and_month(store: Store, content: Content) -> None:
    towns.small(store)
    with store.begin() as tx:
        women = [persons.add(tx, "web", str(number), language="zh", now=MORNING).person_id for number in range(9)]
        # Five in the first community, the first of them with two slips; four in the second.
        for number, (woman, fen) in enumerate([(0, 50_000), (0, 50_000), (1, 200_000), (2, 300_000), (3, 400_000), (4, 500_000)]):
            one = {"person_id": women[woman], "enterprise_id": 1, "community_id": 1, "month": "2026-10", "pay_by": MORNING.date()}
            put(tx, PaySlip, MORNING, **one, terms="unset", pieces=10 + number, piece_fen=fen, total_fen=fen, status="paid")
        for woman in women[5:]:
            one = {"person_id": woman, "enterprise_id": 1, "community_id": 2, "month": "2026-10", "pay_by": MORNING.date()}
            put(tx, PaySlip, MORNING, **one, terms="unset", pieces=7, piece_fen=12_345, total_fen=12_345, status="paid")
        due = {"enterprise_id": 1, "community_id": 1, "month": "2026-10", "percent": 10, "due_on": MORNING.date()}
        put(tx, Share, MORNING, **due, due_fen=8_800, status="paid", saved_percent=12)
        for came, on in ((17, 5), (8, 30), (None, 20)):
            held = put(
                tx, TrainingClass, MORNING, community_id=1, code=f"A{on}", title="义诊", skill="", kind="activity", capacity=9, came=came
            )
            put(tx, ClassSession, MORNING, class_id=held, starts_at=MORNING.replace(month=10, day=on))
        where, firm = ledger.place(tx, 1), ledger.firm(tx, 1)
        for day in ("2026-10-31", "2026-11-01"):
            lines = [Line(ledger.bank(where), 8_800), Line(ledger.share(where, firm), -8_800)]
            ledger.book(tx, 1, lines, kind="share_paid", on=MORNING.date().fromisoformat(day), now=MORNING)
        spent = [Line(ledger.spending(where, "activity"), 300), Line(ledger.bank(where), -300)]
        ledger.book(tx, 1, spent, kind="spending", on=MORNING.date().replace(month=10), now=MORNING)
    names, rows, notes = workshops.table(store, content, month=None, outside=False, now=MORNING)
    assert len(names) == 15 and "2026-10" in notes[0]
    assert rows[0][2:] == [5, "3000.00", "2000.00", "4000.00", 75, "15000.00", "88.00", "88.00", "3.00", "85.00", 2, 25, 12]
    assert rows[1][2:] == ["*"] * 6 + [*["0.00"] * 4, 0, 0, None], "four women could be recognised"
    assert rows[2][2:] == [0, None, None, None, 0, *["0.00"] * 5, 0, 0, None]
    with pytest.raises(ValueError, match="不是月份"):
        workshops.table(store, content, month="2026-13", outside=False, now=MORNING)
