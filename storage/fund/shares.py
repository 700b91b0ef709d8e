"""What firms return to communities, month by month: asked for, told, due, paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, insert, or_, select, update

from domain.access import Scope
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.fund import ShareStatus, fund_share
from storage.tables.work import community, enterprise, position


class Share(NamedTuple):
    """One firm's share for one community and month; amounts in fen, empty until the firm has told its revenue."""

    id: int
    enterprise_id: int
    enterprise: str
    community_id: int
    community: str
    month: str
    percent: int
    revenue_fen: int | None
    due_fen: int | None
    due_on: date
    status: ShareStatus


_COLUMNS = columns(fund_share, Share, enterprise=enterprise.c.name, community=community.c.name)
_SHARES = (
    select(*_COLUMNS)
    .join(enterprise, enterprise.c.id == fund_share.c.enterprise_id)
    .join(community, community.c.id == fund_share.c.community_id)
)


def ask(tx: Connection, month: str, *, first_day: date, last_day: date, due: date, limit: int = 500) -> int:
    """Rows for the firms that had posts in a community in a month and have none yet; how many were added."""
    there = (
        select(position.c.enterprise_id, position.c.community_id)
        .where(
            position.c.published_at.is_not(None),
            or_(position.c.opens_on.is_(None), position.c.opens_on <= last_day),
            or_(position.c.closes_on.is_(None), position.c.closes_on >= first_day),
        )
        .distinct()
        .subquery()
    )
    same = exists().where(
        fund_share.c.enterprise_id == there.c.enterprise_id,
        fund_share.c.community_id == there.c.community_id,
        fund_share.c.month == month,
    )
    missing = tx.execute(
        select(there.c.enterprise_id, there.c.community_id, enterprise.c.share_percent)
        .join(enterprise, enterprise.c.id == there.c.enterprise_id)
        .where(~same)
        .order_by(there.c.enterprise_id, there.c.community_id)
        .limit(limit)
    ).all()
    if missing:
        rows = [
            {"enterprise_id": firm, "community_id": place, "percent": percent, "month": month, "due_on": due, "status": "asked"}
            for firm, place, percent in missing
        ]
        tx.execute(insert(fund_share), rows)
    return len(missing)


def get(tx: Connection, share_id: int) -> Share | None:
    """One share."""
    return first(tx, _SHARES.where(fund_share.c.id == share_id), Share)


def of_place(tx: Connection, where: Iterable[Scope], *, status: Iterable[ShareStatus], limit: int = 100) -> list[Share]:
    """The shares in these states for these communities or of these firms, the oldest month first."""
    there = within(where, community=fund_share.c.community_id, enterprise=fund_share.c.enterprise_id)
    chosen = _SHARES.where(there, fund_share.c.status.in_(list(status)))
    return every(tx, chosen.order_by(fund_share.c.month, fund_share.c.id).limit(limit), Share)


def tell(tx: Connection, share_id: int, *, revenue_fen: int, due_fen: int, saved_percent: int | None, now: datetime) -> bool:
    """The firm told its revenue, perhaps what it saves; False where it had done so."""
    asked = (fund_share.c.id == share_id, fund_share.c.status == "asked")
    # Nothing earned, nothing due.
    values: dict[str, object] = {"revenue_fen": revenue_fen, "due_fen": due_fen, "status": "due" if due_fen else "paid", "told_at": now}
    values["saved_percent"] = saved_percent
    return tx.execute(update(fund_share).where(*asked).values(values)).rowcount == 1


def pay(tx: Connection, share_id: int, *, now: datetime) -> bool:
    """The money came in; False where that was written before."""
    due = (fund_share.c.id == share_id, fund_share.c.status == "due")
    return tx.execute(update(fund_share).where(*due).values(status="paid", paid_at=now)).rowcount == 1


def late(tx: Connection, *, today: date, reminded_before: datetime, limit: int = 200) -> list[Share]:
    """Shares past their day that nobody was reminded of lately."""
    waiting = (fund_share.c.status != "paid", fund_share.c.due_on < today)
    again = or_(fund_share.c.reminded_at.is_(None), fund_share.c.reminded_at < reminded_before)
    return every(tx, _SHARES.where(*waiting, again).order_by(fund_share.c.id).limit(limit), Share)


def reminded(tx: Connection, share_id: int, *, now: datetime) -> None:
    """Somebody was told that it is late."""
    tx.execute(update(fund_share).where(fund_share.c.id == share_id).values(reminded_at=now))
