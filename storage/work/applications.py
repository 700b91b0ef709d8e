"""Who wants to go where: position.taken counts exactly the applications that hold a place, and the list moves up in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.access import Scope
from domain.notices import LOCAL
from domain.work import applications as rules
from storage.scope import within
from storage.tables import Application, Community, Consent, Enterprise, Mother, Person, Position, Role
from storage.tables.columns import table
from storage.work import offers
from storage.work.posts import positions_changed

APP, P, E, COMMUNITY = table(Application), table(Position), table(Enterprise), table(Community)
PERSON, M, CONSENT, R = table(Person), table(Mother), table(Consent), table(Role)

# What she agrees to before a firm gets her data (PIPL 23).
PURPOSE = "employer"
_NAMED = and_(CONSENT.c.person_id == APP.c.person_id, CONSENT.c.purpose == PURPOSE, CONSENT.c.enterprise_id == P.c.enterprise_id)
_AGREED = select(CONSENT.c.id).where(_NAMED, CONSENT.c.withdrawn_at.is_(None)).exists()
_ALL = (
    select(
        APP,
        *(P.c.title, P.c.community_id, P.c.enterprise_id, P.c.status.label("position_status")),
        E.c.name.label("enterprise"),
        COMMUNITY.c.name.label("community"),
        *(PERSON.c.name, PERSON.c.key, PERSON.c.phone, M.c.skills, M.c.windows),
        _AGREED.label("agreed"),
    )
    .select_from(APP)
    .join(P, P.c.id == APP.c.position_id)
    .join(E, E.c.id == P.c.enterprise_id)
    .join(COMMUNITY, COMMUNITY.c.id == P.c.community_id)
    .join(PERSON, PERSON.c.id == APP.c.person_id)
    .outerjoin(M, M.c.person_id == APP.c.person_id)
)


def _rows(tx: Connection, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(statement)]


def get(tx: Connection, application_id: int) -> dict[str, Any] | None:
    """One application with its post, its person, and whether she agreed that this firm gets her data."""
    found = _rows(tx, _ALL.where(APP.c.id == application_id))
    return found[0] if found else None


def find(tx: Connection, person_id: int, position_id: int) -> dict[str, Any] | None:
    """Hers on one post, in whatever status."""
    found = _rows(tx, _ALL.where(APP.c.person_id == person_id, APP.c.position_id == position_id))
    return found[0] if found else None


def of_person(tx: Connection, person_id: int, *, limit: int = 20) -> list[dict[str, Any]]:
    """All of hers: first what is still open, then the newest."""
    over = APP.c.status.in_(rules.OVER)
    return _rows(tx, _ALL.where(APP.c.person_id == person_id).order_by(over, APP.c.created_at.desc(), APP.c.id.desc()).limit(limit))


def of_position(tx: Connection, position_id: int) -> list[dict[str, Any]]:
    """All that are open on a post."""
    return _rows(tx, _ALL.where(APP.c.position_id == position_id, APP.c.status.in_(rules.OPEN)).order_by(APP.c.id))


def visible(where: Iterable[Scope]) -> ColumnElement[bool]:
    """What staff may see of applications: an office all of its place, a firm only who agreed that it gets her data."""
    scopes = list(where)
    office = within([s for s in scopes if s.enterprise_id is None], community=P.c.community_id)
    return or_(office, and_(within([s for s in scopes if s.enterprise_id is not None], enterprise=P.c.enterprise_id), _AGREED))


def to_answer(tx: Connection, where: Iterable[Scope], *, limit: int = 20, after: int = 0) -> list[dict[str, Any]]:
    """Those with a place and without a start, within these scopes, in the order of their rows."""
    open_ = APP.c.status.in_(("applied", "trial"))
    return _rows(tx, _ALL.where(open_, APP.c.id > after, visible(where)).order_by(APP.c.id).limit(limit))


def asked_before(tx: Connection, person_id: int, enterprise_id: int) -> bool:
    """Whether she was asked before if this firm may have her data: she agreed once, or applied there without."""
    agreed = select(CONSENT.c.id).where(
        CONSENT.c.person_id == person_id, CONSENT.c.purpose == PURPOSE, CONSENT.c.enterprise_id == enterprise_id
    )
    applied = select(APP.c.id).join(P, P.c.id == APP.c.position_id).where(APP.c.person_id == person_id, P.c.enterprise_id == enterprise_id)
    return tx.execute(agreed.limit(1)).first() is not None or tx.execute(applied.limit(1)).first() is not None


def at_enterprise(tx: Connection, person_id: int, enterprise_id: int) -> list[dict[str, Any]]:
    """All of hers with one firm."""
    return _rows(tx, _ALL.where(APP.c.person_id == person_id, P.c.enterprise_id == enterprise_id).order_by(APP.c.id))


def contacts(tx: Connection, enterprise_id: int) -> list[int]:
    """Persons who answer for a firm."""
    mine = (R.c.role == "employer", R.c.enterprise_id == enterprise_id, R.c.withdrawn_at.is_(None))
    return list(tx.execute(select(R.c.person_id).where(*mine).order_by(R.c.id)).scalars())


def _lock(tx: Connection, position_id: int) -> None:
    """Whatever happens to one post's places happens one after the other. SQLite has one writer anyway."""
    tx.execute(select(P.c.id).where(P.c.id == position_id).with_for_update())


