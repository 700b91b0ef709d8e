"""What runs in the demo town: who works where, and in every community something of each kind that waits for somebody; nobody of it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from bot.demo import written
from bot.demo.town import Community, person_name
from domain.access import CITY, Scope
from domain.broadcasts.audience import Audience, Kept
from domain.mediation.states import Limits
from domain.months import month_of
from domain.notices import LOCAL
from storage import access_log, threads
from storage.broadcasts import queue
from storage.fund import shares, spendings
from storage.mediation import assignments, cases, duties, referrals, sides
from storage.staff import roles, tasks
from storage.tables.messages import NoticeStatus
from storage.tables.people import consent, mother, person
from storage.tables.work import application, position
from storage.work import reviews
from storage.workshops import lots

MEDIATORS = 2
FIRMS = 3


class _Team(NamedTuple):
    """Who works in a community."""

    coordinator: int
    worker: int
    mediators: list[int]


def running(tx: Connection, random: Random, places: list[Community], firms: list[int], *, now: datetime) -> None:
    """Hire the staff of city, communities and firms; where enough women live, put something on each of their lists."""
    federation = [_hire(tx, random, "federation", CITY, now) for _ in range(2)]
    _hire(tx, random, "data_officer", CITY, now)
    for firm in firms[:FIRMS]:
        _hire(tx, random, "employer", Scope(enterprise_id=firm), now)
    _homes(tx, random)
    for number, place in enumerate(places):
        team = _team(tx, random, place, now)
        there = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.community_id == place.id)
        women = list(tx.execute(there.order_by(person.c.id).limit(200)).scalars())
        if len(women) >= 2 * len(written.running()["cases"]):
            some = random.sample(women, len(women))
            _waiting(tx, place, team, some, federation[1], now=now)
            _cases(tx, place, team, some, federation[0], number=number, now=now)
            _broadcasts(tx, place, team, now=now)
    _broadcast(tx, federation[0], Audience(), "done", written.running()["broadcasts"]["city"], now=now)
    _applications(tx, random, firms[:FIRMS], now=now)
    _shares(tx, now=now)
    _lots(tx, random, places, firms[:FIRMS], now=now)


def _hire(tx: Connection, random: Random, role: str, where: Scope, now: datetime) -> int:
    """Somebody of the staff; a key of her own seed, so that the same seed makes the same town."""
    since = now - timedelta(days=90)
    row = {"key": f"m{random.getrandbits(48):012x}", "name": person_name(random), "community_id": where.community_id}
    hired = insert(person).values(**row, language="zh", notices=True, quiet="", created_at=since).returning(person.c.id)
    person_id = int(tx.execute(hired).scalar_one())
    roles.give(tx, person_id, role, where, now=since)
    return person_id


def _team(tx: Connection, random: Random, place: Community, now: datetime) -> _Team:
    for cell in place.cells:
        _hire(tx, random, "grid_worker", Scope(place.id, cell), now)
    coordinator, worker = (_hire(tx, random, role, Scope(place.id), now) for role in ("coordinator", "grid_worker"))
    return _Team(coordinator, worker, [_hire(tx, random, "mediator", Scope(place.id), now) for _ in range(MEDIATORS)])


def _homes(tx: Connection, random: Random) -> None:
    """Everybody lives behind a door, so that a round has an order."""
    buildings = written.running()["buildings"]
    ids = tx.execute(select(person.c.id).join(mother, mother.c.person_id == person.c.id).order_by(person.c.id)).scalars().all()
    for building in buildings:
        for entrance in range(1, 4):
            some = [one for one in ids if random.random() < 1 / (3 * len(buildings))]
            tx.execute(
                update(person).where(person.c.id.in_(some)).values(building=f"{building}{entrance}单元{random.randint(1, 6)}0{entrance}")
            )
    tx.execute(update(person).where(person.c.id.in_(ids), person.c.building.is_(None)).values(building=f"{buildings[0]}1单元101"))


def _waiting(tx: Connection, place: Community, team: _Team, women: list[int], federation: int, *, now: datetime) -> None:
    """Threads that nobody has taken, tasks, a post for a second person's eyes, and money that is asked for."""
    told = written.running()
    for one, her in zip(told["threads"], women, strict=False):
        number = threads.add(tx, her, one["kind"], hazards=[], community_id=place.id, now=now - timedelta(hours=3))
        threads.say(tx, number, her, one["said"], now=now - timedelta(hours=3))
    for task, her in zip(told["tasks"], women, strict=False):
        tasks.put(tx, task["kind"], her, said=task["said"], now=now - timedelta(days=1))
    drafts = select(position.c.id).where(position.c.community_id == place.id, position.c.status == "draft").order_by(position.c.id.desc())
    if (draft := tx.execute(drafts).scalars().first()) is not None:
        values = {**told["doubtful"], "pay_basis": "hour", "pay_min_fen": 2200, "pay_max_fen": 2200, "hourly_fen": None}
        tx.execute(update(position).where(position.c.id == draft).values(values))
        finding: reviews.Finding = {"code": "low_pay", "quote": told["doubtful"]["text"]}
        reviews.ask(tx, draft, [finding], digest="", by=federation, now=now - timedelta(hours=5))
    for asked_by in (team.coordinator, federation):
        spendings.ask(
            tx,
            place.id,
            purpose="workshop",
            what=told["spending"],
            private=False,
            estimate_fen=38_000,
            asked_by=asked_by,
            now=now - timedelta(days=1),
        )


