"""What the access matrix has to know of a capability, beside its routes: each says it in `tests/handlers/<name>/matrix.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from sqlalchemy import Connection

from domain.access import Scope
from handlers.capabilities import ALL


@dataclass(frozen=True, slots=True)
class District:
    """A grid cell with its community and the firm whose posts are there."""

    sign: str
    community: int
    cell: int
    firm: int

    @property
    def scope(self) -> Scope:
        return Scope(self.community, self.cell)


class Woman(NamedTuple):
    """She whom one of everything is about, and what is to be in the name of each."""

    id: int
    name: str


# (transaction, where, the woman, now): one of everything that the capability's staff handle, with her name in it.
Fill = Callable[[Connection, District, Woman, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What a person has looked at when the capability got a new button, command or form."""

    # Routes and commands that everybody may use: her own affairs, which are found by who she is.
    open_routes: frozenset[str] = frozenset()
    open_commands: frozenset[str] = frozenset()
    # Open routes that show staff something all the same, by the right that it is shown by.
    shown_by: Mapping[str, str] = field(default_factory=dict)
    # Lists of the menu that say nothing of any one place by its sign, and those that are no list of one right alone.
    unsigned: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    # Lists whose very look is on record: what is seen changes a row.
    changing: frozenset[str] = frozenset()
    # Begun only from a form or another button that the crawl does not follow; tapped by their own tests.
    unreached: frozenset[str] = frozenset()
    # Seen in the crawl, but not tapped on: what they lead to begins a form, or is everybody's.
    leaves: frozenset[str] = frozenset()
    # Buttons that the crawl has not, by the ids of the women: later pages of lists, what a made-up number would be.
    guessed: Callable[[list[int]], list[str]] = lambda women: []
    # Forms that staff fill in: what each is about, and answers of somebody who saw it. Forms that everybody fills in about herself.
    staff_forms: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    own_forms: frozenset[str] = frozenset()
    # Columns by which a row belongs where another row does, with that row's table.
    owners: Mapping[str, str] = field(default_factory=dict)
    fill: Fill = lambda tx, place, woman, now: None


def matrices() -> list[Matrix]:
    """Those of all capabilities, in their order."""
    return [import_module(f"tests.handlers.{one.name}.matrix").MATRIX for one in ALL]