def take_place(tx: Connection, position_id: int) -> bool:
    """Take one free place, and close the position for others with the last one; False where none is free."""
    taken = update(P).where(P.c.id == position_id, P.c.taken < P.c.headcount, P.c.status == "published").values(taken=P.c.taken + 1)
    if tx.execute(taken).rowcount == 0:
        return False
    if tx.execute(update(P).where(P.c.id == position_id, P.c.taken >= P.c.headcount).values(status="filled")).rowcount:
        positions_changed(tx)
    return True


def give_back(tx: Connection, position_id: int, *, now: datetime) -> None:
    """A place is free again; a post that was full is open again, and offered again, if it could still be had."""
    tx.execute(update(P).where(P.c.id == position_id, P.c.taken > 0).values(taken=P.c.taken - 1))
    still = or_(P.c.closes_on.is_(None), P.c.closes_on >= now.astimezone(LOCAL).date())
    full = (P.c.id == position_id, P.c.status == "filled", P.c.taken < P.c.headcount, P.c.withdrawn_at.is_(None), still)
    if tx.execute(update(P).where(*full).values(status="published")).rowcount:
        positions_changed(tx)
    offers.wake(tx, [position_id], now=now)


def apply(tx: Connection, person_id: int, position_id: int, *, now: datetime) -> int | None:
    """She goes to the end of the list: the application's id, or None where she is on it, has a place or has started. `move_up` gives places."""
    _lock(tx, position_id)
    fresh = {
        "person_id": person_id,
        "position_id": position_id,
        "status": "waiting",
        "reason": "",
        "holds": False,
        "created_at": now,
        "trial_place": "",
    }
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    added = tx.execute(dialect.insert(APP).values(fresh).on_conflict_do_nothing().returning(APP.c.id)).scalar()
    if added is not None:
        return int(added)
    mine = (APP.c.person_id == person_id, APP.c.position_id == position_id, APP.c.status.in_(rules.OVER))
    blank = dict.fromkeys(("due_at", "held_until", "decided_at", "decided_by", "trial_at", "started_at", "ended_at"))
    again = update(APP).where(*mine).values(status="waiting", reason="", created_at=now, **blank).returning(APP.c.id)
    return tx.execute(again).scalar()


