"""The way to the worker's page from a channel without our cookie: an address of hers on the web, and a key that lets one device in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from storage.people import persons
from storage.survey import takeovers
from storage.tables.people import address

OPEN_FOR = timedelta(minutes=10)
_LENGTH = 32  # characters of a key, which nobody types


def key(tx: Connection, person_id: int, *, now: datetime) -> str:
    """A key for her page; one made before opens it no more."""
    _address(tx, person_id, now=now)
    return takeovers.make(tx, person_id, by=person_id, expires_at=now + OPEN_FOR, now=now, purpose="visits", length=_LENGTH)


def _address(tx: Connection, person_id: int, *, now: datetime) -> str:
    """Hers on the web; a new one counts as never used, so that she is still told things where she talks."""
    hers = select(address.c.address).where(address.c.person_id == person_id, address.c.channel == "web", address.c.state == "open")
    known = tx.execute(hers.order_by(address.c.id.desc()).limit(1)).scalar()
    if known is None:
        known = secrets.token_urlsafe(16)
        never = now - timedelta(days=365)
        tx.execute(insert(address).values(person_id=person_id, channel="web", address=known, state="open", used_at=never))
    return str(known)


def entered(tx: Connection, channel: str, sender: str, *, now: datetime) -> str:
    """The web address of whom another channel's platform vouches for: the same person, whatever she did before."""
    speaker = persons.find(tx, channel, sender) or persons.add(tx, channel, sender, language="zh", now=now)
    return _address(tx, speaker.person_id, now=now)


def opened(tx: Connection, token: str, sits: str, *, now: datetime) -> str:
    """The address that a key opens, for one device; an empty text for a key that is false, too old or used.

    `sits` is the address that the device has already: where it is hers, she goes on there, whatever became of the key.
    """
    found = takeovers.find(tx, token)
    if found is None or found.purpose != "visits":
        return ""
    there = persons.find(tx, "web", sits) if sits else None
    if there is not None and there.person_id == found.person_id and there.address_state != "ended":
        return sits
    used = found.usable(now) and takeovers.use(tx, found.id, by=found.person_id, now=now)
    return _address(tx, found.person_id, now=now) if used else ""


def aside(tx: Connection, person_id: int, page: str) -> None:
    """What came from the page was no talk: she is told things on the channel that she used last before."""
    elsewhere = address.c.person_id == person_id, address.c.state == "open", address.c.channel != "web"
    before = tx.execute(select(func.max(address.c.used_at)).where(*elsewhere)).scalar()
    if before is not None:
        mine = (address.c.channel == "web", address.c.address == page, address.c.person_id == person_id)
        tx.execute(update(address).where(*mine).values(used_at=before - timedelta(seconds=1)))
