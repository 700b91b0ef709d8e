"""Lots that firms bring, and where their pieces are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.access import Scope
from domain.workshops.pieces import PLACES, Pieces
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.work import community, enterprise, position
from storage.tables.workshops import LotStatus, lot


class Lot(NamedTuple):
    """A lot; `rate_fen` for each good piece."""

    id: int
    code: str
    enterprise_id: int
    enterprise: str
    community_id: int
    community: str
    position_id: int | None
    item: str
    pieces: int
    rate_fen: int
    deadline: date
    training: str
    picture: str
    status: LotStatus
    held: int
    packed: int
    away: int
    good: int
    rework: int
    spoilt: int
    collected: int
    missing: int

    @property
    def where(self) -> Pieces:
        """Where its pieces are."""
        return Pieces(self.held, self.packed, self.away, self.good, self.rework, self.spoilt, self.collected, self.missing)


class Post(NamedTuple):
    """A post that a firm has in a community."""

    id: int
    title: str


_LOTS = (
    select(*columns(lot, Lot, enterprise=enterprise.c.name, community=community.c.name))
    .join(enterprise, enterprise.c.id == lot.c.enterprise_id)
    .join(community, community.c.id == lot.c.community_id)
)


def bring(
    tx: Connection,
    code: str,
    *,
    enterprise_id: int,
    community_id: int,
    item: str,
    pieces: int,
    rate_fen: int,
    deadline: date,
    now: datetime,
    position_id: int | None = None,
    training: str = "",
    picture: str = "",
) -> int:
    """A new lot, all of it in the house; the row's id."""
    elsewhere: dict[str, int] = dict.fromkeys(PLACES[1:], 0)
    values = {
        "code": code,
        "enterprise_id": enterprise_id,
        "community_id": community_id,
        "position_id": position_id,
        "item": item,
        "pieces": pieces,
        "held": pieces,
        "rate_fen": rate_fen,
        "deadline": deadline,
        "training": training,
        "picture": picture,
        "status": "open",
        "brought_at": now,
        **elsewhere,
    }
    return int(tx.execute(insert(lot).values(values).returning(lot.c.id)).scalar_one())


def get(tx: Connection, lot_id: int) -> Lot | None:
    """One lot."""
    return first(tx, _LOTS.where(lot.c.id == lot_id), Lot)


def hold(tx: Connection, lot_id: int) -> Lot:
    """One lot, that nobody else changes until this transaction ends. Raises LookupError where there is none."""
    tx.execute(select(lot.c.id).where(lot.c.id == lot_id).with_for_update())
    held = get(tx, lot_id)
    if held is None:
        raise LookupError(f"lot {lot_id}")
    return held


def put(tx: Connection, lot_id: int, where: Pieces) -> None:
    """Where its pieces are now; it is closed once all are with the firm again or missing. Raises IntegrityError for what cannot be."""
    status = "closed" if where.over else "open"
    tx.execute(update(lot).where(lot.c.id == lot_id).values(**where._asdict(), status=status))


def of_place(tx: Connection, where: Iterable[Scope], *, status: LotStatus = "open", limit: int = 50) -> list[Lot]:
    """Lots for these communities or of these firms, the nearest deadline first."""
    there = within(where, community=lot.c.community_id, enterprise=lot.c.enterprise_id)
    return every(tx, _LOTS.where(there, lot.c.status == status).order_by(lot.c.deadline, lot.c.id).limit(limit), Lot)


def to_take(tx: Connection, community_id: int, *, limit: int) -> list[Lot]:
    """Lots of a community that still have pieces to give out."""
    chosen = (lot.c.community_id == community_id, lot.c.status == "open", lot.c.held > 0)
    return every(tx, _LOTS.where(*chosen).order_by(lot.c.deadline, lot.c.id).limit(limit), Lot)


def posts(tx: Connection, enterprise_id: int, community_id: int) -> list[Post]:
    """Posts of a firm in a community, the newest first."""
    chosen = (position.c.enterprise_id == enterprise_id, position.c.community_id == community_id)
    return every(tx, select(*columns(position, Post)).where(*chosen).order_by(position.c.id.desc()), Post)
