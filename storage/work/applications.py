"""Who wants to go where, and how that stands; storage.work.places changes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from domain.access import Scope
from domain.notices import LOCAL
from domain.work.applications import OPEN, OVER, Status
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.people import consent, mother, person, role
from storage.tables.work import PostStatus, application, community, enterprise, position

# What she agrees to before a firm gets her data (PIPL 23).
PURPOSE = "employer"


class Application(NamedTuple):
    """An application with its post and who wants to go; `agreed`: that this firm gets her data."""

    id: int
    person_id: int
    position_id: int
    status: Status
    reason: str
    holds: bool
    created_at: datetime
    due_at: datetime | None
    held_until: datetime | None
    decided_by: int | None
    trial_at: datetime | None
    trial_place: str
    started_at: datetime | None
    ended_at: datetime | None
    title: str
    community_id: int
    enterprise_id: int
    position_status: PostStatus
    enterprise: str
    community: str
    name: str | None
    key: str
    phone: str | None
    skills: list[str] | None
    windows: str | None
    agreed: bool


_NAMED = and_(
    consent.c.person_id == application.c.person_id, consent.c.purpose == PURPOSE, consent.c.enterprise_id == position.c.enterprise_id
)
_AGREED = select(consent.c.id).where(_NAMED, consent.c.withdrawn_at.is_(None)).exists()
_COLUMNS = columns(
    application,
    Application,
    position,
    person,
    mother,
    position_status=position.c.status,
    enterprise=enterprise.c.name,
    community=community.c.name,
    # An application, a post and a mother have each an id, a name or free times of their own.
    windows=mother.c.windows,
    skills=mother.c.skills,
    agreed=_AGREED,
)
_ALL = (
    select(*_COLUMNS)
    .select_from(application)
    .join(position, position.c.id == application.c.position_id)
    .join(enterprise, enterprise.c.id == position.c.enterprise_id)
    .join(community, community.c.id == position.c.community_id)
    .join(person, person.c.id == application.c.person_id)
    .outerjoin(mother, mother.c.person_id == application.c.person_id)
)


def get(tx: Connection, application_id: int) -> Application | None:
    """One application with its post, its person, and whether she agreed that this firm gets her data."""
    return first(tx, _ALL.where(application.c.id == application_id), Application)


def find(tx: Connection, person_id: int, position_id: int) -> Application | None:
    """Hers on one post, in whatever status."""
    return first(tx, _ALL.where(application.c.person_id == person_id, application.c.position_id == position_id), Application)


def of_person(tx: Connection, person_id: int, *, limit: int = 20) -> list[Application]:
    """All of hers: first what is still open, then the newest."""
    over = application.c.status.in_(OVER)
    return every(
        tx,
        _ALL.where(application.c.person_id == person_id)
        .order_by(over, application.c.created_at.desc(), application.c.id.desc())
        .limit(limit),
        Application,
    )


def of_position(tx: Connection, position_id: int) -> list[Application]:
    """All that are open on a post."""
    return every(
        tx,
        _ALL.where(application.c.position_id == position_id, application.c.status.in_(OPEN)).order_by(application.c.id),
        Application,
    )


def visible(where: Iterable[Scope]) -> ColumnElement[bool]:
    """What staff may see of applications: an office all of its place, a firm only who agreed that it gets her data."""
    scopes = list(where)
    office = within([s for s in scopes if s.enterprise_id is None], community=position.c.community_id)
    return or_(office, and_(within([s for s in scopes if s.enterprise_id is not None], enterprise=position.c.enterprise_id), _AGREED))


def to_answer(tx: Connection, where: Iterable[Scope], *, limit: int = 20, after: int = 0) -> list[Application]:
    """Those with a place and without a start, within these scopes, in the order of their rows."""
    open_ = application.c.status.in_(("applied", "trial"))
    return every(tx, _ALL.where(open_, application.c.id > after, visible(where)).order_by(application.c.id).limit(limit), Application)


# How applications are asked for at the desk: `tried` are trials that are over, and nobody said how they went.
Standing = Literal["applied", "trial", "tried", "waiting", "started", "over"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


def _stands(standing: Standing, now: datetime) -> ColumnElement[bool]:
    trial = application.c.status == "trial"
    match standing:
        case "trial":
            return and_(trial, application.c.trial_at > now)
        case "tried":
            return and_(trial, or_(application.c.trial_at.is_(None), application.c.trial_at <= now))
        case "over":
            return application.c.status.in_(OVER)
    return application.c.status == standing


def board(
    tx: Connection, where: Iterable[Scope], standing: Standing, *, position_id: int = 0, now: datetime, first: int, limit: int
) -> list[Application]:
    """Those that stand like this within these scopes: trials by their time, what is over newest first, the others oldest first."""
    asked = [_stands(standing, now), visible(where), *([application.c.position_id == position_id] if position_id else [])]
    order = {"trial": application.c.trial_at, "tried": application.c.trial_at, "over": application.c.decided_at.desc()}
    rows = _ALL.where(*asked).order_by(order.get(standing, application.c.created_at), application.c.id)
    return every(tx, rows.offset(first).limit(limit), Application)


def standings(tx: Connection, where: Iterable[Scope], *, position_id: int = 0, now: datetime) -> dict[Standing, int]:
    """How many stand like that, by standing."""
    counts = [func.coalesce(func.sum(case((_stands(name, now), 1), else_=0)), 0) for name in STANDINGS]
    of_post = [application.c.position_id == position_id] if position_id else []
    row = tx.execute(select(*counts).select_from(_PLACED).where(visible(where), *of_post)).one()
    return dict(zip(STANDINGS, map(int, row), strict=True))


_PLACED = application.join(position, position.c.id == application.c.position_id)


def unanswered(tx: Connection, where: Iterable[Scope], *, now: datetime) -> tuple[int, int]:
    """How many applied and have no answer within these scopes, and how many of their places are free again within a day."""
    late = func.coalesce(func.sum(case((application.c.held_until <= now + timedelta(days=1), 1), else_=0)), 0)
    statement = select(func.count(), late).select_from(_PLACED).where(application.c.status == "applied", visible(where))
    row = tx.execute(statement).one()
    return int(row[0]), int(row[1])


def tried(tx: Connection, where: Iterable[Scope], *, now: datetime) -> int:
    """How many trials within these scopes are over, and nobody said how they went."""
    over = (application.c.status == "trial", application.c.trial_at <= now, visible(where))
    return int(tx.execute(select(func.count()).select_from(_PLACED).where(*over)).scalar_one())


def asked_before(tx: Connection, person_id: int, enterprise_id: int) -> bool:
    """Whether she was asked before if this firm may have her data: she agreed once, or applied there without."""
    agreed = select(consent.c.id).where(
        consent.c.person_id == person_id, consent.c.purpose == PURPOSE, consent.c.enterprise_id == enterprise_id
    )
    applied = (
        select(application.c.id)
        .join(position, position.c.id == application.c.position_id)
        .where(application.c.person_id == person_id, position.c.enterprise_id == enterprise_id)
    )
    return tx.execute(agreed.limit(1)).first() is not None or tx.execute(applied.limit(1)).first() is not None


def at_enterprise(tx: Connection, person_id: int, enterprise_id: int) -> list[Application]:
    """All of hers with one firm."""
    return every(
        tx,
        _ALL.where(application.c.person_id == person_id, position.c.enterprise_id == enterprise_id).order_by(application.c.id),
        Application,
    )


def contacts(tx: Connection, enterprise_id: int) -> list[int]:
    """Persons who answer for a firm."""
    mine = (role.c.role == "employer", role.c.enterprise_id == enterprise_id, role.c.withdrawn_at.is_(None))
    return list(tx.execute(select(role.c.person_id).where(*mine).order_by(role.c.id)).scalars())


def number(tx: Connection, application_id: int) -> int:
    """Which number on the list somebody is who waits."""
    row = tx.execute(
        select(application.c.created_at, application.c.id, application.c.position_id).where(application.c.id == application_id)
    ).one()
    ahead = or_(application.c.created_at < row.created_at, and_(application.c.created_at == row.created_at, application.c.id <= row.id))
    count = (
        select(func.count())
        .select_from(application)
        .where(application.c.position_id == row.position_id, application.c.status == "waiting", ahead)
    )
    return int(tx.execute(count).scalar_one())


def due(tx: Connection, *, now: datetime, limit: int) -> list[Application]:
    """Those the clock has to look at."""
    looked = (application.c.due_at.is_not(None), application.c.due_at <= now, application.c.status.in_(("applied", "trial")))
    return every(tx, _ALL.where(*looked).order_by(application.c.due_at, application.c.id).limit(limit), Application)


def with_free_places(tx: Connection, *, limit: int) -> list[int]:
    """Posts with a free place and somebody on the list."""
    free = (application.c.status == "waiting", position.c.status == "published", position.c.taken < position.c.headcount)
    statement = (
        select(position.c.id).select_from(application).join(position, position.c.id == application.c.position_id).where(*free).distinct()
    )
    return list(tx.execute(statement.order_by(position.c.id).limit(limit)).scalars())


def in_vain(tx: Connection, *, now: datetime, limit: int) -> list[Application]:
    """Who waits for a post that is closed, or whose time is over."""
    over = or_(position.c.status.in_(("closed", "draft")), position.c.closes_on < now.astimezone(LOCAL).date())
    return every(tx, _ALL.where(application.c.status == "waiting", over).order_by(application.c.id).limit(limit), Application)
