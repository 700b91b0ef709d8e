"""Free places offered to mothers: who is offered what, until when, and what she answered. Each mother is offered a post once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from domain.notices import LOCAL
from domain.work.waves import DAY, LONGEST_WAVES
from storage.rows import columns, every, first, upsert
from storage.tables.messages import notice, recipient
from storage.tables.people import address, consent, mother, person
from storage.tables.work import OfferStatus, application, community, offer, position
from storage.work.posts import TERMS, Terms
from storage.work.seekers import Wishes

# Values of one statement: both stores take more, a row of an offer has eight.
_ROWS = 500


class Offer(NamedTuple):
    """A post as it was offered to a mother, and what she answered."""

    id: int
    position_id: int
    person_id: int
    status: OfferStatus
    reason: str


class Standing(NamedTuple):
    """A mother as she stands in the store now: `reachable` unasked, `placed` at a post or `works` there already."""

    wishes: Wishes
    hardship: bool
    last_offer_at: datetime | None
    surveyed_at: datetime | None
    created_at: datetime
    reachable: bool
    placed: bool
    works: bool


class Refusal(NamedTuple):
    """A post that a mother refused, and why."""

    person_id: int
    reason: str
    decided_at: datetime
    terms: Terms


class Dry(NamedTuple):
    """A published post with free places for which nobody was left."""

    id: int
    code: str


class Recipient(NamedTuple):
    """Whom a post is offered to, with the score and the reasons of the match."""

    person_id: int
    score: int
    reasons: list[str]


def due(tx: Connection, *, now: datetime, limit: int) -> list[Terms]:
    """Posts whose next wave is due, first waves before all others, each in the order of publication. Also those closed since, to end their offers."""
    begun = or_(position.c.opens_on.is_(None), position.c.opens_on <= now.astimezone(LOCAL).date())
    new = select(*TERMS).where(position.c.status == "published", position.c.announced_at.is_(None), begun)
    posts = every(tx, new.order_by(position.c.published_at, position.c.id).limit(limit), Terms)
    if len(posts) < limit:
        later = select(*TERMS).where(position.c.next_wave_at <= now, position.c.id.not_in([post.id for post in posts]))
        posts += every(tx, later.order_by(position.c.next_wave_at, position.c.id).limit(limit - len(posts)), Terms)
    return posts


def hold(tx: Connection, position_id: int) -> None:
    """What is offered of a post, and who takes a place of it, happens one after the other. SQLite has one writer anyway."""
    tx.execute(select(position.c.id).where(position.c.id == position_id).with_for_update())


def open_of(tx: Connection, position_id: int) -> int:
    """How many offers of a post nobody has answered yet."""
    return int(tx.execute(select(func.count()).where(offer.c.position_id == position_id, offer.c.status == "offered")).scalar_one())


def get(tx: Connection, position_id: int, person_id: int) -> Offer | None:
    """Her offer of a post, in whatever status."""
    hers = select(*columns(offer, Offer)).where(offer.c.position_id == position_id, offer.c.person_id == person_id)
    return first(tx, hers, Offer)


def ended(tx: Connection, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of pairs (position id, person id), those whose offer is answered, lapsed or filled."""
    people = {person for _, person in pairs}
    rows = tx.execute(select(offer.c.position_id, offer.c.person_id).where(offer.c.person_id.in_(people), offer.c.status != "offered"))
    return {(row.position_id, row.person_id) for row in rows} & set(pairs)


def excluded(tx: Connection, position_id: int) -> set[int]:
    """Who is not offered a post again: she had it before, or she applied. Whose offer ended because it was filled may have it again."""
    offered = select(offer.c.person_id).where(offer.c.position_id == position_id, offer.c.status != "filled")
    applied = select(application.c.person_id).where(application.c.position_id == position_id)
    return {*tx.execute(offered).scalars(), *tx.execute(applied).scalars()}


