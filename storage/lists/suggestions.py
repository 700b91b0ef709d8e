"""Suggestions from an office's box or hotline, known by the number that the office gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.lists import Kind, settled
from storage.lists.saved import Saved, rows_of
from storage.tables.columns import table
from storage.tables.council import Suggestion
from storage.tables.work import Community

S, C = table(Suggestion), table(Community)
_ROWS = (
    select(S.c.id.label("row_id"), S.c.code.label("id"), C.c.code.label("community"), S.c.text, S.c.received_on)
    .select_from(S)
    .join(C, C.c.id == S.c.community_id)
)


def listed(tx: Connection) -> Iterator[dict[str, Any]]:
    """All suggestions, by the office's number."""
    return rows_of(tx, _ROWS, S.c.code)


def save(tx: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Saved:
    """Insert or change suggestions by their number."""
    saved = Saved()
    before = {row.id: dict(row._mapping) for row in tx.execute(_ROWS.where(S.c.code.in_([row["id"] for row in rows])))}
    communities = {row.code: row.id for row in tx.execute(select(C.c.code, C.c.id))}
    fresh = []
    for row in rows:
        old = before.get(row["id"])
        if old is None:
            fresh.append({**_columns({**kind.blank(), **row}, communities), "imported_at": now})
            continue
        current, read = settled(kind, old), settled(kind, row)
        differing = {name: row[name] for name, value in read.items() if value != current[name]}
        if differing:
            tx.execute(update(S).where(S.c.id == old["row_id"]).values(_columns(differing, communities)))
        saved.changed += bool(differing)
        saved.unchanged += not differing
    if fresh:
        tx.execute(insert(S), fresh)
    saved.new = len(fresh)
    return saved


def _columns(values: Mapping[str, Any], communities: Mapping[str, int]) -> dict[str, Any]:
    stored = dict(values)
    if "id" in stored:
        stored["code"] = stored.pop("id")
    if "community" in stored:
        stored["community_id"] = communities[stored.pop("community")]
    return stored
