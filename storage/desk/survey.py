"""How far a campaign has got, cell by cell, with where each cell lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, func, select

from domain.access import Scope
from storage.rows import every
from storage.scope import within
from storage.tables.survey import visit
from storage.tables.work import cell, community


class Covered(NamedTuple):
    """A cell (None: of no cell) at its community's place, with counts of its visits."""

    community: str
    cell: str | None
    lat: float
    lon: float
    all: int
    done: int
    not_home: int
    moved: int
    refused: int


def coverage(tx: Connection, campaign_id: int, where: Iterable[Scope]) -> list[Covered]:
    """Every cell of a campaign within these scopes, by community and code."""
    mine = (
        visit.c.campaign_id == campaign_id,
        visit.c.status != "merged",
        within(where, community=visit.c.community_id, cell=visit.c.cell_id),
    )
    sums = {
        "done": visit.c.status == "done",
        "not_home": and_(visit.c.status == "open", visit.c.missed > 0),
        "moved": visit.c.status == "moved",
        "refused": visit.c.status == "refused",
    }
    counts = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in sums.items()]
    counted = (
        select(visit.c.community_id, visit.c.cell_id, func.count().label("all"), *counts)
        .where(*mine)
        .group_by(visit.c.community_id, visit.c.cell_id)
        .subquery()
    )
    figures = [counted.c[name] for name in ("all", *sums)]
    statement = (
        select(community.c.name.label("community"), cell.c.name.label("cell"), community.c.lat, community.c.lon, *figures)
        .select_from(counted)
        .join(community, community.c.id == counted.c.community_id)
        .outerjoin(cell, cell.c.id == counted.c.cell_id)
        .order_by(community.c.code, cell.c.code)
    )
    return every(tx, statement, Covered)
