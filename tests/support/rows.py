"""One row for a test that cares for few of its columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_origin

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from storage.tables.columns import table


def put(tx: Connection, model: type[SQLModel], now: datetime, **values: Any) -> int:
    """One row; columns that are not named have the model's default, or the emptiest value of their type."""
    rows = table(model)
    for column in rows.columns:
        if column.name in values or column.primary_key or column.nullable:
            continue
        default = model.model_fields[column.name].get_default(call_default_factory=True)
        values[column.name] = (
            default if isinstance(default, str | int | list) else _emptiest(model.model_fields[column.name].annotation, now)
        )
    return int(tx.execute(insert(rows).values(**values).returning(rows.c.id)).scalar_one())


def _emptiest(kind: Any, now: datetime) -> Any:
    plain = get_origin(kind) or kind
    return now if plain is datetime else plain()
