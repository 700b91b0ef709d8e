"""A column of a list, with the names that offices give it and what a blank cell means; and a list, known by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from domain.lists.known import Known

# What is written into a cell.
Cell = str | int | float | Decimal | date | None
Labels = Mapping[str, Mapping[str, str]]
# What a column's cells hold, and a list's row: the columns that a file has, a TypedDict beside the list.
Held = TypeVar("Held")
Row = TypeVar("Row", bound=Mapping[str, object])
# Column, and what is wrong with it.
Finding = tuple[str, str]


def _same(value: Held) -> Held:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Held]):
    """One column. `settle` gives the form in which a stored value is compared and exported; `keep`: a blank cell leaves what is stored;
    `extra`: read where a file has it, written only where it is asked for.
    """

    name: str
    names: tuple[str, ...] = ()
    read: Callable[[str, Known], Held]
    # None: a cell can hold it as it is.
    write: Callable[[Held], Cell] | None = None
    # As people read it, by the labels of the lists of codes. None: as it is written.
    show: Callable[[Held, Labels], Cell] | None = None
    # What a drop-down offers: a list of content/choices.yaml, or these words.
    choices: str | tuple[str, ...] = ()
    settle: Callable[[Held], Held | None] = _same
    required: bool = False
    empty: Held | tuple[()] | None = None
    keep: bool = False
    extra: bool = False

    @property
    def title(self) -> str:
        """Its heading in Chinese."""
        return next((name for name in self.names if not name.isascii()), self.name)

    def blank(self) -> object:
        """What a blank cell means."""
        return [] if self.empty == () else self.empty


# A list's columns hold different things.
AnyColumn = Column[Any]


def _nothing(_row: object, _known: Known) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Row]):
    """A list: its rows are known by the column `key`; `check` finds what is wrong with a row as a whole."""

    name: str
    title: str
    key: str
    columns: tuple[AnyColumn, ...]
    check: Callable[[Row, Known], Iterator[Finding]] = _nothing

    def shown(self, *, extra: bool) -> tuple[AnyColumn, ...]:
        """The columns that are written."""
        return tuple(column for column in self.columns if extra or not column.extra)

    def row(self, values: Mapping[str, object]) -> Row:
        """Values that its columns have read, as a row."""
        return cast("Row", values)

    def whole(self, row: Row) -> Row:
        """A new row: where the file does not have a column, what a blank cell means."""
        return self.row({**{column.name: column.blank() for column in self.columns}, **row})


AnyKind = Kind[Any]
