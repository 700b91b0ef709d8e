"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypedDict

from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Integer, Table, TextClause, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the store. Raises ValueError for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
NullableJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
BigId = BigInteger().with_variant(Integer(), "sqlite")


def key() -> Any:
    """The primary key, numbered by the store."""
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


def ref(table: str, *, null: bool = False, index: bool = False) -> Any:
    """A foreign key to `table`."""
    column: Column[int] = Column(BigId, ForeignKey(f"{table}.id"), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def instant(*, null: bool = False) -> Any:
    """A point in time."""
    column = Column(Instant, nullable=null)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def json() -> Any:
    """A JSON value."""
    return Field(sa_column=Column(Json, nullable=False))


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model, for the statements of the hot path."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class Condition(TypedDict):
    """What a partial index holds, in the words of either store."""

    sqlite_where: TextClause
    postgresql_where: TextClause


def where(condition: str) -> Condition:
    """The condition of a partial index, for either store."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
