"""Where one person is known: her channels, and how one of them becomes somebody else's again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage import outbox, rows
from storage.people.persons import new_key
from storage.tables.people import address, person


class Place(NamedTuple):
    """An address of hers."""

    id: int
    channel: str
    address: str


def open_of(tx: Connection, person_id: int) -> list[Place]:
    """Her open addresses, in the order in which they came."""
    hers = select(*rows.columns(address, Place)).where(address.c.person_id == person_id, address.c.state == "open")
    return rows.every(tx, hers.order_by(address.c.id), Place)


def part(tx: Connection, address_id: int, *, now: datetime) -> int:
    """Who writes from there is somebody new from now on; her row id. Nothing of what is known goes along, nor what waits to be said there."""
    values = {"key": new_key(), "language": "zh", "notices": True, "created_at": now}
    somebody = int(tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one())
    moved = update(address).where(address.c.id == address_id).values(person_id=somebody).returning(address.c.channel, address.c.address)
    place = tx.execute(moved).one()
    outbox.leave(tx, place.channel, place.address)
    return somebody
