"""Firms: which there are and what is due, what was asked of one, what it signed, and whether it is suspended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, insert, or_, select, true, update

from domain.access import Scope
from domain.work.vetting import HOLDS, TOPICS, Topic
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.firms import firm_agreement, firm_check, firm_suspension
from storage.tables.people import person
from storage.tables.work import enterprise, position

# How a firm stands, as the list of firms is narrowed by it.
Standing = Literal["due", "running", "suspended"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


class Listed(NamedTuple):
    """A firm in the list: when it was last looked at as a whole, what is not in order, until when its agreement runs."""

    id: int
    code: str
    name: str
    share_percent: int
    suspended: bool
    bad: int
    looked_at: datetime | None
    agreed_until: date | None


class Firm(NamedTuple):
    """One firm with whom to call there."""

    id: int
    code: str
    name: str
    licence: str
    contact: str
    phone: str | None
    share_percent: int


class Check(NamedTuple):
    """One question and its answer."""

    topic: Topic
    good: bool
    note: str
    by: str | None
    checked_at: datetime


class Agreement(NamedTuple):
    """What it signed."""

    share_percent: int
    starts_on: date
    ends_on: date
    by: str | None


class Suspension(NamedTuple):
    """Why nothing of it is published, since when, by whom; until when where it is over."""

    id: int
    reason: str
    note: str
    by: str | None
    begun_at: datetime
    ended_at: datetime | None


def _theirs(where: Iterable[Scope]) -> ColumnElement[bool]:
    """A firm is of the places where it has posts; one without any is the city's."""
    scopes = list(where)
    if any(scope.city for scope in scopes):
        return true()
    return exists().where(position.c.enterprise_id == enterprise.c.id, within(scopes, community=position.c.community_id))


_NEWEST = (
    select(firm_check.c.enterprise_id, firm_check.c.topic, func.max(firm_check.c.id).label("id"))
    .group_by(firm_check.c.enterprise_id, firm_check.c.topic)
    .subquery()
)
_LOOKED = (
    select(
        firm_check.c.enterprise_id,
        func.count().label("topics"),
        func.min(firm_check.c.checked_at).label("oldest"),
        func.sum(case((firm_check.c.good, 0), else_=1)).label("bad"),
    )
    .join(_NEWEST, _NEWEST.c.id == firm_check.c.id)
    .group_by(firm_check.c.enterprise_id)
    .subquery()
)
_AGREED = (
    select(firm_agreement.c.enterprise_id, func.max(firm_agreement.c.ends_on).label("until"))
    .group_by(firm_agreement.c.enterprise_id)
    .subquery()
)
_SUSPENDED = exists().where(firm_suspension.c.enterprise_id == enterprise.c.id, firm_suspension.c.ended_at.is_(None))
_LISTED = enterprise.outerjoin(_LOOKED, _LOOKED.c.enterprise_id == enterprise.c.id).outerjoin(
    _AGREED, _AGREED.c.enterprise_id == enterprise.c.id
)


def _due(*, now: datetime, today: date) -> ColumnElement[bool]:
    looked = or_(_LOOKED.c.topics.is_(None), _LOOKED.c.topics < len(TOPICS), _LOOKED.c.oldest <= now - HOLDS)
    return and_(~_SUSPENDED, or_(looked, _AGREED.c.until.is_(None), _AGREED.c.until < today))


def _standing(standing: Standing | None, *, now: datetime, today: date) -> ColumnElement[bool]:
    match standing:
        case "due":
            return _due(now=now, today=today)
        case "suspended":
            return _SUSPENDED
        case "running":
            return ~_SUSPENDED
    return true()


def _where(where: Iterable[Scope], standing: Standing | None, words: str, *, now: datetime, today: date) -> ColumnElement[bool]:
    named = or_(*(column.contains(words, autoescape=True) for column in (enterprise.c.name, enterprise.c.code))) if words else true()
    return and_(_theirs(where), _standing(standing, now=now, today=today), named)


def listed(
    tx: Connection, where: Iterable[Scope], standing: Standing | None, words: str, *, now: datetime, today: date, after: int, limit: int
) -> list[Listed]:
    """Firms with posts in these places by code, from behind so many; all of them for the city."""
    chosen = columns(
        enterprise,
        Listed,
        suspended=_SUSPENDED,
        bad=func.coalesce(_LOOKED.c.bad, 0),
        looked_at=_LOOKED.c.oldest,
        agreed_until=_AGREED.c.until,
    )
    query = select(*chosen).select_from(_LISTED).where(_where(where, standing, words, now=now, today=today))
    return every(tx, query.order_by(enterprise.c.code).offset(after).limit(limit), Listed)


