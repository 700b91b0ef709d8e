"""From a statement to typed rows: each query's NamedTuple has the statement's columns as its fields, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    FromClause,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

Row = TypeVar("Row", bound=NamedTuple)
# A statement whose columns are known to who reads its rows only, as a sheet that shows whatever there is.
Query = Select[Any]


def every(tx: Connection, statement: Executable, kind: type[Row], values: Mapping[str, object] | None = None) -> list[Row]:
    """All rows. Raises TypeError where the statement's columns are not the row's fields."""
    return [kind._make(row) for row in _of(tx.execute(statement, values), kind)]


def first(tx: Connection, statement: Executable, kind: type[Row], values: Mapping[str, object] | None = None) -> Row | None:
    """The first row; None where there is none. Raises TypeError where the statement's columns are not the row's fields."""
    row = _of(tx.execute(statement, values), kind).first()
    return None if row is None else kind._make(row)


def columns(source: FromClause, kind: type[NamedTuple], *joined: FromClause, **named: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns that a row's fields name, in their order: one of `named`, else the table's own, else that of the first joined table.

    Raises KeyError for a field that is no column, and for a named column that is no field.
    """
    if unknown := named.keys() - set(kind._fields):
        raise KeyError(f"{kind.__qualname__}: {', '.join(sorted(unknown))}")
    return [named[field].label(field) if field in named else _column(field, (source, *joined)) for field in kind._fields]


def picked(source: Table, names: str) -> list[Column[Any]]:
    """Columns of a table by their names, as they stand in one string. Raises KeyError for a name that is no column."""
    return [source.c[name] for name in names.split()]


def upsert(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The database's own INSERT, which may say what happens where the row is there already (`on_conflict_…`)."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def insert_all(tx: Connection, table: Table, rows: Sequence[Mapping[str, object]], *returned: Column[Any]) -> list[tuple[Any, ...]]:
    """Insert many rows, and what `returned` names of each, in no order.

    On PostgreSQL it is one statement with one parameter: thousands of parameters cost more there than the rows. All rows name the same
    columns, none of them sealed, since their values go as JSON.
    """
    if tx.dialect.name != "postgresql":
        statement = insert(table)
        if not returned:
            tx.execute(statement, list(rows))
            return []
        return [tuple(row) for row in tx.execute(statement.returning(*returned), list(rows))]
    names = list(rows[0])
    records = func.jsonb_to_recordset(cast(bindparam("records", type_=Text), postgresql.JSONB))
    values = records.table_valued(*(column(name, table.c[name].type) for name in names)).render_derived(with_types=True)
    put = insert(table).from_select(names, select(*(values.c[name] for name in names)), include_defaults=False)
    done = tx.execute(put.returning(*returned) if returned else put, {"records": orjson.dumps(list(rows)).decode()})
    return [tuple(row) for row in done] if returned else []


def _column(field: str, tables: tuple[FromClause, ...]) -> ColumnElement[Any]:
    return next((table for table in tables if field in table.c), tables[0]).c[field]


def _of(result: CursorResult[Any], kind: type[NamedTuple]) -> CursorResult[Any]:
    # By position, since that is twice as fast; so the positions are looked at first.
    if tuple(result.keys()) != kind._fields:
        raise TypeError(f"{kind.__qualname__}: {', '.join(kind._fields)} are not the columns {', '.join(result.keys())}")
    return result
