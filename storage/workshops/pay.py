"""What is to be paid for counted pieces, and the slips on which it is closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from domain.access import Scope
from domain.workshops.pay import Day, Sum, Terms, Work
from storage.rows import insert_all, upsert
from storage.scope import within
from storage.tables.pay import pay_extra, pay_hours, pay_line, pay_slip, pay_terms
from storage.tables.work import community, enterprise
from storage.tables.workshops import STANDING, lot, lot_count


class Unpaid(NamedTuple):
    """Good pieces of one return that stand on no slip yet."""

    person_id: int
    count_id: int
    pieces: int
    rate_fen: int
    terms: Terms


class Open(NamedTuple):
    """What a firm's work in a community and month would cost without anything beyond the rate; fen."""

    enterprise_id: int
    enterprise: str
    community_id: int
    community: str
    women: int
    fen: int


class Fresh(NamedTuple):
    """A slip to be written, with its lines by the return that they are of."""

    person_id: int
    terms: Terms
    minutes: int | None
    sum: Sum
    lines: Sequence[tuple[int, Work]]


# What of a return is paid: while two counts differ the higher one (domain.workshops.pieces.payable).
_PAYABLE: ColumnElement[int] = case(
    (and_(lot_count.c.status == "differs", lot_count.c.her_good > lot_count.c.good), lot_count.c.her_good), else_=lot_count.c.good
)
_PAID = select(pay_line.c.count_id, func.sum(pay_line.c.pieces).label("pieces")).group_by(pay_line.c.count_id).subquery("paid_before")
_LEFT: ColumnElement[int] = _PAYABLE - func.coalesce(_PAID.c.pieces, 0)
_RETURNS = lot_count.join(lot, lot.c.id == lot_count.c.lot_id).outerjoin(_PAID, _PAID.c.count_id == lot_count.c.id)
_COUNTED = (lot_count.c.kind == "back", lot_count.c.status.in_(("told", *STANDING)), lot_count.c.person_id.is_not(None), _LEFT > 0)


def unpaid(tx: Connection, enterprise_id: int, community_id: int, *, until: date) -> list[Unpaid]:
    """Everything of a firm in a community that was counted by this day and stands on no slip, by person and return."""
    terms = func.coalesce(pay_terms.c.kind, "unset")
    rows = (
        select(lot_count.c.person_id, lot_count.c.id, _LEFT, lot_count.c.rate_fen, terms)
        .select_from(_RETURNS.outerjoin(pay_terms, pay_terms.c.position_id == lot.c.position_id))
        .where(*_COUNTED, lot.c.enterprise_id == enterprise_id, lot.c.community_id == community_id, lot_count.c.counted_on <= until)
        .order_by(lot_count.c.person_id, lot_count.c.id)
    )
    return [Unpaid(*row) for row in tx.execute(rows)]


def open_(tx: Connection, where: Iterable[Scope], *, until: date, limit: int = 20) -> list[Open]:
    """Firms with something counted by this day in these communities that stands on no slip."""
    rows = (
        select(
            lot.c.enterprise_id,
            enterprise.c.name,
            lot.c.community_id,
            community.c.name,
            func.count(lot_count.c.person_id.distinct()),
            func.sum(_LEFT * lot_count.c.rate_fen),
        )
        .select_from(
            _RETURNS.join(enterprise, enterprise.c.id == lot.c.enterprise_id).join(community, community.c.id == lot.c.community_id)
        )
        .where(*_COUNTED, within(where, community=lot.c.community_id), lot_count.c.counted_on <= until)
        .group_by(lot.c.enterprise_id, enterprise.c.name, lot.c.community_id, community.c.name)
        .order_by(enterprise.c.name, community.c.name)
        .limit(limit)
    )
    return [Open(firm, name, place, called, women, int(fen)) for firm, name, place, called, women, fen in tx.execute(rows)]


def of_person(tx: Connection, person_id: int) -> tuple[int, int]:
    """Her good pieces that stand on no slip yet, and what they pay at least, in fen."""
    hers = select(func.coalesce(func.sum(_LEFT), 0), func.coalesce(func.sum(_LEFT * lot_count.c.rate_fen), 0)).select_from(_RETURNS)
    pieces, fen = tx.execute(hers.where(*_COUNTED, lot_count.c.person_id == person_id)).one()
    return int(pieces), int(fen)


