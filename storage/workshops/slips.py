"""Slips: what was closed, who looked, when it was paid and by whom, and what she said to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, func, select, update

from domain.access import Scope
from domain.workshops.pay import Terms
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.pay import SlipStatus, pay_line, pay_slip, pay_terms
from storage.tables.people import person
from storage.tables.work import community, enterprise, position
from storage.tables.workshops import lot, lot_count


class Slip(NamedTuple):
    """What she earned with a firm in a month; amounts in fen."""

    id: int
    person_id: int
    name: str | None
    enterprise_id: int
    enterprise: str
    community_id: int
    community: str
    month: str
    terms: Terms
    pieces: int
    minutes: int | None
    piece_fen: int
    extra_fen: int
    floor_fen: int | None
    top_up_fen: int
    total_fen: int
    status: SlipStatus
    pay_by: date
    closed_by: int | None
    paid_on: date | None


class Item(NamedTuple):
    """Good pieces of one lot at one rate and percentage."""

    item: str
    rate_fen: int
    percent: int
    pieces: int


class Month(NamedTuple):
    """Slips of a firm in a community and month that are in one state; fen."""

    enterprise_id: int
    enterprise: str
    community_id: int
    community: str
    month: str
    women: int
    fen: int


class Wages(NamedTuple):
    """What a firm's work in a community cost in wages in a month; fen."""

    pieces: int
    fen: int


class Post(NamedTuple):
    """A post with lots, and its terms where they are set."""

    id: int
    title: str
    enterprise: str
    community_id: int
    kind: Terms | None
    quota: int | None


class Changes(TypedDict, total=False):
    """What changes of a slip."""

    status: SlipStatus
    second_by: int
    second_at: datetime
    paid_on: date
    paid_by: int
    said_at: datetime


_SLIPS = (
    select(*columns(pay_slip, Slip, name=person.c.name, enterprise=enterprise.c.name, community=community.c.name))
    .join(person, person.c.id == pay_slip.c.person_id)
    .join(enterprise, enterprise.c.id == pay_slip.c.enterprise_id)
    .join(community, community.c.id == pay_slip.c.community_id)
)


def get(tx: Connection, slip_id: int) -> Slip | None:
    """One slip."""
    return first(tx, _SLIPS.where(pay_slip.c.id == slip_id), Slip)


def items(tx: Connection, slip_id: int) -> list[Item]:
    """What stands on a slip, lot by lot."""
    pieces = func.sum(pay_line.c.pieces)
    chosen = (
        select(lot.c.item, pay_line.c.rate_fen, pay_line.c.percent, pieces.label("pieces"))
        .join(lot_count, lot_count.c.id == pay_line.c.count_id)
        .join(lot, lot.c.id == lot_count.c.lot_id)
        .where(pay_line.c.slip_id == slip_id)
        .group_by(lot.c.item, pay_line.c.rate_fen, pay_line.c.percent)
        .order_by(lot.c.item, pay_line.c.percent)
    )
    return every(tx, chosen, Item)


def of_person(tx: Connection, person_id: int, *, limit: int = 12) -> list[Slip]:
    """Hers, the newest month first."""
    mine = _SLIPS.where(pay_slip.c.person_id == person_id)
    return every(tx, mine.order_by(pay_slip.c.month.desc(), pay_slip.c.id.desc()).limit(limit), Slip)


def of_month(tx: Connection, where: Iterable[Scope], month: str, *, limit: int) -> list[Slip]:
    """Those of a month in these communities, by community and firm."""
    chosen = (within(where, community=pay_slip.c.community_id), pay_slip.c.month == month)
    return every(tx, _SLIPS.where(*chosen).order_by(community.c.code, enterprise.c.name, pay_slip.c.id).limit(limit), Slip)


def waiting(tx: Connection, where: Iterable[Scope], *, limit: int = 20) -> list[Slip]:
    """Below the minimum: a second person has to look, the oldest first."""
    chosen = (within(where, community=pay_slip.c.community_id), pay_slip.c.status == "waiting")
    return every(tx, _SLIPS.where(*chosen).order_by(pay_slip.c.id).limit(limit), Slip)


def to_pay(tx: Connection, where: Iterable[Scope], *, limit: int = 20) -> list[Month]:
    """What is closed and not paid, by firm, community and month."""
    there = within(where, community=pay_slip.c.community_id, enterprise=pay_slip.c.enterprise_id)
    women, fen = func.count(pay_slip.c.person_id.distinct()), func.sum(pay_slip.c.total_fen)
    chosen = (
        select(*columns(pay_slip, Month, enterprise=enterprise.c.name, community=community.c.name, women=women, fen=fen))
        .join(enterprise, enterprise.c.id == pay_slip.c.enterprise_id)
        .join(community, community.c.id == pay_slip.c.community_id)
        .where(there, pay_slip.c.status.in_(("closed", "missing")), pay_slip.c.paid_on.is_(None))
        .group_by(pay_slip.c.enterprise_id, enterprise.c.name, pay_slip.c.community_id, community.c.name, pay_slip.c.month)
        .order_by(pay_slip.c.month, enterprise.c.name)
        .limit(limit)
    )
    return [row._replace(fen=int(row.fen)) for row in every(tx, chosen, Month)]


