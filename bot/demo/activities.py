"""The demo town's activities: one in each closed month, with how many came and what was thought of it, and one to come, which can be joined."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, insert, select, update

from bot.demo import written
from bot.demo.town import Community
from bot.demo.written import Held
from domain.notices import LOCAL
from domain.training.activities import MARKS, About
from storage.tables.people import mother, person
from storage.tables.training import class_session, enrolment, training_class
from storage.training import activities as stored
from storage.training.activities import Plan

MONTHS, PLACES, PEOPLE = 3, 40, (6, 12)


def activities(tx: Connection, random: Random, places: list[Community], *, now: datetime) -> None:
    """Write them; nobody is told of any."""
    told = written.activities()
    for number, place in enumerate(places):
        there = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.community_id == place.id)
        women = list(tx.execute(there.order_by(person.c.id).limit(100)).scalars())
        if len(women) < max(PEOPLE):
            continue
        for back in range(1, MONTHS + 1):
            one = told["past"][(number + back) % len(told["past"])]
            _past(tx, random, place, one, _evening(now.date() - timedelta(days=30 * back), 9), women)
        ahead = told["coming"][number % len(told["coming"])]
        _coming(tx, random, place, ahead, _evening(now.date() + timedelta(days=4), ahead.get("hour", 9)), women, now=now)


def _evening(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


def _add(tx: Connection, place: Community, one: Held, starts_at: datetime, *, now: datetime) -> int:
    about: About = one["about"]
    made = stored.add(tx, place.id, Plan(one["title"], about, one["address"], one.get("note", ""), PLACES), starts_at, now=now)
    # Announced, as far as the town goes: nobody is told at the first tick.
    tx.execute(update(training_class).where(training_class.c.id == made).values(announced_at=now))
    return made


def _past(tx: Connection, random: Random, place: Community, one: Held, starts_at: datetime, women: list[int]) -> None:
    made = _add(tx, place, one, starts_at, now=starts_at - timedelta(days=7))
    tx.execute(update(class_session).where(class_session.c.class_id == made).values(remind_at=None))
    here = random.sample(women, random.randint(*PEOPLE))
    words = [*one.get("words", ()), *[None] * len(here)]
    rows = [
        {"class_id": made, "person_id": who, "status": "enrolled", "since": starts_at, "mark": random.choice(MARKS[:2]), "word": words[n]}
        for n, who in enumerate(here)
    ]
    tx.execute(insert(enrolment), rows)
    stored.close_counted(tx, made, len(here) + random.randint(0, 20))


def _coming(tx: Connection, random: Random, place: Community, one: Held, starts_at: datetime, women: list[int], *, now: datetime) -> None:
    made = _add(tx, place, one, starts_at, now=now)
    rows = [
        {"class_id": made, "person_id": who, "status": "enrolled", "since": now} for who in random.sample(women, random.randint(*PEOPLE))
    ]
    tx.execute(insert(enrolment), rows)
