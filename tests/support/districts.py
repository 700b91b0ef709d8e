"""A town of two communities with cells and firms in which everything that staff handle exists in every place, marked with the place's sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event, insert
from sqlmodel import SQLModel

from domain.access import CITY, ROLES, Held, Scope, scopes
from domain.capabilities import WEB
from domain.errors import Refused
from domain.messages import Inbound, Outbound
from handlers import dispatch
from handlers.content import Content
from handlers.turn import Turn
from storage import bodies
from storage.database import Store
from storage.staff import roles
from storage.tables import messages
from storage.tables.columns import table
from storage.tables.people import Mother, Person, Role
from storage.tables.work import Cell, Community, Enterprise
from tests.support.matrix import District, Woman, matrices
from tests.support.rows import put

# What the bot keeps of every talk, whoever talks: no change of anybody's affairs.
OWN = {"inbox", "outbox", "access_log", "address", "conversation", "revision", "picture", "notice", "recipient"}

# Table and row of what would change.
Changed = list[tuple[str, dict[str, Any]]]


@dataclass(slots=True)
class Districts:
    """The town. `say` asks what somebody would hear, and what would change, without anything staying."""

    store: Store
    content: Content
    now: datetime
    places: list[District] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    _events: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    def build(self) -> None:
        """YT01 with the cells 甲 and 乙, YT02 with 丙; the firm of 甲 and 乙 is another one than that of 丙."""
        with self.store.begin() as tx:
            first, second = (self._community(tx, code) for code in ("YT01", "YT02"))
            firm, other = (put(tx, Enterprise, self.now, code=code, name=f"{code}号厂", share_percent=10) for code in ("E1", "E2"))
            for sign, community, one in (("甲", first, firm), ("乙", first, firm), ("丙", second, other)):
                cell = put(tx, Cell, self.now, community_id=community, code=sign, name=f"{sign}网格")
                self.places.append(District(sign, community, cell, one))
        for place in self.places:
            self.fill(place)

    def _community(self, tx: Connection, code: str) -> int:
        return put(tx, Community, self.now, code=code, name=f"{code}社区", lat=37.5, lon=121.4)

    def fill(self, place: District, number: str = "") -> None:
        """A woman, and one of everything that each capability's staff handle, called by the place's sign."""
        name = f"{place.sign}{number}"
        with self.store.begin() as tx:
            woman = put(tx, Person, self.now, key=f"w{name}", name=f"王{name}", community_id=place.community, cell_id=place.cell)
            put_profile(tx, woman, self.now)
            for matrix in matrices():
                matrix.fill(tx, place, Woman(woman, name), self.now)

    def staff(self, name: str, role: str, where: Scope) -> str:
        """Somebody with a role; her address, by which she is asked."""
        with self.store.begin() as tx:
            self.people[name] = put(tx, Person, self.now, key=f"s{name}", name=name, community_id=where.community_id)
            tx.execute(
                SQLModel.metadata.tables["address"]
                .insert()
                .values(person_id=self.people[name], channel="web", address=name, state="open", used_at=self.now)
            )
            roles.give(tx, self.people[name], role, where, now=self.now)
        return name

    def say(self, name: str, choice: str) -> tuple[list[Outbound], Changed]:
        """What she hears after tapping this, and which rows of other tables than OWN would change; then all is undone."""
        number = f"p{next(self._events)}"
        inbound = Inbound(channel=WEB.channel, event_id=number, sender=name, kind="choice", choice=choice, sent_at=self.now)
        with self._undone() as (tx, changed):
            last = tx.exec_driver_sql("SELECT coalesce(max(id), 0) FROM outbox").scalar_one()
            dispatch.receive(tx, inbound, self.now, content=self.content)
            mine = messages.outbox.c.address == name, messages.outbox.c.id > last
            heard = [bodies.outbound_of(row) for row in tx.execute(messages.outbox.select().where(*mine).order_by(messages.outbox.c.id))]
        return heard, changed

    def finish(self, name: str, form: str, about: dict[str, Any], answers: dict[str, Any]) -> tuple[bool, Changed]:
        """Whether she is refused when she is done with a form of the staff, and what would change; then all is undone."""
        refused = False
        with self._undone() as (tx, changed):
            turn = Turn.to(tx, self.content, self.people[name], now=self.now)
            try:
                self.content.capabilities.finished[form](turn, 0, answers, about)
            except Refused:
                refused = True
        return refused, changed

    def dismiss(self, name: str) -> None:
        """Her roles end."""
        with self.store.begin() as tx:
            tx.execute(table(Role).update().where(table(Role).c.person_id == self.people[name]).values(withdrawn_at=self.now))

    @contextmanager
    def _undone(self) -> Iterator[tuple[Connection, Changed]]:
        """A transaction that is rolled back; the rows that it would have changed are in the list afterwards."""
        changed: Changed = []
        with self.store.engine.connect() as tx:
            written: set[str] = set()
            event.listen(tx, "before_cursor_execute", lambda *call: written.update(_written(call[2])))
            yield tx, changed
            after = {rows: _rows(tx, rows) for rows in sorted(written - OWN)}
            tx.rollback()
            changed += [change for rows, then in after.items() for change in _difference(rows, _rows(tx, rows), then)]


def put_profile(tx: Connection, person_id: int, now: datetime) -> None:
    blank: dict[str, Any] = {"children": [], "skills": [], "learn": [], "modes": [], "sectors": [], "windows": "", "hardship": False}
    tx.execute(insert(table(Mother)).values(person_id=person_id, updated_at=now, **blank))


_WRITES = re.compile(r"\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


def _written(statement: str) -> list[str]:
    """The table that a statement writes to."""
    found = _WRITES.match(statement)
    return [found[1]] if found else []


def _rows(tx: Connection, rows: str) -> dict[Any, dict[str, Any]]:
    keys = [column.name for column in SQLModel.metadata.tables[rows].primary_key]
    return {tuple(row[key] for key in keys): dict(row) for row in tx.exec_driver_sql(f'SELECT * FROM "{rows}"').mappings()}  # noqa: S608


def _difference(rows: str, before: dict[Any, Any], after: dict[Any, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Rows that are new, gone or changed, as they were where they were before."""
    return [(rows, before.get(key) or after[key]) for key in {**before, **after} if before.get(key) != after.get(key)]


# Every role in every kind of place that it is held in.
HOLDERS = [(role.name, scope) for role in ROLES.values() for scope in sorted(role.held_in)]


def first(scope: str, districts: Districts) -> Scope:
    """A scope by its name: the city, the community and cell of 甲, its firm."""
    place = districts.places[0]
    named = {
        "city": CITY,
        "community": Scope(place.community),
        "cell": place.scope,
        "firm": Scope(place.community, enterprise_id=place.firm),
    }
    return named[scope]


def visible(place: District, held: list[Held], action: str) -> bool:
    """Whether things of a place may be seen by who holds this."""
    inside = [scope for scope in scopes(held, action) if scope.enterprise_id is None]
    firm = [scope for scope in scopes(held, action) if scope.enterprise_id is not None]
    return any(scope.covers(place.scope) for scope in inside) or any(scope.enterprise_id == place.firm for scope in firm)


def signs(pieces: Iterable[str], districts: Districts) -> set[str]:
    """Places whose things are spoken of."""
    whole = "\n".join(pieces)
    return {place.sign for place in districts.places if place.sign in whole}
