"""Free places offered to mothers: who is offered what, until when, and what she answered. Each mother is offered a post once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.notices import LOCAL
from domain.work.waves import DAY, LONGEST_WAVES
from storage.tables import Address, Application, Community, Consent, Mother, Notice, Offer, Person, Position, Recipient
from storage.tables.columns import table

O, P, M, PERSON, COMMUNITY = table(Offer), table(Position), table(Mother), table(Person), table(Community)
APP, CONSENT, A, N, R = table(Application), table(Consent), table(Address), table(Notice), table(Recipient)

# Values of one statement: both stores take more, a row of an offer has eight.
_ROWS = 500
# What of a post counts when she has refused it.
_POST = [column for column in P.c if column.name not in ("id", "text")]


def due(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Posts whose next wave is due, first waves before all others, each in the order of publication. Also those closed since, to end their offers."""
    begun = or_(P.c.opens_on.is_(None), P.c.opens_on <= now.astimezone(LOCAL).date())
    first = select(P).where(P.c.status == "published", P.c.announced_at.is_(None), begun).order_by(P.c.published_at, P.c.id)
    found = [dict(row._mapping) for row in tx.execute(first.limit(limit))]
    if len(found) < limit:
        known = [row["id"] for row in found]
        later = select(P).where(P.c.next_wave_at <= now, P.c.id.not_in(known)).order_by(P.c.next_wave_at, P.c.id)
        found += [dict(row._mapping) for row in tx.execute(later.limit(limit - len(found)))]
    return found


def hold(tx: Connection, position_id: int) -> None:
    """What is offered of a post, and who takes a place of it, happens one after the other. SQLite has one writer anyway."""
    tx.execute(select(P.c.id).where(P.c.id == position_id).with_for_update())


def open_of(tx: Connection, position_id: int) -> int:
    """How many offers of a post nobody has answered yet."""
    return int(tx.execute(select(func.count()).where(O.c.position_id == position_id, O.c.status == "offered")).scalar_one())


def get(tx: Connection, position_id: int, person_id: int) -> dict[str, Any] | None:
    """Her offer of a post, in whatever status."""
    row = tx.execute(select(O).where(O.c.position_id == position_id, O.c.person_id == person_id)).first()
    return None if row is None else dict(row._mapping)