def add(tx: Connection, position_id: int, people: Sequence[Recipient], *, wave: int, now: datetime) -> list[Recipient]:
    """Offer a post to these; those of them who were not offered it before."""
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
        statement = upsert(tx, offer).values(rows)
        new = statement.excluded
        again = {name: new[name] for name in ("wave", "score", "reasons", "status", "reason", "offered_at", "decided_at")}
        statement = statement.on_conflict_do_update(
            index_elements=["position_id", "person_id"], set_=again, where=offer.c.status == "filled"
        )
        made.update(tx.execute(statement.returning(offer.c.person_id)).scalars())
    if made:
        tx.execute(update(mother).where(mother.c.person_id.in_(made)).values(last_offer_at=now))
    return [one for one in people if one.person_id in made]


def _told(position_id: int) -> Select[int, datetime]:
    """When those with an open offer of a post were told of it."""
    mine = and_(recipient.c.person_id == offer.c.person_id, recipient.c.status != "waiting", recipient.c.decided_at.is_not(None))
    joined = notice.join(recipient, recipient.c.notice_id == notice.c.id).join(
        offer, and_(mine, offer.c.position_id == notice.c.position_id)
    )
    open_ = (notice.c.position_id == position_id, notice.c.kind == "position", offer.c.status == "offered")
    return select(offer.c.id, recipient.c.decided_at).select_from(joined).where(*open_)


def lapse(tx: Connection, position_id: int, *, wave: timedelta, now: datetime) -> datetime | None:
    """End offers told a wave ago without an answer, or which could not be told for so many waves; when the next one ends."""
    made = {
        row.id: row.offered_at
        for row in tx.execute(select(offer.c.id, offer.c.offered_at).where(offer.c.position_id == position_id, offer.c.status == "offered"))
    }
    ends = {offer: at + LONGEST_WAVES * wave for offer, at in made.items()}
    for row in tx.execute(_told(position_id)):
        ends[row.id] = min(ends[row.id], row.decided_at + wave)
    over = [offer for offer, at in ends.items() if at <= now]
    if over:
        tx.execute(update(offer).where(offer.c.id.in_(over)).values(status="lapsed", decided_at=now))
    return min((at for at in ends.values() if at > now), default=None)


def answered(tx: Connection, person_id: int, position_id: int, status: OfferStatus, now: datetime, *, reason: str = "") -> bool:
    """She answered an offer, however late (applied, declined); False where she had none. Once nobody's is open the next wave waits no longer."""
    statement = update(offer).where(offer.c.position_id == position_id, offer.c.person_id == person_id)
    if tx.execute(statement.values(status=status, reason=reason, decided_at=now)).rowcount == 0:
        return False
    if open_of(tx, position_id) == 0:
        tx.execute(update(position).where(position.c.id == position_id, position.c.next_wave_at > now).values(next_wave_at=now))
    return True


def filled(tx: Connection, position_id: int, now: datetime) -> None:
    """The last place is gone: nobody is offered it any more. Looked at once a day, in case a place is given back."""
    tx.execute(update(offer).where(offer.c.position_id == position_id, offer.c.status == "offered").values(status="filled", decided_at=now))
    tx.execute(update(position).where(position.c.id == position_id).values(next_wave_at=now + DAY))


def waved(tx: Connection, position_id: int, *, waves: int, next_wave_at: datetime | None, now: datetime) -> None:
    """A wave was made; free places did not change, so nobody's copy is old."""
    announced = func.coalesce(position.c.announced_at, now)
    tx.execute(update(position).where(position.c.id == position_id).values(waves=waves, next_wave_at=next_wave_at, announced_at=announced))


def told_again(tx: Connection, notice_id: int, people: Collection[int], *, now: datetime) -> None:
    """Who could not be told before, or was told of a place that was gone then, is told now."""
    statement = update(recipient).where(
        recipient.c.notice_id == notice_id, recipient.c.person_id.in_(people), recipient.c.status != "waiting"
    )
    tx.execute(statement.values(status="waiting", why="", due_at=now, decided_at=None, outbox_id=None))


