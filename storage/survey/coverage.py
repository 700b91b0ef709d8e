"""How far a campaign has got: visits counted by cell and by day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, String, and_, case, func, select
from sqlalchemy import cast as as_type

from domain.access import Scope
from storage.rows import columns, every
from storage.scope import within
from storage.tables.survey import visit
from storage.tables.work import cell, community


class OfCell(NamedTuple):
    """The visits of one cell; the names are None where a woman has no cell, or no community."""

    community: str | None
    cell: str | None
    all: int
    open: int
    not_home: int
    often_not_home: int
    done: int
    moved: int
    refused: int


class OfDay(NamedTuple):
    """The visits of one local day, YYYY-MM-DD."""

    day: str
    all: int
    open: int
    not_home: int
    often_not_home: int
    done: int
    moved: int
    refused: int


# What is counted of a cell and of a day.
COUNTED = OfDay._fields[1:]
_OPEN = visit.c.status == "open"
_COUNTS = (
    func.count().label("all"),
    func.sum(case((and_(_OPEN, visit.c.missed == 0), 1), else_=0)).label("open"),
    func.sum(case((and_(_OPEN, visit.c.missed > 0), 1), else_=0)).label("not_home"),
    func.sum(case((and_(_OPEN, visit.c.missed > 2), 1), else_=0)).label("often_not_home"),
    *(func.sum(case((visit.c.status == status, 1), else_=0)).label(status) for status in ("done", "moved", "refused")),
)


def by_cell(tx: Connection, campaign_id: int, where: Iterable[Scope]) -> list[OfCell]:
    """How far each cell has got, within these scopes."""
    here = within(where, community=visit.c.community_id, cell=visit.c.cell_id)
    mine = (visit.c.campaign_id == campaign_id, visit.c.status != "merged", here)
    # Counted before the names are looked up: a city has far fewer cells than women.
    counted = (
        select(visit.c.community_id, visit.c.cell_id, *_COUNTS).where(*mine).group_by(visit.c.community_id, visit.c.cell_id).subquery()
    )
    statement = (
        select(*columns(counted, OfCell, community=community.c.name, cell=cell.c.name))
        .select_from(counted)
        .outerjoin(cell, cell.c.id == counted.c.cell_id)
        .outerjoin(community, community.c.id == counted.c.community_id)
        .order_by(community.c.code, cell.c.code)
    )
    return every(tx, statement, OfCell)


def by_day(tx: Connection, campaign_id: int, where: Iterable[Scope]) -> list[OfDay]:
    """What came of the visits of each local day, newest first; a visit counts on the day of its last try."""
    at = visit.c.visited_at
    # China has had no summer time since 1991.
    day = func.date(at, "+8 hours") if tx.dialect.name == "sqlite" else func.date(func.timezone("Asia/Shanghai", at))
    here = within(where, community=visit.c.community_id, cell=visit.c.cell_id)
    mine = (visit.c.campaign_id == campaign_id, visit.c.status != "merged", at.is_not(None), here)
    return every(tx, select(as_type(day, String).label("day"), *_COUNTS).where(*mine).group_by(day).order_by(day.desc()), OfDay)
