"""What matching needs to know of all mothers, one row after the other, and of those who changed since somebody looked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, insert, select, update

from storage.tables import Address, Application, Community, Consent, Mother, Person, Revision
from storage.tables.columns import table

M, P, C, CONSENT, REV = table(Mother), table(Person), table(Community), table(Consent), table(Revision)
A, APP = table(Address), table(Application)

# Transactions of several processes end in another order than they began; none takes longer, and no two clocks differ by more.
OVERLAP = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONSIDERED = "mothers considered"

_AGREES = select(CONSENT.c.id).where(CONSENT.c.person_id == M.c.person_id, CONSENT.c.purpose == "jobs", CONSENT.c.withdrawn_at.is_(None))
_PLACED = M.join(P, P.c.id == M.c.person_id).join(C, C.c.id == P.c.community_id)
_SINCE = func.coalesce(M.c.last_offer_at, M.c.surveyed_at, P.c.created_at, type_=M.c.last_offer_at.type)


def rows(tx: Connection, *where: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    """Every mother whose place is known as domain.matching's `Mothers.load` takes her, known by her person id; lists and day as the store's
    text (`orjson.loads` and `day_of` read them)."""
    text = [cast(M.c[name], Text) for name in ("modes", "sectors", "skills")]
    day = func.substr(cast(_SINCE, Text), 1, 10)
    columns = (cast(M.c.person_id, Text), C.c.lat, C.c.lon, _AGREES.exists(), *text)
    wishes = (M.c.windows, M.c.max_distance_m, M.c.min_monthly_pay_fen, day, M.c.hardship)
    statement = select(*columns, *wishes).select_from(_PLACED).where(P.c.merged_into.is_(None), *where)
    yield from tx.execute(statement.execution_options(yield_per=5_000))


def day_of(text: str) -> int:
    """The ordinal of a day in `rows`."""
    return date.fromisoformat(text).toordinal()


def count(tx: Connection, *where: ColumnElement[bool]) -> int:
    """How many `rows` gives."""
    return int(tx.execute(select(func.count()).select_from(_PLACED).where(P.c.merged_into.is_(None), *where)).scalar_one())


def ready(ids: Collection[int] | None = None) -> ColumnElement[bool]:
    """Who can be told of a post and has none (of `ids` only, where they are given): the ones whom a plan of many posts places."""
    reached = select(A.c.id).where(A.c.person_id == M.c.person_id, A.c.state == "open").exists()
    placed = select(APP.c.id).where(APP.c.person_id == M.c.person_id, APP.c.holds).exists()
    mine = [] if ids is None else [M.c.person_id.in_(ids)]
    return and_(P.c.notices, _AGREES.exists(), reached, ~placed, *mine)


def changes(tx: Connection, *, since: datetime, limit: int) -> dict[int, datetime]:
    """Who changed after that time, and when; some of them where they are more than `limit`."""
    rows = tx.execute(select(M.c.person_id, M.c.updated_at).where(M.c.updated_at > since).limit(limit))
    return {row.person_id: row.updated_at for row in rows}


def of(tx: Connection, ids: Collection[int]) -> list[dict[str, Any]]:
    """These mothers as they are now; `lat` is None where she has no place, or is another's double, and is not matched."""
    joined = M.join(P, P.c.id == M.c.person_id).outerjoin(C, (C.c.id == P.c.community_id) & P.c.merged_into.is_(None))
    columns = (M, P.c.key, C.c.lat, C.c.lon, _AGREES.exists().label("job_consent"), _SINCE.label("since"))
    return [dict(row._mapping) for row in tx.execute(select(*columns).select_from(joined).where(M.c.person_id.in_(ids)))]


def newest(tx: Connection, *, now: datetime) -> datetime:
    """When a mother changed last, never later than `now`: a clock that is ahead must not hide what comes after."""
    return min(_newest(tx), now)


def _newest(tx: Connection) -> datetime:
    found: datetime | None = tx.execute(select(func.max(M.c.updated_at, type_=M.c.updated_at.type))).scalar()
    return found or EPOCH


def touch(tx: Connection, *where: ColumnElement[bool]) -> None:
    """Mothers changed in something that is not in their own rows: consent, community, its place. A moment newer than the newest: no clock is asked."""
    tx.execute(update(M).where(*where).values(updated_at=_newest(tx) + timedelta(microseconds=1)))


def considered(tx: Connection) -> datetime | None:
    """Up to when changed mothers have been considered for posts for which nobody was left."""
    stamp = tx.execute(select(REV.c.stamp).where(REV.c.name == _CONSIDERED)).scalar()
    return None if stamp is None else EPOCH + timedelta(microseconds=stamp)


def set_considered(tx: Connection, upto: datetime) -> None:
    """The next look begins there."""
    stamp = (upto - EPOCH) // timedelta(microseconds=1)
    if tx.execute(update(REV).where(REV.c.name == _CONSIDERED).values(stamp=stamp)).rowcount == 0:
        tx.execute(insert(REV).values(name=_CONSIDERED, stamp=stamp))
