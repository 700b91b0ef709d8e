"""Free places are offered in waves: to a few mothers at a time, best first; who says 不合适 is asked why, and it counts the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.errors import Refused
from domain.matching import fits, rate
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.work import waves
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import candidates, fitting
from handlers.work.candidates import Candidate, Line
from storage import notices
from storage.work import offers, posts
from storage.work.offers import Recipient
from storage.work.posts import Post


def still_true(post: Post | None, now: datetime) -> bool:
    """Whether a post that is about to be announced can still be had."""
    if post is None or post.status != "published" or post.taken >= post.headcount:
        return False
    return post.closes_on is None or post.closes_on >= now.astimezone(LOCAL).date()


def wave(tx: Connection, content: Content, position_id: int, line: Line, *, now: datetime) -> list[int]:
    """One post's wave, whole or not at all: unanswered offers lapse, free places are offered to the next in line; to whom.

    It looks again itself whether the wave is due and how much room there is, since `line` was made before this transaction.
    """
    offers.hold(tx, position_id)
    post = posts.get(tx, position_id)
    if post is None or not _due(post, now):
        return []
    if not still_true(post, now):
        # Looked at once a day, so that a place that is given back finds its mothers; what is closed stays so.
        offers.filled(tx, position_id, now)
        offers.waved(tx, position_id, waves=post.waves, next_wave_at=now + waves.DAY if post.status == "filled" else None, now=now)
        return []
    rules = content.rules
    lapses = offers.lapse(tx, position_id, wave=rules.wave, now=now)
    open_ = offers.open_of(tx, position_id)
    room = waves.room(free=post.headcount - post.taken, open_offers=open_, per_place=rules.offers_per_place)
    excluded = offers.excluded(tx, position_id)
    first = [one for one in line.candidates if one.person_id not in excluded]
    told, doors, left = _portion(first, room)
    made = offers.add(tx, position_id, told, wave=post.waves + 1, now=now)
    enlist(tx, post.id, [*made, *doors], now=now)
    following = now + rules.wave if made or left or line.later else None
    if not made and lapses is not None:
        # Told late, they answer late: the next look is when the first of them has had her time.
        following = min(lapses, now + rules.wave)
    offers.waved(tx, position_id, waves=post.waves + bool(made), next_wave_at=following, now=now)
    return [one.person_id for one in made]


def _due(post: Post, now: datetime) -> bool:
    """Whether another process has not made this wave meanwhile."""
    if post.announced_at is None and post.status == "published":
        return True
    return post.next_wave_at is not None and post.next_wave_at <= now


def _portion(candidates: Sequence[Candidate], room: int) -> tuple[list[Recipient], list[Recipient], bool]:
    """The first who can be told, up to `room`; whom staff have to tell at the door among those before them; whether any are left."""
    told: list[Recipient] = []
    doors: list[Recipient] = []
    for one in candidates:
        if len(told) == room:
            return told, doors, True
        (told if one.reachable else doors).append(Recipient(one.person_id, one.score, list(one.why)))
    return told, doors, False


def enlist(tx: Connection, position_id: int, people: list[Recipient], *, now: datetime) -> None:
    """Put mothers on the post's notice; running it again changes nothing. Who has no address is not kept waiting."""
    notice_id = notices.of_position(tx, position_id) or notices.add(tx, "position", {}, now=now, position_id=position_id)
    offers.told_again(tx, notice_id, [one.person_id for one in people], now=now)
    notices.add_recipients(tx, notice_id, people, due_at=now)
    notices.withhold_unreachable(tx, notice_id, now=now)


