"""Which mothers a post may be offered to, found in memory and checked against the store; and which posts to look at again when a mother changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection

from domain import windows
from domain.matching import Position, fits, rate
from domain.notices import local_day
from domain.work import waves
from handlers.content import Content
from handlers.work import fitting
from storage.remembered import Remembered
from storage.work import offers, seekers
from storage.work.posts import Terms
from storage.work.seekers import Changed

if TYPE_CHECKING:
    from domain.matching.mothers import Mothers

# Changes at once after which the columns are rather read anew, and every post that waits is looked at again.
MANY = 5_000
# Her best posts among which one may have waited for her.
BEST = 50
# Looked at in the store for one post, in parts; further down nobody stands who would get it.
LOOKED_AT = 4_096
_PART = 128
# Mothers of one plan: more are narrowed to those who may come first for one of its posts.
PLANNED = 20_000
_NARROWED = 20
# A single post has nothing to be planned with.
_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mother in line for a post; who cannot be told unasked is listed for staff instead of being offered it."""

    person_id: int
    points: float
    score: int
    why: tuple[str, ...]
    reachable: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """Who may be offered a post, best first. `later`: somebody else may tomorrow, who has been offered enough today."""

    candidates: list[Candidate]
    later: bool = False


@dataclass(slots=True)
class _Kept:
    """What this process knows of one store: the columns, once somebody needed them, and which changes it has taken in."""

    since: datetime | None
    floor: datetime
    seen: dict[int, datetime] = field(default_factory=dict)
    mothers: Mothers | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Mothers who changed, up to when that was asked, and the posts that have to be looked at again for them."""

    seen: dict[int, datetime]
    upto: datetime
    woken: list[int]
    all: bool = False


_KEPT = Remembered(lambda tx: _Kept(seekers.considered(tx), seekers.EPOCH))


def changes(tx: Connection, content: Content, *, now: datetime) -> Changes | None:
    """Take in who changed since the last time; None where nobody did. Reads only; `considered` writes down what follows from it."""
    kept = _KEPT.of(tx)
    upto = seekers.newest(tx, now=now)
    since = (upto if kept.since is None else kept.since) - seekers.OVERLAP
    changed_at = seekers.changes(tx, since=max(since, kept.floor), limit=MANY + 1)
    many = len(changed_at) > MANY
    if kept.since is None:
        # The store's first look: no post has been waiting for anybody yet.
        return Changes({} if many else changed_at, upto, [], all=many)
    if many:
        kept.mothers = None
        return Changes({}, upto, [post.id for post in offers.dry(tx)], all=True)
    fresh = {person: at for person, at in changed_at.items() if kept.seen.get(person) != at}
    if not fresh:
        _check(tx, kept)
        return None
    changed = seekers.changed(tx, fresh)
    if kept.mothers is not None:
        for one in changed:
            _put(kept.mothers, one)
        _check(tx, kept)
    return Changes(changed_at, upto, _wakes(tx, content, changed, now=now))


def _check(tx: Connection, kept: _Kept) -> None:
    """Who was erased leaves no row behind that says so: where the number differs, the columns are read anew."""
    if kept.mothers is not None and len(kept.mothers) != seekers.count(tx):
        kept.mothers = None


def considered(tx: Connection, news: Changes, *, now: datetime) -> int:
    """The posts that changed mothers may fill have their wave now; how many."""
    seekers.set_considered(tx, news.upto)
    return offers.wake(tx, news.woken, now=now) if news.woken else 0


def taken_in(tx: Connection, news: Changes) -> None:
    """That is committed: it need not be looked at again."""
    kept = _KEPT.of(tx)
    kept.since, kept.seen = news.upto, news.seen
    if news.all:
        kept.floor = news.upto


def _put(mothers: Mothers, one: Changed) -> None:
    key = str(one.wishes.person_id)
    if one.wishes.lat is None:
        mothers.remove(key)
    else:
        mothers.put(fitting.as_seeker(one.wishes._replace(key=key)), since=one.since.date().toordinal(), hardship=one.hardship)


def _wakes(tx: Connection, content: Content, changed: list[Changed], *, now: datetime) -> list[int]:
    """Of the posts for which nobody was left, those that are among the best of one of these mothers."""
    matched = [one.wishes for one in changed if one.wishes.lat is not None and one.wishes.job_consent]
    waiting = {post.code: post.id for post in offers.dry(tx)} if matched else {}
    if not waiting:
        return []
    from domain.matching.best_posts import best_posts

    posts, today = fitting.open_posts(tx), local_day(now)
    best = [best_posts(posts, fitting.as_seeker(one), today=today, weights=content.rules.weights, top=BEST) for one in matched]
    return sorted({waiting[match.position] for found in best for match in found if match.position in waiting})


def current(tx: Connection) -> Mothers:
    """All mothers as columns, with the changes that `changes` took in. Takes seconds the first time in a process; one thread at a time."""
    # Here, since only announcing needs numpy and the memory.
    from domain.matching.mothers import Mothers

    kept = _KEPT.of(tx)
    if kept.mothers is None:
        kept.mothers = _load(seekers.rows(tx), Mothers())
    return kept.mothers


def _load(rows: Iterator[Sequence[Any]], mothers: Mothers) -> Mothers:
    mothers.load(rows, codes_of=orjson.loads, spans_of=lambda text: windows.spans(windows.parse(text or "")), day_of=seekers.day_of)
    return mothers


def offered(tx: Connection, *, people: Iterable[int], now: datetime) -> None:
    """That they were offered something is committed: they stand further back from now on."""
    if (mothers := _KEPT.of(tx).mothers) is not None:
        for person in people:
            mothers.waits_from(str(person), now.date().toordinal())


def line(tx: Connection, content: Content, post: Terms, *, planned: Collection[int] = (), now: datetime) -> Line:
    """Who may be offered a post, in order. Reads only. What memory proposes is checked: she is as the store says now, or not in line."""
    from domain.matching.fair import fairest

    mothers = current(tx)
    room = waves.room(free=post.headcount - post.taken, open_offers=0, per_place=content.rules.offers_per_place)
    excluded, listed = offers.excluded(tx, post.id), offers.on_notice(tx, post.id)
    top = max(LOOKED_AT, 2 * room + len(excluded))
    weights, position = content.rules.weights, fitting.as_position(post)
    line_up = fairest(mothers, position, today=local_day(now), weights=weights, bonus=waves.bonus, top=top)
    known = set(planned) | excluded
    proposed = [(int(key), most) for key, most in line_up if int(key) not in known]
    reached = offers.reachable(tx, [person for person, _ in proposed])
    # Whom nobody can tell unasked is listed for staff, but no more of them at a time than are offered it.
    doors = [person for person, _ in proposed if person not in reached and person not in listed]
    looked_at = reached | set(doors[:room])
    proposed = [one for one in proposed if one[0] in looked_at]
    candidates, later = _checked(tx, content, position, [one for one in planned if one not in excluded], now=now)
    for start in range(0, len(proposed), _PART):
        part, capped = _checked(tx, content, position, [person for person, _ in proposed[start : start + _PART]], now=now)
        candidates += part
        later = later or capped
        rest = proposed[start + _PART][1] if start + _PART < len(proposed) else 0.0
        if sum(one.reachable and one.points >= rest for one in candidates) >= room:
            break
    first = set(planned)
    candidates.sort(key=lambda one: (one.person_id not in first, -one.points, one.since, one.person_id))
    return Line(candidates, later or len(doors) > room)


def _checked(tx: Connection, content: Content, position: Position, ids: Sequence[int], *, now: datetime) -> tuple[list[Candidate], bool]:
    """Of these persons, those whom the post fits as they stand in the store now; and whether others may have it another day."""
    standings = offers.standings(tx, ids)
    lately, refusals = offers.lately(tx, ids, since=now - waves.DAY), defaultdict(list)
    for one in offers.refusals(tx, ids, since=now - waves.REMEMBERED):
        refusals[one.person_id].append(waves.Refusal(one.reason, fitting.as_position(one.terms), one.decided_at))
    fitting_now, later = [], False
    for row in standings:
        person, seeker = row.wishes.person_id, fitting.as_seeker(row.wishes)
        if not fits(seeker, position, local_day(now)):
            continue
        match = rate(seeker, position, content.rules.weights)
        standing = waves.Standing(
            hardship=row.hardship,
            since=row.last_offer_at or row.surveyed_at or row.created_at,
            placed=row.placed,
            works=row.works,
            offers=lately.get(person, 0),
            refusals=tuple(refusals[person]),
        )
        points = waves.rank(match.score, standing, seeker, position, now=now)
        if points is None:
            later = later or standing.offers >= waves.OFFERS_A_DAY
        else:
            fitting_now.append(Candidate(person, points, round(match.score), match.why, bool(row.reachable), standing.since))
    return fitting_now, later


def planned(tx: Connection, content: Content, due: Sequence[Terms], *, now: datetime) -> dict[str, list[int]]:
    """Posts that open together: whom each should be offered first, by its code, so that as many mothers as possible get a place."""
    posts = [fitting.as_position(post) for post in due if post.announced_at is None]
    if len(posts) < _TOGETHER:
        return {}
    from domain.matching.mothers import Mothers
    from domain.matching.plan import plan
    from domain.matching.posts import Posts

    where = seekers.ready()
    if seekers.count(tx, where) > PLANNED:
        where = seekers.ready(_narrowed(current(tx), posts, content, now=now))
    pool = _load(seekers.rows(tx, where), Mothers())
    planned_waves: dict[str, list[int]] = defaultdict(list)
    for match in plan(pool, Posts(posts, codes=pool.codes), today=local_day(now), weights=content.rules.weights):
        planned_waves[match.position].append(int(match.mother))
    return planned_waves


def _narrowed(mothers: Mothers, posts: Sequence[Position], content: Content, *, now: datetime) -> set[int]:
    """Who may come first for one of these posts."""
    from domain.matching.fair import fairest

    few: set[int] = set()
    for post in posts:
        top = _NARROWED * min(post.places, _NARROWED)
        fair = fairest(mothers, post, today=local_day(now), weights=content.rules.weights, bonus=waves.bonus, top=top)
        few.update(int(key) for key, _ in fair)
        if len(few) > PLANNED:
            break
    return few
