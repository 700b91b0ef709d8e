"""Where one person is known: her channels, and how one of them becomes somebody else's again, or nobody's."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.capabilities import WEB
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
    """Who writes from there is somebody new from now on; her row id. Nothing of what is known goes along, nor what waits to be said there.

    A browser shows what was said at its address, so its address ends: its cookie is nobody's. That she had a place there stays known.
    """
    values = {"key": new_key(), "language": "zh", "notices": True, "created_at": now}
    somebody = int(tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one())
    place = tx.execute(
        select(address.c.person_id, address.c.channel, address.c.address, address.c.used_at).where(address.c.id == address_id)
    ).one()
    state = "ended" if place.channel == WEB.channel else "open"
    tx.execute(update(address).where(address.c.id == address_id).values(person_id=somebody, state=state))
    was = {"person_id": place.person_id, "channel": place.channel, "used_at": place.used_at, "state": "ended"}
    tx.execute(insert(address).values(**was, address=f"left {secrets.token_hex(16)}"))
    outbox.leave(tx, place.channel, place.address)
    return somebody


def leave(tx: Connection, channel: str, written: str, *, now: datetime) -> None:
    """`part` for the one who sits there; nothing where nobody ever wrote from there, or it ended before."""
    there = (address.c.channel == channel, address.c.address == written, address.c.state != "ended")
    row_id = tx.execute(select(address.c.id).where(*there)).scalar()
    if row_id is not None:
        part(tx, row_id, now=now)


def ended(tx: Connection, channel: str, written: str) -> bool:
    """Whether somebody left this address for good."""
    there = (address.c.channel == channel, address.c.address == written, address.c.state == "ended")
    return tx.execute(select(address.c.id).where(*there)).first() is not None