def _cases(tx: Connection, place: Community, team: _Team, women: list[int], federation: int, *, number: int, now: datetime) -> None:
    """One that a mediator is asked to take, one that she has, one that a grid worker reported and the federation was asked to help with."""
    limits, told = Limits(), written.running()
    began = now - timedelta(hours=20)
    for turn, one in enumerate(told["cases"]):
        by = team.worker if one["source"] == "for_her" else None
        case_id = cases.add(
            tx,
            community_id=place.id,
            kind=one["kind"],
            source=one["source"],
            hazards=(),
            danger=False,
            reported_by=by,
            now=began,
            limits=limits,
        )
        side = sides.add(tx, case_id, "a", person_id=women[2 * turn], contact="here", asked_at=began)
        sides.say(tx, case_id, "account", one["said"], party_id=side, author_id=women[2 * turn], now=began)
        sides.say(tx, case_id, "wish", one["wish"], party_id=side, author_id=women[2 * turn], now=began)
        mediator = team.mediators[turn % MEDIATORS]
        assignments.ask(tx, case_id, mediator, answer_by=now + timedelta(days=1), now=began)
        if turn:
            assignments.answer(tx, case_id, mediator, "accepted", now=began)
            row = cases.get(tx, case_id)
            assert row is not None
            cases.move(tx, row, "take", by=mediator, now=began, limits=limits)
        if turn == len(told["cases"]) - 1:
            referrals.add(
                tx,
                case_id,
                side,
                "federation",
                receiver_id=federation,
                consent_words=told["consent_words"],
                by=mediator,
                due_at=now + timedelta(days=7),
                now=began,
            )
        access_log.write(tx, actor_id=mediator, action="cases.see", subject_kind="case", subject_id=case_id, now=began)
    today = datetime.combine(now.astimezone(LOCAL).date(), datetime.min.time(), LOCAL)
    for day in range(7):
        starts = today + timedelta(days=day, hours=8)
        duties.add(tx, place.id, team.mediators[day % MEDIATORS], starts_at=starts, ends_at=starts + timedelta(hours=24))


def _broadcasts(tx: Connection, place: Community, team: _Team, *, now: datetime) -> None:
    """One that has gone out long ago, and one that waits for a second person's word."""
    audience, told = Audience(places=(Scope(place.id),)), written.running()["broadcasts"]
    for by in (team.coordinator, team.worker):
        _broadcast(tx, by, audience, "done", told["sent"], now=now)
    _broadcast(tx, team.worker, audience, "asked", told["asked"], now=now)


def _broadcast(tx: Connection, by: int, audience: Audience, status: NoticeStatus, text: str, *, now: datetime) -> None:
    number = queue.add(tx, "broadcast", audience=audience, urgent=False, created_by=by, now=now - timedelta(days=2))
    queue.write(tx, number, {"text": text, "buttons": [], "private": False, "once": False})
    counted: Kept = {**audience.to_json(), "counted": {"web": 12}}
    starts = now + timedelta(days=1) if status == "asked" else now - timedelta(days=2)
    queue.move(tx, number, ["counting"], status, audience=counted, starts_at=starts)


def _applications(tx: Connection, random: Random, firms: list[int], *, now: datetime) -> None:
    """Women who wait for an answer: one in every community, one with each firm that has a contact."""
    held = set(tx.execute(select(application.c.person_id)).scalars())
    women = [
        row
        for row in tx.execute(select(person.c.id, person.c.community_id).join(mother, mother.c.person_id == person.c.id))
        if row.id not in held
    ]
    open_ = select(position.c.id, position.c.community_id, position.c.enterprise_id).where(
        position.c.status == "published", position.c.taken + 1 < position.c.headcount
    )
    posts = tx.execute(open_.order_by(position.c.id)).all()
    chosen = {row.community_id: row for row in posts} | {f"firm {row.enterprise_id}": row for row in posts if row.enterprise_id in firms}
    for post in {row.id: row for row in chosen.values()}.values():
        near = [row.id for row in women if row.community_id == post.community_id and row.id not in held]
        if not near:
            continue
        her = random.choice(near)
        held.add(her)
        values = {"person_id": her, "position_id": post.id, "status": "applied", "holds": True, "reason": "", "trial_place": ""}
        until = now + timedelta(days=2)
        tx.execute(insert(application).values(**values, created_at=now - timedelta(hours=6), held_until=until, due_at=until))
        agreed = {"person_id": her, "purpose": "employer", "version": 1, "enterprise_id": post.enterprise_id}
        tx.execute(insert(consent).values(**agreed, given_at=now - timedelta(hours=6)))
        tx.execute(update(position).where(position.c.id == post.id).values(taken=position.c.taken + 1))


def _shares(tx: Connection, *, now: datetime) -> None:
    """Last month's shares are asked for."""
    last_day = now.astimezone(LOCAL).date().replace(day=1) - timedelta(days=1)
    due = last_day + timedelta(days=45)
    shares.ask(tx, month_of(last_day), first_day=last_day.replace(day=1), last_day=last_day, due=due)


def _lots(tx: Connection, random: Random, places: list[Community], firms: list[int], *, now: datetime) -> None:
    """Each of these firms has brought something to be worked on to the first communities."""
    today = now.astimezone(LOCAL).date()
    for number, (firm, told) in enumerate(zip(firms, written.running()["lots"], strict=False)):
        lots.bring(
            tx,
            f"L{random.getrandbits(24):06X}",
            enterprise_id=firm,
            community_id=places[number % len(places)].id,
            item=told["item"],
            pieces=told["pieces"],
            rate_fen=told["rate_fen"],
            deadline=today + timedelta(days=14),
            now=now - timedelta(days=1),
        )
