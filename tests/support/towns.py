"""A town of a few rows, for tests that need a place, a firm and posts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.database import Store
from storage.tables import work
from storage.tables.columns import table
from storage.tables.work import Cell
from storage.work import posts

LAT, LON = 37.5, 121.4


def small(store: Store) -> None:
    """Eleven communities YT01…YT11 on a line to the north, a kilometre apart, and one firm."""
    with store.begin() as tx:
        tx.execute(
            insert(work.community),
            [{"code": f"YT{n:02}", "name": f"海风{n}社区", "lat": LAT + (n - 1) * 0.009, "lon": LON} for n in range(1, 12)],
        )
        tx.execute(
            insert(work.enterprise).values(code="E1", name="暖阳服装厂", licence="913706000000000001", contact="王姐", share_percent=10)
        )


def position(store: Store, now: datetime, code: str = "P1", *, community: str = "YT01", **values: Any) -> int:
    """A post at that community's place; published and not announced yet unless said otherwise."""
    with store.begin() as tx:
        place = tx.execute(select(work.community).where(work.community.c.code == community)).one()
        row = {
            "code": code,
            "enterprise_id": tx.execute(select(work.enterprise.c.id)).scalars().first(),
            "title": "缝纫工",
            "text": "缝枕套，计件，每件2元，教会为止，每天来去自由。",
            "sector": "garment",
            "mode": "flexible",
            "skills": [],
            "trains": True,
            "community_id": place.id,
            "lat": place.lat,
            "lon": place.lon,
            "windows": "",
            "fixed": False,
            "min_weekly_hours": 0,
            "pay_basis": "piece",
            "pay_min_fen": 200,
            "pay_max_fen": None,
            "headcount": 2,
            "taken": 0,
            "status": "published",
            "published_at": now,
            **values,
        }
        posts.changed(tx)
        return int(tx.execute(insert(work.position).values(row).returning(work.position.c.id)).scalar_one())


def change(tx: Connection, position_id: int, **values: Any) -> None:
    """Set columns of a post, so that no copy in memory is taken for it."""
    posts.changed(tx)
    tx.execute(update(work.position).where(work.position.c.id == position_id).values(**values))


def cell(store: Store, code: str = "W1", *, community: str = "YT01", name: str = "第一网格") -> int:
    """A grid cell of a community; its row id. One that is there already stays as it is."""
    cells = table(Cell)
    with store.begin() as tx:
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == community)).scalar_one()
        found = tx.execute(select(cells.c.id).where(cells.c.community_id == place, cells.c.code == code)).scalar()
        return int(found or tx.execute(insert(cells).values(community_id=place, code=code, name=name).returning(cells.c.id)).scalar_one())
