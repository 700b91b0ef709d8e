"""The way to the worker's page from a channel without our cookie: an address of hers on the web, and a key that opens it for ten minutes."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, func, insert, select, update

from storage.people import persons
from storage.sealed import secret_for
from storage.tables.people import address

OPEN_FOR = timedelta(minutes=10)


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret_for("visits page")))


def key(tx: Connection, person_id: int, *, now: datetime) -> str:
    """A key for her page."""
    return _cipher().encrypt_at_time(_address(tx, person_id, now=now).encode(), int(now.timestamp())).decode()


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


def opened(token: str, *, now: datetime) -> str:
    """The address that a key opens; an empty text for a key that is false or too old."""
    try:
        return _cipher().decrypt_at_time(token.encode(), int(OPEN_FOR.total_seconds()), int(now.timestamp())).decode()
    except (InvalidToken, ValueError):
        return ""


def aside(tx: Connection, person_id: int, page: str) -> None:
    """What came from the page was no talk: she is told things on the channel that she used last before."""
    elsewhere = address.c.person_id == person_id, address.c.state == "open", address.c.channel != "web"
    before = tx.execute(select(func.max(address.c.used_at)).where(*elsewhere)).scalar()
    if before is not None:
        mine = (address.c.channel == "web", address.c.address == page, address.c.person_id == person_id)
        tx.execute(update(address).where(*mine).values(used_at=before - timedelta(seconds=1)))
