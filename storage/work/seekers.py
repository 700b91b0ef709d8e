"""What matching needs to know of all mothers, one row after the other, and of those who changed since somebody looked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, cast, func, insert, select, update

from storage.prepared import Prepared
from storage.rows import columns, every, first
from storage.tables.people import address, consent, mother, person
from storage.tables.work import application, community, revision

# Transactions of several processes end in another order than they began; none takes longer, and no two clocks differ by more.
OVERLAP = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONSIDERED = "mothers considered"


class Wishes(NamedTuple):
    """What matching knows of a mother: where she is, what she can and wants, and whether she agrees to be told of posts."""

    person_id: int
    key: str
    lat: float | None
    lon: float | None
    modes: list[str]
    sectors: list[str]
    skills: list[str]
    windows: str
    max_distance_m: int | None
    min_monthly_pay_fen: int | None
    job_consent: bool


class Home(NamedTuple):
    """Where a mother lives, and what she wants to learn."""

    lat: float
    lon: float
    learn: list[str]


class Changed(NamedTuple):
    """A mother who changed, with what her place in line hangs on; `since`: her last offer, or her registration."""

    wishes: Wishes
    hardship: bool
    since: datetime


_AGREES = select(consent.c.id).where(
    consent.c.person_id == mother.c.person_id, consent.c.purpose == "jobs", consent.c.withdrawn_at.is_(None)
)
_PLACED = mother.join(person, person.c.id == mother.c.person_id).join(community, community.c.id == person.c.community_id)
_SINCE = func.coalesce(mother.c.last_offer_at, mother.c.surveyed_at, person.c.created_at, type_=mother.c.last_offer_at.type)
_WISHES = select(*columns(mother, Wishes, person, community, job_consent=_AGREES.exists())).select_from(_PLACED)
_WISHES_OF = Prepared(_WISHES.where(mother.c.person_id == bindparam("person")))


def all_wishes(tx: Connection) -> list[Wishes]:
    """All mothers whose place is known, with whether they agree to job notices."""
    return every(tx, _WISHES, Wishes)


def some_wishes(tx: Connection, *, limit: int) -> list[Wishes]:
    """Mothers who agree to job notices, no more of them than `limit`."""
    return every(tx, _WISHES.where(_AGREES.exists(), person.c.merged_into.is_(None)).limit(limit), Wishes)


def wishes(tx: Connection, person_id: int) -> Wishes | None:
    """One mother as `all_wishes` gives her."""
    return _WISHES_OF.first(tx, Wishes, {"person": person_id})


def home(tx: Connection, person_id: int) -> Home | None:
    """Where she lives; None where she is no registered mother or her community is not known."""
    return first(tx, select(*columns(mother, Home, community)).select_from(_PLACED).where(mother.c.person_id == person_id), Home)


def place(tx: Connection, community_id: int) -> tuple[float, float] | None:
    """Where a community is, in degrees; None where there is none of this id."""
    row = tx.execute(select(community.c.lat, community.c.lon).where(community.c.id == community_id)).first()
    return None if row is None else (row.lat, row.lon)


def rows(tx: Connection, *where: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    """Every mother whose place is known as domain.matching's `Mothers.load` takes her, known by her person id; lists and day as the store's
    text (`orjson.loads` and `day_of` read them)."""
    text = [cast(mother.c[name], Text) for name in ("modes", "sectors", "skills")]
    day = func.substr(cast(_SINCE, Text), 1, 10)
    person_place = (cast(mother.c.person_id, Text), community.c.lat, community.c.lon, _AGREES.exists(), *text)
    limits = (mother.c.windows, mother.c.max_distance_m, mother.c.min_monthly_pay_fen, day, mother.c.hardship)
    statement = select(*person_place, *limits).select_from(_PLACED).where(person.c.merged_into.is_(None), *where)
    yield from tx.execute(statement.execution_options(yield_per=5_000))


def day_of(text: str) -> int:
    """The ordinal of a day in `rows`."""
    return date.fromisoformat(text).toordinal()


def count(tx: Connection, *where: ColumnElement[bool]) -> int:
    """How many `rows` gives."""
    return int(tx.execute(select(func.count()).select_from(_PLACED).where(person.c.merged_into.is_(None), *where)).scalar_one())


def ready(ids: Collection[int] | None = None) -> ColumnElement[bool]:
    """Who can be told of a post and has none (of `ids` only, where they are given): the ones whom a plan of many posts places."""
    reached = select(address.c.id).where(address.c.person_id == mother.c.person_id, address.c.state == "open").exists()
    placed = select(application.c.id).where(application.c.person_id == mother.c.person_id, application.c.holds).exists()
    mine = [] if ids is None else [mother.c.person_id.in_(ids)]
    return and_(person.c.notices, _AGREES.exists(), reached, ~placed, *mine)


def changes(tx: Connection, *, since: datetime, limit: int) -> dict[int, datetime]:
    """Who changed after that time, and when; some of them where they are more than `limit`."""
    rows = tx.execute(select(mother.c.person_id, mother.c.updated_at).where(mother.c.updated_at > since).limit(limit))
    return {row.person_id: row.updated_at for row in rows}


def changed(tx: Connection, ids: Collection[int]) -> list[Changed]:
    """These mothers as they are now; `lat` is None where she has no place, or is another's double, and is not matched."""
    known = columns(mother, Wishes, person, community, job_consent=_AGREES.exists())
    joined = mother.join(person, person.c.id == mother.c.person_id)
    placed = joined.outerjoin(community, (community.c.id == person.c.community_id) & person.c.merged_into.is_(None))
    statement = select(*known, mother.c.hardship, _SINCE.label("since")).select_from(placed).where(mother.c.person_id.in_(ids))
    return [Changed(Wishes._make(row[:-2]), row.hardship, row.since) for row in tx.execute(statement)]


def newest(tx: Connection, *, now: datetime) -> datetime:
    """When a mother changed last, never later than `now`: a clock that is ahead must not hide what comes after."""
    return min(_newest(tx), now)


def _newest(tx: Connection) -> datetime:
    newest_at: datetime | None = tx.execute(select(func.max(mother.c.updated_at, type_=mother.c.updated_at.type))).scalar()
    return newest_at or EPOCH


def touch(tx: Connection, *where: ColumnElement[bool]) -> None:
    """Mothers changed in something that is not in their own rows: consent, community, its place. A moment newer than the newest: no clock is asked."""
    tx.execute(update(mother).where(*where).values(updated_at=_newest(tx) + timedelta(microseconds=1)))


def considered(tx: Connection) -> datetime | None:
    """Up to when changed mothers have been considered for posts for which nobody was left."""
    stamp = tx.execute(select(revision.c.stamp).where(revision.c.name == _CONSIDERED)).scalar()
    return None if stamp is None else EPOCH + timedelta(microseconds=stamp)


def set_considered(tx: Connection, upto: datetime) -> None:
    """The next look begins there."""
    stamp = (upto - EPOCH) // timedelta(microseconds=1)
    if tx.execute(update(revision).where(revision.c.name == _CONSIDERED).values(stamp=stamp)).rowcount == 0:
        tx.execute(insert(revision).values(name=_CONSIDERED, stamp=stamp))
