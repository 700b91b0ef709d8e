"""The way to the worker's page from a channel without our cookie: an address of hers on the web, and a key that opens it for ten minutes."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, func, insert, select, update

from storage.sealed import secret_for
from storage.tables import Address
from storage.tables.columns import table

A = table(Address)
OPEN_FOR = timedelta(minutes=10)


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret_for("visits page")))


def key(tx: Connection, person_id: int, *, now: datetime) -> str:
    """A key for her page. Her address there counts as never used, so that she is still told things where she talks."""
    hers = select(A.c.address).where(A.c.person_id == person_id, A.c.channel == "web", A.c.state == "open")
    address = tx.execute(hers.order_by(A.c.id.desc()).limit(1)).scalar()
    if address is None:
        address = secrets.token_urlsafe(16)
        tx.execute(insert(A).values(person_id=person_id, channel="web", address=address, state="open", used_at=now - timedelta(days=365)))
    return _cipher().encrypt_at_time(address.encode(), int(now.timestamp())).decode()


def opened(token: str, *, now: datetime) -> str:
    """The address that a key opens; an empty text for a key that is false or too old."""
    try:
        return _cipher().decrypt_at_time(token.encode(), int(OPEN_FOR.total_seconds()), int(now.timestamp())).decode()
    except (InvalidToken, ValueError):
        return ""


def aside(tx: Connection, person_id: int, address: str) -> None:
    """What came from the page was no talk: she is told things on the channel that she used last before."""
    others = select(func.max(A.c.used_at)).where(A.c.person_id == person_id, A.c.state == "open", A.c.channel != "web")
    before = tx.execute(others).scalar()
    if before is not None:
        mine = (A.c.channel == "web", A.c.address == address, A.c.person_id == person_id)
        tx.execute(update(A).where(*mine).values(used_at=before - timedelta(seconds=1)))
