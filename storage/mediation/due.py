"""What is due in any case, by ids alone, for the clock: nobody's contents are read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.mediation.cases import Case
from storage.rows import columns, every
from storage.tables.mediation import dispute_case


def cases(tx: Connection, *, now: datetime, limit: int) -> list[Case]:
    """Open cases for which something is overdue."""
    due = dispute_case.c.due_at.is_not(None), dispute_case.c.due_at <= now
    return every(tx, select(*columns(dispute_case, Case)).where(*due).order_by(dispute_case.c.due_at).limit(limit), Case)
