"""Calls of the women's line by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from domain.lists.hotline import HotlineRow
from storage.lists.saved import Saved, rows_of
from storage.tables.mediation import hotline_month


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All months, the first first."""
    return rows_of(tx, select(hotline_month.c.month, hotline_month.c.calls), hotline_month.c.month)


def save(tx: Connection, rows: Sequence[HotlineRow]) -> Saved:
    """Insert or change months."""
    saved, fresh = Saved(), []
    before = {row.month: row.calls for row in tx.execute(select(hotline_month.c.month, hotline_month.c.calls))}
    for row in rows:
        if row["month"] not in before:
            fresh.append(dict(row))
            continue
        changed = before[row["month"]] != row["calls"]
        if changed:
            tx.execute(update(hotline_month).where(hotline_month.c.month == row["month"]).values(calls=row["calls"]))
        saved.count(changed=changed)
    if fresh:
        tx.execute(insert(hotline_month), fresh)
    saved.new = len(fresh)
    return saved