def offer_now(tx: Connection, content: Content, position_id: int, people: Iterable[int], wave: int = 0, *, now: datetime) -> list[int]:
    """Offer a post at once to these persons, in this order, as far as it fits them and has room; to whom. They are told by the next tick.

    Who was offered it before, applied, or has as many offers as a day brings, is left out.
    """
    offers.hold(tx, position_id)
    post = posts.get(tx, position_id)
    if post is None or not still_true(post, now):
        return []
    rules, position = content.rules, fitting.as_position(post)
    open_ = offers.open_of(tx, position_id)
    room = waves.room(free=post.headcount - post.taken, open_offers=open_, per_place=rules.offers_per_place)
    excluded = offers.excluded(tx, position_id)
    wanted = [person for person in dict.fromkeys(people) if person not in excluded]
    standing = {one.wishes.person_id: one for one in offers.standings(tx, wanted)}
    lately = offers.lately(tx, wanted, since=now - waves.DAY)
    told: list[Recipient] = []
    for person in wanted:
        if person not in standing or not standing[person].reachable or lately.get(person, 0) >= waves.OFFERS_A_DAY:
            continue
        seeker = fitting.as_seeker(standing[person].wishes)
        if len(told) < room and fits(seeker, position, now.astimezone(LOCAL).date()):
            match = rate(seeker, position, rules.weights)
            told.append(Recipient(person, round(match.score), list(match.why)))
    made = offers.add(tx, position_id, told, wave=wave, now=now)
    if made:
        enlist(tx, post.id, made, now=now)
    return [one.person_id for one in made]


def announcement(
    tx: Connection, content: Content, person_id: int, told: Sequence[tuple[Post, tuple[str, ...]]], *, now: datetime
) -> Outbound:
    """One message of one or several posts, each with its reasons, 我想去 and 不合适."""
    turn = Turn.to(tx, content, person_id, now=now)
    single = len(told) == 1
    text = [turn.words("work.new_one" if single else "work.new_some", count=len(told))]
    rows: list[tuple[Button, ...]] = []
    for number, (post, reasons) in enumerate(told, 1):
        text.append(fitting.card(turn, post, reasons, number=None if single else number))
        go, no = f"apply:{post.id}", f"decline:{post.id}"
        if single:
            rows.append((turn.button("work.want_it", go), turn.button("offers.not_for_me", no)))
        else:
            rows.append(
                (turn.button("work.want", go, number=number, title=post.title), turn.button("offers.not_number", no, number=number))
            )
    rows.append((turn.button("menu.stop", "fewer"),))
    return Outbound(text="\n\n".join(text), buttons=tuple(rows))


def decline(turn: Turn, argument: str) -> list[Outbound]:
    """不合适: the offer is hers no more; then, by one tap, why."""
    number, _, reason = argument.partition(":")
    position_id = row_id(number)
    mine = offers.get(turn.tx, position_id, turn.person_id)
    post = posts.get(turn.tx, position_id)
    if mine is None or post is None or (reason and reason not in waves.REASONS):
        raise Refused("talk.old_button")
    if mine.status == "applied":
        raise Refused("offers.applied", title=post.title)
    offers.answered(turn.tx, turn.person_id, position_id, "declined", turn.now, reason=reason or mine.reason or "other")
    if reason:
        return [turn.say(f"offers.thanks_{reason}", (turn.button("menu.work", "menu:work"),))]
    why = tuple((turn.button(f"offers.{one}", f"decline:{position_id}:{one}"),) for one in waves.REASONS)
    return [turn.say("offers.why", *why, title=post.title)]


# Posts that are planned together, if so many are due at once.
TOGETHER = 4_000


def announce(content: Content, now: Callable[[], datetime]) -> Work:
    """Changed mothers wake the posts that waited for them; then every post whose wave is due, each in one transaction. After a crash the
    rest is simply still due."""
    at = now()
    if (news := (yield Read(partial(candidates.changes, content=content, now=at)))) is not None:
        yield Write(partial(candidates.considered, news=news, now=at))
        yield Read(partial(candidates.taken_in, news=news))
    while rows := (yield Read(partial(offers.due, now=at, limit=TOGETHER))):
        planned = yield Read(partial(candidates.planned, content=content, due=rows, now=at))
        for post in rows:
            first = planned.get(post.code, ())
            line = yield Read(partial(candidates.line, content=content, post=post, planned=first, now=at))
            told = yield Write(partial(wave, content=content, position_id=post.id, line=line, now=at))
            if told:
                yield Read(partial(candidates.offered, people=told, now=at))
