"""Posts (岗位): how they stand, who offers them, and the stamp by which a copy in memory knows that it is old."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from domain.access import Scope
from domain.notices import LOCAL
from domain.work.pay import Pay, PayBasis
from storage import rows
from storage.scope import within
from storage.tables.work import PostStatus, community, enterprise, position, review, revision

_STAMP = "positions"


class Post(NamedTuple):
    """A post with the names of its firm and its community, and what the gate asks of the firm. Pay is in fen per `pay_basis`."""

    id: int
    code: str
    enterprise_id: int
    title: str
    text: str
    sector: str
    mode: str
    skills: list[str]
    trains: bool
    community_id: int
    lat: float
    lon: float
    windows: str
    fixed: bool
    min_weekly_hours: int
    pay_basis: PayBasis
    pay_min_fen: int | None
    pay_max_fen: int | None
    hourly_fen: int | None
    headcount: int
    taken: int
    opens_on: date | None
    closes_on: date | None
    status: PostStatus
    published_at: datetime | None
    announced_at: datetime | None
    next_wave_at: datetime | None
    waves: int
    withdrawn_at: datetime | None
    withdrawn_why: str
    enterprise: str
    licence: str
    share_percent: int
    community: str

    @property
    def pay(self) -> Pay:
        """Its pay as the rules about wages look at it."""
        return Pay(
            basis=self.pay_basis,
            min_fen=self.pay_min_fen,
            max_fen=self.pay_max_fen,
            hourly_fen=self.hourly_fen,
            text=self.text,
            windows=self.windows,
        )


class Glimpse(NamedTuple):
    """What is looked at of many posts, of which a few are then shown whole."""

    id: int
    code: str
    sector: str
    windows: str
    lat: float
    lon: float


class Terms(NamedTuple):
    """A post as matching looks at it, and whether its mothers were looked for before."""

    id: int
    code: str
    status: PostStatus
    headcount: int
    taken: int
    opens_on: date | None
    closes_on: date | None
    mode: str
    sector: str
    skills: list[str]
    trains: bool
    lat: float
    lon: float
    windows: str
    fixed: bool
    min_weekly_hours: int
    pay_basis: PayBasis
    pay_min_fen: int | None
    pay_max_fen: int | None
    published_at: datetime | None
    announced_at: datetime | None


TERMS = rows.columns(position, Terms)
_POSTS = (
    select(*rows.columns(position, Post, enterprise, enterprise=enterprise.c.name, community=community.c.name))
    .select_from(position)
    .join(enterprise, enterprise.c.id == position.c.enterprise_id)
    .join(community, community.c.id == position.c.community_id)
)

_GIVEN = position.c.code.in_(bindparam("codes", expanding=True))
_BY_CODE, _GLIMPSES = _POSTS.where(_GIVEN), select(*rows.columns(position, Glimpse)).where(_GIVEN)

# A draft that its firm has to change first is on nobody's list of drafts.
BACK = select(review.c.id).where(review.c.position_id == position.c.id, review.c.outcome == "returned").exists()
_HERE = or_(position.c.status != "draft", ~BACK)


def get(tx: Connection, position_id: int) -> Post | None:
    """One post, in whatever status."""
    return rows.first(tx, _POSTS.where(position.c.id == position_id), Post)


def by_code(tx: Connection, codes: Sequence[str]) -> dict[str, Post]:
    """These posts by their codes, in whatever status."""
    return {post.code: post for post in rows.every(tx, _BY_CODE, Post, {"codes": list(codes)})}


def glimpses(tx: Connection, codes: Sequence[str]) -> dict[str, Glimpse]:
    """The same at a glance."""
    return {post.code: post for post in rows.every(tx, _GLIMPSES, Glimpse, {"codes": list(codes)})}


def by_ids(tx: Connection, ids: Sequence[int]) -> dict[int, Post]:
    """These posts by their ids, in whatever status."""
    return {post.id: post for post in rows.every(tx, _POSTS.where(position.c.id.in_(ids)), Post)}


def listed(tx: Connection, where: Iterable[Scope], *, statuses: Sequence[PostStatus], after: int = 0, limit: int) -> list[Post]:
    """Posts of these statuses within these scopes, by id, from behind `after`."""
    inside = within(where, community=position.c.community_id, enterprise=position.c.enterprise_id)
    statement = _POSTS.where(position.c.status.in_(list(statuses)), _HERE, position.c.id > after, inside)
    return rows.every(tx, statement.order_by(position.c.id).limit(limit), Post)


def count(tx: Connection, where: Iterable[Scope], *, statuses: Sequence[PostStatus]) -> int:
    """How many posts of these statuses there are within these scopes."""
    inside = within(where, community=position.c.community_id, enterprise=position.c.enterprise_id)
    return int(
        tx.execute(select(func.count()).select_from(position).where(position.c.status.in_(list(statuses)), _HERE, inside)).scalar_one()
    )


def with_free_places(tx: Connection) -> Iterator[Terms]:
    """Published posts with free places, one after the other: a province's do not fit beside each other in memory."""
    statement = select(*TERMS).where(position.c.status == "published", position.c.taken < position.c.headcount).order_by(position.c.id)
    for row in tx.execute(statement.execution_options(yield_per=500)):
        yield Terms._make(row)


