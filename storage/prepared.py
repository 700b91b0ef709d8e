"""The few statements that every message runs: compiled once for SQLite and handed to its driver, which costs a third of the ordinary way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Row = TypeVar("Row", bound=NamedTuple)
Process = Callable[[Any], Any]
Values = Mapping[str, object]
Statement = Select[Any] | UpdateBase


class _Plan(NamedTuple):
    """The text for the driver; for each parameter its name, its value where nobody gives one, and what is made of it; and of each column."""

    text: str
    parameters: tuple[tuple[str, object, Process | None], ...]
    columns: tuple[Process | None, ...]


class Prepared:
    """One statement with named parameters, each time with the same ones; the columns that it finds in the order of a row's fields.

    Elsewhere than on SQLite, outside a transaction, and where the driver refuses it, it runs the ordinary way, which raises SQLAlchemy's errors.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._plan: _Plan | None = None

    def first(self, tx: Connection, kind: type[Row], values: Values) -> Row | None:
        """The first row that it finds; None where there is none."""
        found = self.rows(tx, values)
        return kind._make(found[0]) if found else None

    def every(self, tx: Connection, kind: type[Row], values: Values) -> list[Row]:
        """All rows that it finds."""
        return [kind._make(row) for row in self.rows(tx, values)]

    def rows(self, tx: Connection, values: Values) -> Sequence[Sequence[Any]]:
        """All that it finds, a value for each column."""
        cursor = self._run(tx, values)
        if cursor is None or self._plan is None:
            return tx.execute(self.statement, values).all()
        columns = self._plan.columns
        return [[made if make is None else make(made) for made, make in zip(row, columns, strict=True)] for row in cursor.fetchall()]

    def changed(self, tx: Connection, values: Values) -> int:
        """How many rows it changed."""
        cursor = self._run(tx, values)
        return tx.execute(self.statement, values).rowcount if cursor is None else cursor.rowcount

    def _run(self, tx: Connection, values: Values) -> sqlite3.Cursor | None:
        """The driver's cursor; None where nothing was done."""
        if tx.dialect.name != "sqlite" or not tx.in_transaction():
            return None
        if self._plan is None:
            self._plan = _plan(self.statement, values, tx.dialect)
        given = [values.get(name, usual) for name, usual, _ in self._plan.parameters]
        made = [one if make is None else make(one) for one, (_, _, make) in zip(given, self._plan.parameters, strict=True)]
        try:
            return cast("sqlite3.Connection", tx.connection.driver_connection).execute(self._plan.text, made)
        except sqlite3.Error:
            return None


def _plan(statement: Statement, values: Values, dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    names = compiled.positiontup or []
    usual = compiled.params
    parameters = tuple((name, usual.get(name), _of(compiled.binds[name].type, dialect).bind_processor(dialect)) for name in names)
    columns = tuple(_of(column.type, dialect).result_processor(dialect, None) for column in statement.exported_columns)
    if "POSTCOMPILE" in compiled.string:
        raise ValueError("a list as a parameter cannot be prepared: " + compiled.string)
    return _Plan(compiled.string, parameters, columns)


def _of(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
