"""A workshop whose checks are in order, for tests that book there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection

from domain.workshops.places import KINDS, Check
from storage.tables.columns import table
from storage.tables.work import Community
from storage.workshops import places
from tests.conftest import MORNING

SOUND = date(2026, 12, 20)


def sound(
    tx: Connection, *, name: str = "巧手工坊", community: int = 1, but: Collection[str] = (), work: int = 2, childcare: int = 2
) -> int:
    """Open on workdays from eight to twelve, every kind checked but these."""
    at = tx.execute(table(Community).select().where(table(Community).c.id == community)).one()
    told: places.Told = {"name": name, "address": "海风路8号", "lat": at.lat, "lon": at.lon, "windows": "1-5 08:00-12:00", "keeper": "刘姐"}
    made = places.add(tx, community, told, now=MORNING)
    places.set_rooms(tx, made, {"work": work, "childcare": childcare})
    for kind in (one for one in KINDS if one not in but):
        seen = Check(kind, True, MORNING.date() - timedelta(days=2), SOUND)
        places.checked(tx, made, seen, by=None, now=MORNING)
    return made
