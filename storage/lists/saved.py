"""What became of the rows of a list, and how rows are read in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, collate

from storage.rows import Query


@dataclass(slots=True)
class Saved:
    """Counts; `refused`: key → column and why, for what only the store could tell."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def count(self, *, changed: bool) -> None:
        """Count a row that was there before."""
        self.changed += changed
        self.unchanged += not changed

    def add(self, other: Saved) -> None:
        """Count another step's rows in."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused.update(other.refused)


def rows_of(tx: Connection, statement: Query, key: ColumnElement[str]) -> Iterator[Mapping[str, object]]:
    """Rows by the names of their columns, one after the other: a province's do not fit beside each other in memory."""
    # PostgreSQL would sort by the server's language.
    order = collate(key, "C") if tx.dialect.name == "postgresql" else key
    for row in tx.execute(statement.order_by(order).execution_options(yield_per=500)):
        yield row._asdict()
