"""Many rows by one statement: each value as it was given, times and days among them, on either database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from storage.database import Store
from storage.people import persons
from storage.rows import insert_all
from storage.tables.pay import pay_slip
from tests.conftest import MORNING
from tests.support import towns


def test_rows_come_back_as_they_were_given(store: Store) -> None:
    towns.small(store)
    with store.begin() as tx:
        women = [persons.add(tx, "web", f"w{number}", language="zh", now=MORNING).person_id for number in range(3)]
        rows: list[dict[str, object]] = [
            {
                "person_id": woman,
                "enterprise_id": 1,
                "community_id": 1,
                "month": "2026-10",
                "terms": 'unset "\\',
                "pieces": number,
                "minutes": None if number else 90,
                "piece_fen": 10**12,
                "extra_fen": 0,
                "floor_fen": None,
                "top_up_fen": 0,
                "total_fen": 10**12,
                "status": "closed",
                "pay_by": MORNING.date() + timedelta(days=number),
                "closed_by": None,
                "closed_at": MORNING,
            }
            for number, woman in enumerate(women)
        ]
        numbers = {row[0]: row[1] for row in insert_all(tx, pay_slip, rows, pay_slip.c.person_id, pay_slip.c.id)}
        stored = {row["id"]: dict(row) for row in tx.execute(select(pay_slip)).mappings()}
    assert sorted(numbers) == women and len(stored) == 3
    for row in rows:
        kept = stored[numbers[row["person_id"]]]
        assert {name: kept[name] for name in row} == row