def unannounced(tx: Connection, *, now: datetime, limit: int) -> list[Post]:
    """Published posts that are open by date and whose mothers were not looked for yet."""
    begun = or_(position.c.opens_on.is_(None), position.c.opens_on <= now.astimezone(LOCAL).date())
    waiting = _POSTS.where(position.c.status == "published", position.c.announced_at.is_(None), begun)
    return rows.every(tx, waiting.order_by(position.c.published_at, position.c.id).limit(limit), Post)


_AS_OF = select(revision.c.stamp).where(revision.c.name == _STAMP)


def stamp(tx: Connection) -> int:
    """What changes with every change of the open posts."""
    return tx.execute(_AS_OF).scalar() or 0


def changed(tx: Connection) -> None:
    """To be called with every change of posts. The stamp is random: a number could come twice after a rollback."""
    fresh = secrets.randbits(62)
    if tx.execute(update(revision).where(revision.c.name == _STAMP).values(stamp=fresh)).rowcount == 0:
        tx.execute(insert(revision).values(name=_STAMP, stamp=fresh))


def set_hourly(tx: Connection, position_id: int, hourly_fen: int | None) -> None:
    """Keep what piece work of a post honestly brings an hour."""
    changed(tx)
    tx.execute(update(position).where(position.c.id == position_id).values(hourly_fen=hourly_fen))


class Corrected(TypedDict, total=False):
    """Columns of a draft that staff correct in chat."""

    title: str
    text: str
    pay_basis: PayBasis
    pay_min_fen: int
    pay_max_fen: int | None
    hourly_fen: None
    windows: str
    headcount: int
    closes_on: date


def correct(tx: Connection, position_id: int, **values: Unpack[Corrected]) -> bool:
    """Change a draft; False where it is none any more."""
    draft = update(position).where(position.c.id == position_id, position.c.status == "draft")
    return tx.execute(draft.values(**values)).rowcount == 1


def discard(tx: Connection, position_id: int, *, now: datetime) -> bool:
    """A draft that will never be published; False where it is none any more."""
    draft = update(position).where(position.c.id == position_id, position.c.status == "draft")
    return tx.execute(draft.values(status="closed", withdrawn_at=now, withdrawn_why="discarded")).rowcount == 1


def publish(tx: Connection, position_id: int, *, now: datetime) -> bool:
    """Draft → published; False where it was no draft."""
    draft = update(position).where(position.c.id == position_id, position.c.status == "draft")
    return tx.execute(draft.values(status="published", published_at=now)).rowcount == 1


def withdraw(tx: Connection, position_id: int, why: str, *, now: datetime) -> bool:
    """Published or filled → closed for good; False where it was neither."""
    public = update(position).where(position.c.id == position_id, position.c.status.in_(("published", "filled")))
    if tx.execute(public.values(status="closed", withdrawn_at=now, withdrawn_why=why, next_wave_at=None)).rowcount == 0:
        return False
    changed(tx)
    return True


def close(tx: Connection, position_id: int) -> bool:
    """Published or filled → closed: nobody is offered it any more; who works there stays. False where it was neither."""
    public = update(position).where(position.c.id == position_id, position.c.status.in_(("published", "filled")))
    if tx.execute(public.values(status="closed", next_wave_at=None)).rowcount == 0:
        return False
    changed(tx)
    return True


def announced(tx: Connection, position_id: int, *, now: datetime) -> None:
    """Its mothers were looked for; free places did not change, so nobody's copy is old."""
    tx.execute(update(position).where(position.c.id == position_id).values(announced_at=now))
