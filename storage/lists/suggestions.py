"""Suggestions from an office's box or hotline, known by the number that the office gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.lists import settled
from domain.lists.suggestions import SUGGESTIONS, SuggestionRow
from storage.lists.saved import Saved, rows_of
from storage.rows import columns, every
from storage.tables.council import suggestion
from storage.tables.work import community


class Stored(NamedTuple):
    """A suggestion by the office's number, with the columns of its list."""

    row_id: int
    id: str
    community: str
    text: str
    received_on: date | None


_ROWS = (
    select(*columns(suggestion, Stored, row_id=suggestion.c.id, id=suggestion.c.code, community=community.c.code))
    .select_from(suggestion)
    .join(community, community.c.id == suggestion.c.community_id)
)


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All suggestions but those that were withdrawn, by their number."""
    return rows_of(tx, _ROWS.where(suggestion.c.state != "withdrawn"), suggestion.c.code)


def save(tx: Connection, rows: Sequence[SuggestionRow], *, now: datetime) -> Saved:
    """Insert or change suggestions by their number."""
    saved, fresh = Saved(), []
    numbers = [row["id"] for row in rows]
    before = {row.id: row for row in every(tx, _ROWS.where(suggestion.c.code.in_(numbers)), Stored)}
    communities = {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))}
    for row in rows:
        old = before.get(row["id"])
        if old is None:
            fresh.append({**_columns(SUGGESTIONS.whole(row), communities), "arrived_at": now})
            continue
        current, read = settled(SUGGESTIONS, old._asdict()), settled(SUGGESTIONS, row)
        differing = {name: value for name, value in row.items() if read[name] != current[name]}
        if differing:
            tx.execute(update(suggestion).where(suggestion.c.id == old.row_id).values(_columns(differing, communities)))
        if differing.keys() & {"text", "community"}:
            # The bot reads it anew; who supported other words is asked again.
            changed = suggestion.c.version + int("text" in differing)
            tx.execute(update(suggestion).where(suggestion.c.id == old.row_id).values(version=changed, topic=""))
        saved.count(changed=bool(differing))
    if fresh:
        tx.execute(insert(suggestion), fresh)
    saved.new = len(fresh)
    return saved


def _columns(values: Mapping[str, object], communities: Mapping[str, int]) -> dict[str, object]:
    stored = dict(values)
    if "id" in stored:
        stored["code"] = stored.pop("id")
    if "community" in stored:
        stored["community_id"] = communities[str(stored.pop("community"))]
    return stored
