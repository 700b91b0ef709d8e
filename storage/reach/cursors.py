"""How far the pulling of a channel's messages has come: all before it is committed."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.rows import upsert
from storage.tables.reach import sync_cursor


def read(tx: Connection, channel: str) -> str:
    """Empty before the first time."""
    return str(tx.execute(select(sync_cursor.c.cursor).where(sync_cursor.c.channel == channel)).scalar() or "")


def save(tx: Connection, channel: str, cursor: str) -> None:
    """From here on next time."""
    put = upsert(tx, sync_cursor).values(channel=channel, cursor=cursor)
    tx.execute(put.on_conflict_do_update(index_elements=["channel"], set_={"cursor": cursor}))