def move_up(tx: Connection, position_id: int, *, now: datetime, hold: timedelta) -> list[int]:
    """Free places go to the first on the list, each held for `hold`; whose they are now."""
    _lock(tx, position_id)
    moved = []
    first = (
        select(APP.c.id).where(APP.c.position_id == position_id, APP.c.status == "waiting").order_by(APP.c.created_at, APP.c.id).limit(1)
    )
    while (found := tx.execute(first).scalar()) is not None and take_place(tx, position_id):
        held = {"status": "applied", "holds": True, "held_until": now + hold, "due_at": now + hold / 2}
        tx.execute(update(APP).where(APP.c.id == found).values(**held))
        moved.append(int(found))
    return moved


def move(tx: Connection, application_id: int, to: str, *, by: int | None, now: datetime, was: str = "", **values: Any) -> bool:
    """One status further, as domain.applications allows; False where that is not allowed now. A place she loses is free at once.

    `was`: the status that the decision is about; with another one meanwhile it does not count. `values`: columns that change with it; the
    clock forgets the application unless `due_at` is among them.
    """
    position_id = tx.execute(select(APP.c.position_id).where(APP.c.id == application_id)).scalar()
    if position_id is None:
        return False
    _lock(tx, position_id)
    row = tx.execute(select(APP.c.status, APP.c.holds).where(APP.c.id == application_id)).one()
    holds = to in rules.HOLDING
    # A place is got from the list alone, and the end of the list by asking alone.
    got = to == "waiting" or (holds and not row.holds)
    if got or (was and was != row.status) or not rules.may_become(row.status, to):
        return False
    dated = {"due_at": None, "reason": "", **values, "status": to, "holds": holds, "decided_at": now, "decided_by": by}
    tx.execute(update(APP).where(APP.c.id == application_id).values(**dated))
    if row.holds and not holds:
        give_back(tx, position_id, now=now)
    return True


def note(tx: Connection, application_id: int, *, was: str, **values: Any) -> bool:
    """Set columns that are no step of their own: when the clock looks next, what she said meanwhile. False where it is not `was` any more."""
    return tx.execute(update(APP).where(APP.c.id == application_id, APP.c.status == was).values(**values)).rowcount == 1


def ended(tx: Connection, application_id: int, why: str, now: datetime) -> bool:
    """She left the post that she had started; False where she had not. Her place is free, the tick gives it to the next."""
    return move(tx, application_id, "left", by=None, now=now, reason=why, ended_at=now)


def number(tx: Connection, application_id: int) -> int:
    """Which number on the list somebody is who waits."""
    row = tx.execute(select(APP.c.created_at, APP.c.id, APP.c.position_id).where(APP.c.id == application_id)).one()
    ahead = or_(APP.c.created_at < row.created_at, and_(APP.c.created_at == row.created_at, APP.c.id <= row.id))
    count = select(func.count()).select_from(APP).where(APP.c.position_id == row.position_id, APP.c.status == "waiting", ahead)
    return int(tx.execute(count).scalar_one())


def due(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Those the clock has to look at."""
    looked = (APP.c.due_at.is_not(None), APP.c.due_at <= now, APP.c.status.in_(("applied", "trial")))
    return _rows(tx, _ALL.where(*looked).order_by(APP.c.due_at, APP.c.id).limit(limit))


def with_free_places(tx: Connection, *, limit: int) -> list[int]:
    """Posts with a free place and somebody on the list."""
    free = (APP.c.status == "waiting", P.c.status == "published", P.c.taken < P.c.headcount)
    statement = select(P.c.id).select_from(APP).join(P, P.c.id == APP.c.position_id).where(*free).distinct()
    return list(tx.execute(statement.order_by(P.c.id).limit(limit)).scalars())


def in_vain(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Who waits for a post that is closed, or whose time is over."""
    over = or_(P.c.status.in_(("closed", "draft")), P.c.closes_on < now.astimezone(LOCAL).date())
    return _rows(tx, _ALL.where(APP.c.status == "waiting", over).order_by(APP.c.id).limit(limit))