def on_notice(tx: Connection, position_id: int) -> set[int]:
    """Everybody whom the notice of a post lists, told or not."""
    statement = (
        select(recipient.c.person_id)
        .join(notice, notice.c.id == recipient.c.notice_id)
        .where(notice.c.position_id == position_id, notice.c.kind == "position")
    )
    return set(tx.execute(statement).scalars())


_OPEN_ADDRESS = select(address.c.id).where(address.c.person_id == mother.c.person_id, address.c.state == "open").exists()
_AGREES = select(consent.c.id).where(
    consent.c.person_id == mother.c.person_id, consent.c.purpose == "jobs", consent.c.withdrawn_at.is_(None)
)
_PLACED = select(application.c.id).where(application.c.person_id == mother.c.person_id, application.c.holds).exists()
_WORKS = select(application.c.id).where(application.c.person_id == mother.c.person_id, application.c.status == "started").exists()
_WISHES = columns(mother, Wishes, person, community, job_consent=_AGREES.exists())
_STANDINGS = (
    select(
        *_WISHES,
        *(mother.c.hardship, mother.c.last_offer_at, mother.c.surveyed_at, person.c.created_at),
        and_(person.c.notices, _OPEN_ADDRESS).label("reachable"),
        _PLACED.label("placed"),
        _WORKS.label("works"),
    )
    .select_from(mother)
    .join(person, person.c.id == mother.c.person_id)
    .join(community, community.c.id == person.c.community_id)
    .where(person.c.merged_into.is_(None))
)


def standings(tx: Connection, ids: Collection[int]) -> list[Standing]:
    """These mothers as they stand in the store now; who is gone is left out."""
    rows = tx.execute(_STANDINGS.where(mother.c.person_id.in_(ids)))
    return [Standing(Wishes._make(row[: len(_WISHES)]), *row[len(_WISHES) :]) for row in rows]


def reachable(tx: Connection, ids: Collection[int]) -> set[int]:
    """Of these persons, those who can be told unasked."""
    open_ = select(address.c.id).where(address.c.person_id == person.c.id, address.c.state == "open").exists()
    return set(tx.execute(select(person.c.id).where(person.c.id.in_(ids), person.c.notices, open_)).scalars())


def lately(tx: Connection, ids: Collection[int], *, since: datetime) -> dict[int, int]:
    """How many offers each of these persons has open or got since then."""
    counted = or_(offer.c.offered_at > since, offer.c.status == "offered")
    rows = tx.execute(select(offer.c.person_id, func.count()).where(offer.c.person_id.in_(ids), counted).group_by(offer.c.person_id))
    return {row[0]: row[1] for row in rows}


def refusals(tx: Connection, ids: Collection[int], *, since: datetime) -> list[Refusal]:
    """Posts that these persons refused since then."""
    statement = (
        select(offer.c.person_id, offer.c.reason, offer.c.decided_at, *TERMS)
        .join(position, position.c.id == offer.c.position_id)
        .where(offer.c.person_id.in_(ids), offer.c.status == "declined", offer.c.decided_at > since)
    )
    return [Refusal(row[0], row[1], row[2], Terms._make(row[3:])) for row in tx.execute(statement)]


def dry(tx: Connection) -> list[Dry]:
    """Published posts with free places for which nobody was left."""
    waiting = and_(position.c.announced_at.is_not(None), position.c.next_wave_at.is_(None), position.c.taken < position.c.headcount)
    return every(tx, select(*columns(position, Dry)).where(position.c.status == "published", waiting), Dry)


def wake(tx: Connection, ids: Collection[int], *, now: datetime) -> int:
    """The next wave of these posts comes now, if they had one: a place is free again, or a mother has changed; how many."""
    later = or_(position.c.next_wave_at.is_(None), position.c.next_wave_at > now)
    statement = update(position).where(
        position.c.id.in_(ids), position.c.status == "published", position.c.announced_at.is_not(None), later
    )
    return tx.execute(statement.values(next_wave_at=now)).rowcount
