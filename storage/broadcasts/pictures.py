"""Pictures: kept only where they are what they say they are and not too large, found only by who knows the key."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from domain.errors import Refused
from storage.tables.fund import fund_spending
from storage.tables.messages import picture

# Bytes. A phone's photo fits; Telegram takes 10 MB (https://core.telegram.org/bots/api#sendphoto), but each reader pays for it.
MOST = 5_000_000


def kind_of(content: bytes) -> str | None:
    """The picture's type by its first bytes: image/png, image/jpeg or image/webp; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def put(tx: Connection, content: bytes, mime: str, *, now: datetime, by: int | None) -> str:
    """Keep a picture; its key, 192 random bits. Raises Refused where it is too large or no picture of this type."""
    if len(content) > MOST:
        raise Refused("pictures.too_large", most=MOST // 1_000_000)
    if kind_of(content) is None or kind_of(content) != mime:
        raise Refused("pictures.unknown")
    key = secrets.token_urlsafe(24)
    tx.execute(insert(picture).values(key=key, mime=mime, content=content, created_at=now, created_by=by))
    return key


def get(tx: Connection, key: str) -> tuple[str, bytes] | None:
    """Type and content of a picture; None where there is none of this key."""
    row = tx.execute(select(picture.c.mime, picture.c.content).where(picture.c.key == key)).first()
    return None if row is None else (row.mime, bytes(row.content))


def forget(tx: Connection, *, before: datetime) -> None:
    """Delete what is older: the messages that showed it are emptied by then. What belongs to the fund's books stays with them."""
    booked = select(fund_spending.c.id).where(
        or_(fund_spending.c.voucher_picture == picture.c.key, fund_spending.c.picture == picture.c.key)
    )
    tx.execute(delete(picture).where(picture.c.created_at < before, ~booked.exists()))
