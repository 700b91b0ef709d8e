"""What a store holds, in a form that two runs of the same story can be compared by."""

from __future__ import annotations

import functools
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select
from sqlmodel import SQLModel

from storage.database import Store
from storage.tables.columns import Instant

# What may differ after a crash: how often a row was tried, and that this is on record.
MAY_DIFFER = {"attempts", "why", "ambiguous_at", "lease_until", "platform_ref"}
# Made by chance, or holding row ids, which PostgreSQL does not give twice.
BY_CHANCE = {"key", "code_digest", "stamp", "subject_id"}


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables; an id is its rank, a moment only whether there is one, a message its text and labels."""
    with store.read() as tx:
        raw = {table.name: _rows(tx, table) for table in _filled(tx)}
    ranks = {name: {row["id"]: n for n, row in enumerate(rows, 1)} for name, rows in raw.items() if rows and "id" in rows[0]}
    return {table.name: [_plain(table, row, ranks) for row in raw[table.name]] for table in _all() if table.name in raw}


def _filled(tx: Connection) -> list[Any]:
    """Most tables are empty, and asking that of all at once is the cheaper question."""
    asked = ", ".join(f'EXISTS (SELECT 1 FROM "{table.name}")' for table in _all())
    return [table for table, any_row in zip(_all(), tx.exec_driver_sql(f"SELECT {asked}").one(), strict=True) if any_row]


def _rows(tx: Connection, table: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(_in_order(table))]


@functools.cache
def _in_order(table: Any) -> Select[Any]:
    return select(table).order_by(*table.primary_key)


def _all() -> list[Any]:
    return list(SQLModel.metadata.sorted_tables)


def _plain(table: Any, row: dict[str, Any], ranks: dict[str, dict[int, int]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        if column.name in MAY_DIFFER or column.name in BY_CHANCE:
            continue
        if isinstance(column.type, Instant):
            value = value is not None
        elif column.name == "body" and isinstance(value, str):
            said = orjson.loads(value)
            value = said["text"], [button[0] for line in said["buttons"] for button in line]
        elif column.name == "state" and isinstance(value, dict):
            value = {name: part for name, part in value.items() if name != "key"}
        elif column.name == "id":
            value = ranks[table.name][value]
        elif column.foreign_keys and value is not None:
            value = ranks[next(iter(column.foreign_keys)).column.table.name][value]
        found[column.name] = value
    return found
