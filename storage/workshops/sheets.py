"""What her own file shows of her work by the piece."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.workshops import lot, lot_count


def counted(person_id: int) -> Query:
    """Her bags, and what was counted of them."""
    return (
        select(lot.c.item, *picked(lot_count, "kind good rework spoilt her_good status rate_fen away due_on told_at said_at settled_at"))
        .join(lot, lot.c.id == lot_count.c.lot_id)
        .where(lot_count.c.person_id == person_id)
        .order_by(lot_count.c.id)
    )