def unpaid_of(tx: Connection, enterprise_id: int, community_id: int, month: str) -> list[Slip]:
    """The slips of a firm, community and month that nobody has paid."""
    mine = (pay_slip.c.enterprise_id == enterprise_id, pay_slip.c.community_id == community_id, pay_slip.c.month == month)
    open_ = (pay_slip.c.status.in_(("closed", "missing")), pay_slip.c.paid_on.is_(None))
    return every(tx, _SLIPS.where(*mine, *open_).order_by(pay_slip.c.id), Slip)


def overdue(tx: Connection, *, today: date, limit: int = 100) -> list[Slip]:
    """Closed, and not paid by their day."""
    late = (pay_slip.c.status == "closed", pay_slip.c.pay_by < today)
    return every(tx, _SLIPS.where(*late).order_by(pay_slip.c.id).limit(limit), Slip)


def change(tx: Connection, slip_id: int, *, of: Iterable[SlipStatus], **values: Unpack[Changes]) -> bool:
    """From one of these states; False where it is in none of them."""
    there = (pay_slip.c.id == slip_id, pay_slip.c.status.in_(list(of)))
    return tx.execute(update(pay_slip).where(*there).values(**values)).rowcount == 1


def wages(tx: Connection, enterprise_id: int, community_id: int, month: str) -> Wages:
    """What a firm's work cost in wages in a month."""
    mine = (pay_slip.c.enterprise_id == enterprise_id, pay_slip.c.community_id == community_id, pay_slip.c.month == month)
    sums = func.coalesce(func.sum(pay_slip.c.pieces), 0), func.coalesce(func.sum(pay_slip.c.total_fen), 0)
    return Wages(*(int(one) for one in tx.execute(select(*sums).where(*mine)).one()))


def earned(tx: Connection, where: Iterable[Scope], month: str) -> dict[tuple[int, str], list[int]]:
    """What each woman earned in a month, in fen, by community and its name; who she is is left out."""
    chosen = (
        select(pay_slip.c.community_id, community.c.name, func.sum(pay_slip.c.total_fen))
        .join(community, community.c.id == pay_slip.c.community_id)
        .where(within(where, community=pay_slip.c.community_id), pay_slip.c.month == month)
        .group_by(pay_slip.c.community_id, community.c.name, pay_slip.c.person_id)
        .order_by(pay_slip.c.community_id)
    )
    by_group: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, name, fen in tx.execute(chosen):
        by_group[place, name].append(int(fen))
    return by_group


def posts(tx: Connection, where: Iterable[Scope], *, limit: int = 20) -> list[Post]:
    """Posts that have lots, those without terms first."""
    with_lots = select(lot.c.id).where(lot.c.position_id == position.c.id).exists()
    chosen = (
        select(*columns(position, Post, pay_terms, enterprise=enterprise.c.name))
        .join(enterprise, enterprise.c.id == position.c.enterprise_id)
        .outerjoin(pay_terms, pay_terms.c.position_id == position.c.id)
        .where(with_lots, within(where, community=position.c.community_id))
        .order_by(pay_terms.c.kind.is_not(None), position.c.id)
    )
    return every(tx, chosen.limit(limit), Post)


def without_terms(tx: Connection) -> int:
    """How many posts with lots nobody has said the terms of."""
    chosen = (
        select(func.count(lot.c.position_id.distinct())).select_from(lot).outerjoin(pay_terms, pay_terms.c.position_id == lot.c.position_id)
    )
    return int(tx.execute(chosen.where(lot.c.position_id.is_not(None), pay_terms.c.position_id.is_(None))).scalar_one())


def set_terms(tx: Connection, position_id: int, kind: Terms, word: str, quota: int | None, *, by: int, now: datetime) -> None:
    """Whether a post is employment or a contract, by whose word; the newest word holds."""
    known = tx.execute(select(pay_terms.c.position_id).where(pay_terms.c.position_id == position_id)).scalar()
    values = {"kind": kind, "word": word, "quota": quota, "set_by": by, "set_at": now}
    if known is None:
        tx.execute(pay_terms.insert().values(position_id=position_id, **values))
    else:
        tx.execute(update(pay_terms).where(pay_terms.c.position_id == position_id).values(values))


def quota_of(tx: Connection, lot_id: int) -> int | None:
    """The quota that the firm set for the post of a lot."""
    chosen = select(pay_terms.c.quota).join(lot, lot.c.position_id == pay_terms.c.position_id).where(lot.c.id == lot_id)
    return tx.execute(chosen).scalar()
