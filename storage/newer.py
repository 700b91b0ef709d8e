"""Whether this program can work on a store that a newer version has migrated already, as it has to while one process after the other is renewed."""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel

from storage import tables


def in_the_way(tx: Connection) -> list[str]:
    """What keeps it from that: a table or column it knows and that is gone, and a column it does not know and that has to be filled."""
    assert tables
    there = {name: columns for (_, name), columns in inspect(tx).get_multi_columns().items()}
    found: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in there:
            found.append(table.name)
            continue
        names = {column["name"] for column in there[table.name]}
        found += [f"{table.name}.{column.name}" for column in table.columns if column.name not in names]
        unknown = (column for column in there[table.name] if column["name"] not in table.columns)
        found += [f"{table.name}.{column['name']}" for column in unknown if not column["nullable"] and column["default"] is None]
    return found
