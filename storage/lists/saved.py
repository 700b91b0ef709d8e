"""What became of the rows of a list, and how rows are read in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, collate


@dataclass(slots=True)
class Saved:
    """Counts; `refused`: key → column and why, for what only the store could tell."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, other: Saved) -> None:
        """Count another step's rows in."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused.update(other.refused)


def rows_of(tx: Connection, statement: Select[Any], key: ColumnElement[str]) -> Iterator[dict[str, Any]]:
    """Rows one after the other: a province's do not fit beside each other in memory."""
    # PostgreSQL would sort by the server's language.
    order = collate(key, "C") if tx.dialect.name == "postgresql" else key
    for row in tx.execute(statement.order_by(order).execution_options(yield_per=500)):
        yield dict(row._mapping)