def ended(tx: Connection, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of pairs (position id, person id), those whose offer is answered, lapsed or filled."""
    people = {person for _, person in pairs}
    rows = tx.execute(select(O.c.position_id, O.c.person_id).where(O.c.person_id.in_(people), O.c.status != "offered"))
    return {(row.position_id, row.person_id) for row in rows} & set(pairs)


def asked(tx: Connection, position_id: int) -> set[int]:
    """Who is not offered a post again: she had it before, or she applied. Whose offer ended because it was filled may have it again."""
    offered = select(O.c.person_id).where(O.c.position_id == position_id, O.c.status != "filled")
    applied = select(APP.c.person_id).where(APP.c.position_id == position_id)
    return {*tx.execute(offered).scalars(), *tx.execute(applied).scalars()}


def add(
    tx: Connection, position_id: int, people: Sequence[tuple[int, int, list[str]]], *, wave: int, now: datetime
) -> list[tuple[int, int, list[str]]]:
    """Offer a post to (person id, score, reasons); those of them who were not offered it before."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    made: set[int] = set()
    for start in range(0, len(people), _ROWS):
        rows = [
            {
                "position_id": position_id,
                "person_id": person,
                "wave": wave,
                "score": score,
                "reasons": reasons,
                "status": "offered",
                "reason": "",
                "offered_at": now,
                "decided_at": None,
            }
            for person, score, reasons in people[start : start + _ROWS]
        ]
        statement = insert(O).values(rows)
        new = statement.excluded
        again = {name: new[name] for name in ("wave", "score", "reasons", "status", "reason", "offered_at", "decided_at")}
        statement = statement.on_conflict_do_update(index_elements=["position_id", "person_id"], set_=again, where=O.c.status == "filled")
        made.update(tx.execute(statement.returning(O.c.person_id)).scalars())
    if made:
        tx.execute(update(M).where(M.c.person_id.in_(made)).values(last_offer_at=now))
    return [one for one in people if one[0] in made]


def _told(position_id: int) -> Select[Any]:
    """When those with an open offer of a post were told of it."""
    mine = and_(R.c.person_id == O.c.person_id, R.c.status != "waiting", R.c.decided_at.is_not(None))
    joined = N.join(R, R.c.notice_id == N.c.id).join(O, and_(mine, O.c.position_id == N.c.position_id))
    open_ = (N.c.position_id == position_id, N.c.kind == "position", O.c.status == "offered")
    return select(O.c.id, R.c.decided_at).select_from(joined).where(*open_)


def lapse(tx: Connection, position_id: int, *, wave: timedelta, now: datetime) -> datetime | None:
    """End offers told a wave ago without an answer, or which could not be told for so many waves; when the next one ends."""
    made = {
        row.id: row.offered_at
        for row in tx.execute(select(O.c.id, O.c.offered_at).where(O.c.position_id == position_id, O.c.status == "offered"))
    }
    ends = {offer: at + LONGEST_WAVES * wave for offer, at in made.items()}
    for row in tx.execute(_told(position_id)):
        ends[row.id] = min(ends[row.id], row.decided_at + wave)
    over = [offer for offer, at in ends.items() if at <= now]
    if over:
        tx.execute(update(O).where(O.c.id.in_(over)).values(status="lapsed", decided_at=now))
    return min((at for at in ends.values() if at > now), default=None)


def answered(tx: Connection, person_id: int, position_id: int, status: str, now: datetime, *, reason: str = "") -> bool:
    """She answered an offer, however late (applied, declined); False where she had none. Once nobody's is open the next wave waits no longer."""
    statement = update(O).where(O.c.position_id == position_id, O.c.person_id == person_id)
    if tx.execute(statement.values(status=status, reason=reason, decided_at=now)).rowcount == 0:
        return False
    if open_of(tx, position_id) == 0:
        tx.execute(update(P).where(P.c.id == position_id, P.c.next_wave_at > now).values(next_wave_at=now))
    return True


def filled(tx: Connection, position_id: int, now: datetime) -> None:
    """The last place is gone: nobody is offered it any more. Looked at once a day, in case a place is given back."""
    tx.execute(update(O).where(O.c.position_id == position_id, O.c.status == "offered").values(status="filled", decided_at=now))
    tx.execute(update(P).where(P.c.id == position_id).values(next_wave_at=now + DAY))


def waved(tx: Connection, position_id: int, *, waves: int, next_wave_at: datetime | None, now: datetime) -> None:
    """A wave was made; free places did not change, so nobody's copy is old."""
    announced = func.coalesce(P.c.announced_at, now)
    tx.execute(update(P).where(P.c.id == position_id).values(waves=waves, next_wave_at=next_wave_at, announced_at=announced))


def told_again(tx: Connection, notice_id: int, people: Collection[int], *, now: datetime) -> None:
    """Who could not be told before, or was told of a place that was gone then, is told now."""
    statement = update(R).where(R.c.notice_id == notice_id, R.c.person_id.in_(people), R.c.status != "waiting")
    tx.execute(statement.values(status="waiting", why="", due_at=now, decided_at=None, outbox_id=None))


def on_notice(tx: Connection, position_id: int) -> set[int]:
    """Everybody whom the notice of a post lists, told or not."""
    statement = select(R.c.person_id).join(N, N.c.id == R.c.notice_id).where(N.c.position_id == position_id, N.c.kind == "position")
    return set(tx.execute(statement).scalars())


_OPEN_ADDRESS = select(A.c.id).where(A.c.person_id == M.c.person_id, A.c.state == "open").exists()
_AGREES = select(CONSENT.c.id).where(CONSENT.c.person_id == M.c.person_id, CONSENT.c.purpose == "jobs", CONSENT.c.withdrawn_at.is_(None))
_PLACED = select(APP.c.id).where(APP.c.person_id == M.c.person_id, APP.c.holds).exists()
_WORKS = select(APP.c.id).where(APP.c.person_id == M.c.person_id, APP.c.status == "started").exists()
_MOTHERS = (
    select(
        M,
        PERSON.c.key,
        PERSON.c.created_at,
        COMMUNITY.c.lat,
        COMMUNITY.c.lon,
        _AGREES.exists().label("job_consent"),
        and_(PERSON.c.notices, _OPEN_ADDRESS).label("reachable"),
        _PLACED.label("placed"),
        _WORKS.label("works"),
    )
    .join(PERSON, PERSON.c.id == M.c.person_id)
    .join(COMMUNITY, COMMUNITY.c.id == PERSON.c.community_id)
    .where(PERSON.c.merged_into.is_(None))
)


def mothers(tx: Connection, ids: Collection[int]) -> list[dict[str, Any]]:
    """These mothers as they stand in the store now, with `job_consent`, `reachable` (unasked), `placed` and `works`; who is gone is left out."""
    return [dict(row._mapping) for row in tx.execute(_MOTHERS.where(M.c.person_id.in_(ids)))]


def reachable(tx: Connection, ids: Collection[int]) -> set[int]:
    """Of these persons, those who can be told unasked."""
    open_ = select(A.c.id).where(A.c.person_id == PERSON.c.id, A.c.state == "open").exists()
    return set(tx.execute(select(PERSON.c.id).where(PERSON.c.id.in_(ids), PERSON.c.notices, open_)).scalars())


def lately(tx: Connection, ids: Collection[int], *, since: datetime) -> dict[int, int]:
    """How many offers each of these persons has open or got since then."""
    counted = or_(O.c.offered_at > since, O.c.status == "offered")
    rows = tx.execute(select(O.c.person_id, func.count()).where(O.c.person_id.in_(ids), counted).group_by(O.c.person_id))
    return {row[0]: row[1] for row in rows}


def refusals(tx: Connection, ids: Collection[int], *, since: datetime) -> list[dict[str, Any]]:
    """Posts that these persons refused since then: person_id, reason, decided_at, and the post's own columns."""
    statement = (
        select(O.c.person_id, O.c.reason, O.c.decided_at, *_POST)
        .join(P, P.c.id == O.c.position_id)
        .where(O.c.person_id.in_(ids), O.c.status == "declined", O.c.decided_at > since)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def dry(tx: Connection) -> list[dict[str, Any]]:
    """id and code of published posts with free places for which nobody was left."""
    waiting = and_(P.c.announced_at.is_not(None), P.c.next_wave_at.is_(None), P.c.taken < P.c.headcount)
    return [dict(row._mapping) for row in tx.execute(select(P.c.id, P.c.code).where(P.c.status == "published", waiting))]


def wake(tx: Connection, ids: Collection[int], *, now: datetime) -> int:
    """The next wave of these posts comes now, if they had one: a place is free again, or a mother has changed; how many."""
    later = or_(P.c.next_wave_at.is_(None), P.c.next_wave_at > now)
    statement = update(P).where(P.c.id.in_(ids), P.c.status == "published", P.c.announced_at.is_not(None), later)
    return tx.execute(statement.values(next_wave_at=now)).rowcount
