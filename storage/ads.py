"""Notices from elsewhere: kept while she may pass them on, reported without her name, forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from storage.rows import columns, first
from storage.tables.ads import AdStatus, ad


class Ad(NamedTuple):
    """One notice."""

    id: int
    community_id: int | None
    notice: str
    codes: list[str]
    status: AdStatus


def add(tx: Connection, notice: str, codes: list[str], *, community_id: int | None, now: datetime) -> int:
    """Keep a notice that was looked at; its id."""
    values = {"notice": notice, "codes": codes, "community_id": community_id, "status": "looked_at", "looked_at": now}
    return int(tx.execute(insert(ad).values(values).returning(ad.c.id)).scalar_one())


def get(tx: Connection, ad_id: int) -> Ad | None:
    """One notice."""
    return first(tx, select(*columns(ad, Ad)).where(ad.c.id == ad_id), Ad)


def report(tx: Connection, ad_id: int) -> bool:
    """She passes it on; False where that was done before, or it is gone."""
    fresh = (ad.c.id == ad_id, ad.c.status == "looked_at")
    return tx.execute(update(ad).where(*fresh).values(status="reported")).rowcount == 1


def forget(tx: Connection, *, before: datetime, reported_before: datetime) -> None:
    """What nobody passed on goes after a day, the rest with the other messages."""
    tx.execute(delete(ad).where(ad.c.status == "looked_at", ad.c.looked_at < before))
    tx.execute(delete(ad).where(ad.c.looked_at < reported_before))