def count(tx: Connection, where: Iterable[Scope], standing: Standing | None, words: str, *, now: datetime, today: date) -> int:
    """How many there are."""
    query = select(func.count()).select_from(_LISTED).where(_where(where, standing, words, now=now, today=today))
    return int(tx.execute(query).scalar_one())


def get(tx: Connection, where: Iterable[Scope], firm_id: int) -> Firm | None:
    """One firm of these places."""
    return first(tx, select(*columns(enterprise, Firm)).where(enterprise.c.id == firm_id, _theirs(where)), Firm)


def checks(tx: Connection, firm_id: int) -> list[Check]:
    """Every answer, the newest first."""
    statement = select(*columns(firm_check, Check, by=person.c.name)).outerjoin(person, person.c.id == firm_check.c.checked_by)
    return every(tx, statement.where(firm_check.c.enterprise_id == firm_id).order_by(firm_check.c.id.desc()), Check)


def add_check(tx: Connection, firm_id: int, topic: Topic, *, good: bool, note: str, by: int, now: datetime) -> None:
    """Another answer; the ones before it stay."""
    values = {"enterprise_id": firm_id, "topic": topic, "good": good, "note": note, "checked_by": by, "checked_at": now}
    tx.execute(insert(firm_check).values(values))


def agreements(tx: Connection, firm_id: int) -> list[Agreement]:
    """What it signed, the newest first."""
    statement = select(*columns(firm_agreement, Agreement, by=person.c.name)).outerjoin(person, person.c.id == firm_agreement.c.noted_by)
    return every(tx, statement.where(firm_agreement.c.enterprise_id == firm_id).order_by(firm_agreement.c.id.desc()), Agreement)


def agree(tx: Connection, firm_id: int, share: int, starts: date, ends: date, *, by: int, now: datetime) -> None:
    """It signed; from the next month that is asked for, its share is this one."""
    values = {"enterprise_id": firm_id, "share_percent": share, "starts_on": starts, "ends_on": ends, "noted_by": by, "noted_at": now}
    tx.execute(insert(firm_agreement).values(values))
    tx.execute(update(enterprise).where(enterprise.c.id == firm_id).values(share_percent=share))


def suspensions(tx: Connection, firm_id: int) -> list[Suspension]:
    """Each time that it was suspended, the newest first."""
    statement = select(*columns(firm_suspension, Suspension, by=person.c.name)).outerjoin(person, person.c.id == firm_suspension.c.begun_by)
    return every(tx, statement.where(firm_suspension.c.enterprise_id == firm_id).order_by(firm_suspension.c.id.desc()), Suspension)


def hold(tx: Connection, firm_id: int) -> None:
    """Until the transaction ends nobody else publishes for this firm or suspends it. SQLite has one writer anyway."""
    tx.execute(select(enterprise.c.id).where(enterprise.c.id == firm_id).with_for_update(key_share=True))


def is_suspended(tx: Connection, firm_id: int) -> bool:
    """Whether nothing of it may be published now."""
    open_ = exists().where(firm_suspension.c.enterprise_id == firm_id, firm_suspension.c.ended_at.is_(None))
    return bool(tx.execute(select(open_)).scalar_one())


def suspended_codes(tx: Connection) -> set[str]:
    """The codes of all firms that are suspended now."""
    return set(tx.execute(select(enterprise.c.code).where(_SUSPENDED)).scalars())


def suspend(tx: Connection, firm_id: int, reason: str, note: str, *, by: int, now: datetime) -> bool:
    """From now on nothing of it is published; False where that was so."""
    if is_suspended(tx, firm_id):
        return False
    values = {"enterprise_id": firm_id, "reason": reason, "note": note, "begun_by": by, "begun_at": now}
    tx.execute(insert(firm_suspension).values(values))
    return True


def resume(tx: Connection, firm_id: int, *, by: int, now: datetime) -> bool:
    """Its posts may be published again; False where it was not suspended."""
    open_ = update(firm_suspension).where(firm_suspension.c.enterprise_id == firm_id, firm_suspension.c.ended_at.is_(None))
    return tx.execute(open_.values(ended_by=by, ended_at=now)).rowcount == 1


def public_posts(tx: Connection, firm_id: int) -> list[int]:
    """Its posts that mothers see, or work by, by id."""
    public = position.c.status.in_(("published", "filled"))
    return list(tx.execute(select(position.c.id).where(position.c.enterprise_id == firm_id, public).order_by(position.c.id)).scalars())