def extras(tx: Connection, enterprise_id: int, community_id: int) -> dict[int, list[tuple[int, Day]]]:
    """Pieces beyond the quota by return, of those that stand on no slip."""
    rows = (
        select(pay_extra.c.count_id, pay_extra.c.pieces, pay_extra.c.day)
        .join(lot_count, lot_count.c.id == pay_extra.c.count_id)
        .join(lot, lot.c.id == lot_count.c.lot_id)
        .outerjoin(_PAID, _PAID.c.count_id == pay_extra.c.count_id)
        .where(lot.c.enterprise_id == enterprise_id, lot.c.community_id == community_id, _PAID.c.pieces.is_(None))
    )
    by_person: dict[int, list[tuple[int, Day]]] = defaultdict(list)
    for row in tx.execute(rows):
        by_person[row.count_id].append((row.pieces, row.day))
    return by_person


def add_extra(tx: Connection, count_id: int, day: Day, pieces: int, *, by: int) -> bool:
    """Pieces of a return beyond the quota; False where that was told before."""
    values = {"count_id": count_id, "day": day, "pieces": pieces, "told_by": by}
    return tx.execute(upsert(tx, pay_extra).values(values).on_conflict_do_nothing()).rowcount == 1


def hours(tx: Connection, enterprise_id: int, community_id: int, month: str) -> dict[int, int]:
    """Minutes that women told for a month, by person; what stands on an earlier slip of it is not counted twice."""
    mine = (pay_hours.c.enterprise_id == enterprise_id, pay_hours.c.community_id == community_id, pay_hours.c.month == month)
    return {row.person_id: row.minutes for row in tx.execute(select(pay_hours.c.person_id, pay_hours.c.minutes).where(*mine))}


def tell_hours(tx: Connection, person_id: int, enterprise_id: int, community_id: int, month: str, *, minutes: int, now: datetime) -> None:
    """How long she worked; what she tells later takes its place."""
    values = {"person_id": person_id, "enterprise_id": enterprise_id, "community_id": community_id, "month": month}
    fresh = upsert(tx, pay_hours).values(**values, minutes=minutes, told_at=now)
    changed = fresh.on_conflict_do_update(
        index_elements=[pay_hours.c.person_id, pay_hours.c.enterprise_id, pay_hours.c.community_id, pay_hours.c.month],
        set_={"minutes": minutes, "told_at": now},
    )
    tx.execute(changed)


def paid_before(tx: Connection, enterprise_id: int, community_id: int, month: str) -> dict[int, int]:
    """What stands on slips of a month already at the ordinary rate, topped up; fen by person, for short work that was closed before."""
    mine = (pay_slip.c.enterprise_id == enterprise_id, pay_slip.c.community_id == community_id, pay_slip.c.month == month)
    total = func.sum(pay_slip.c.piece_fen + pay_slip.c.top_up_fen)
    return {row[0]: int(row[1]) for row in tx.execute(select(pay_slip.c.person_id, total).where(*mine).group_by(pay_slip.c.person_id))}


def write(
    tx: Connection, enterprise_id: int, community_id: int, month: str, slips: Sequence[Fresh], *, pay_by: date, by: int, now: datetime
) -> None:
    """Slips with their lines, one for each person; those below the minimum wait for a second person."""
    rows = [
        {
            "person_id": one.person_id,
            "enterprise_id": enterprise_id,
            "community_id": community_id,
            "month": month,
            "terms": one.terms,
            "minutes": one.minutes,
            **one.sum._asdict(),
            "total_fen": one.sum.total_fen,
            "status": "waiting" if one.sum.top_up_fen else "closed",
            "pay_by": pay_by,
            "closed_by": by,
            "closed_at": now,
        }
        for one in slips
    ]
    numbers = {row[0]: row[1] for row in insert_all(tx, pay_slip, rows, pay_slip.c.person_id, pay_slip.c.id)}
    lines = [{"slip_id": numbers[one.person_id], "count_id": count, **work._asdict()} for one in slips for count, work in one.lines]
    insert_all(tx, pay_line, lines)
