"""What happened in the demo town before today: who works where and what she said of it, a survey under way, classes to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from bot.demo.town import Community
from bot.demo.written import town
from domain.notices import LOCAL
from storage.tables.columns import table
from storage.tables.people import Mother, Person
from storage.tables.survey import Campaign, Visit
from storage.tables.training import ClassSession, Enrolment, TrainingClass
from storage.tables.work import Application, FollowUp, Position

APP, FOLLOW, P, PERSON, M = table(Application), table(FollowUp), table(Position), table(Person), table(Mother)
CLASS, SESSION, ENROLMENT, CAMPAIGN, VISIT = (table(t) for t in (TrainingClass, ClassSession, Enrolment, Campaign, Visit))
DAYS = (7, 30, 90)
CLASSES = 6
SURVEYED = 0.8


class _Start(NamedTuple):
    """A woman at a post, or about to begin."""

    person_id: int
    position_id: int
    status: str
    created_at: datetime
    decided_at: datetime
    trial_at: datetime
    started_at: datetime | None
    holds: bool = True
    reason: str = ""
    due_at: datetime | None = None


def history(tx: Connection, random: Random, places: list[Community], *, now: datetime) -> None:
    """Write starts for the places that are taken, their follow-ups, a campaign and classes."""
    women: dict[int, list[int]] = {}
    for person_id, community_id in tx.execute(select(PERSON.c.id, PERSON.c.community_id).join(M, M.c.person_id == PERSON.c.id)):
        women.setdefault(community_id, []).append(person_id)
    started = list(_starts(tx, random, women, now))
    if started:
        tx.execute(insert(APP), [one._asdict() for one in started])
        ids = {(row.person_id, row.position_id): row.id for row in tx.execute(select(APP.c.id, APP.c.person_id, APP.c.position_id))}
        follow_ups = [row for one in started for row in _follow_ups(random, ids[one.person_id, one.position_id], one, now)]
        tx.execute(insert(FOLLOW), follow_ups)
    _campaign(tx, random, now)
    _classes(tx, random, places, women, now)


def _starts(tx: Connection, random: Random, women: dict[int, list[int]], now: datetime) -> Iterator[_Start]:
    """One woman of the post's community for each taken place; nobody has two."""
    free = {community: random.sample(ids, len(ids)) for community, ids in women.items()}
    everybody = [person for ids in free.values() for person in ids]
    taken: set[int] = set()
    for post in tx.execute(select(P.c.id, P.c.community_id, P.c.taken, P.c.published_at).where(P.c.taken > 0).order_by(P.c.id)):
        for _ in range(post.taken):
            near = free.get(post.community_id) or everybody
            while near and near[-1] in taken:
                near.pop()
            if not near:
                continue
            person = near.pop()
            taken.add(person)
            applied = min(post.published_at + timedelta(hours=random.randint(2, 72)), now)
            began = applied + timedelta(days=random.randint(1, 6))
            begun = began <= now
            yield _Start(
                person_id=person,
                position_id=post.id,
                status="started" if begun else "trial",
                created_at=applied,
                decided_at=applied + timedelta(hours=3),
                trial_at=datetime.combine(began.astimezone(LOCAL).date() - timedelta(days=1), time(9), LOCAL),
                started_at=began if begun else None,
            )


def _follow_ups(random: Random, application: int, start: _Start, now: datetime) -> Iterator[dict[str, object]]:
    """All is well with most; those to come are due."""
    if start.started_at is None:
        return
    for day in DAYS:
        due = datetime.combine(start.started_at.astimezone(LOCAL).date() + timedelta(days=day), time(10), LOCAL)
        answered = due < now
        yield {
            "application_id": application,
            "person_id": start.person_id,
            "day": day,
            "status": "answered" if answered else "due",
            "asked": int(answered),
            "due_at": None if answered else due,
            "answered_at": due + timedelta(hours=random.randint(1, 8)) if answered else None,
            "still_there": True if answered else None,
            "paid_on_time": random.random() < 0.96 if answered else None,
            "right_amount": random.random() < 0.97 if answered else None,
        }


def _campaign(tx: Connection, random: Random, now: datetime) -> None:
    """Most women were visited, the others are on a list."""
    people = tx.execute(select(PERSON.c.id, PERSON.c.community_id, PERSON.c.cell_id).order_by(PERSON.c.id)).all()
    if not people:
        return
    began = now - timedelta(days=20)
    campaign = tx.execute(insert(CAMPAIGN).values(name=town()["campaign"], status="open", created_at=began).returning(CAMPAIGN.c.id))
    row = {"campaign_id": campaign.scalar_one()}
    visits: list[dict[str, object]] = []
    for person in people:
        done = random.random() < SURVEYED
        status = random.choices(("done", "moved", "refused"), (94, 3, 3))[0] if done else "open"
        visits.append(
            {
                **row,
                "person_id": person.id,
                "community_id": person.community_id,
                "cell_id": person.cell_id,
                "status": status,
                "missed": 0,
                "due_at": began,
                "visited_at": began + timedelta(minutes=random.randint(60, 60 * 24 * 19)) if done else None,
            }
        )
    tx.execute(insert(VISIT), visits)


def _classes(tx: Connection, random: Random, places: list[Community], women: dict[int, list[int]], now: datetime) -> None:
    """Classes on the weekends to come, each for a skill that open posts need, half full."""
    listed = town()["classes"]
    today = now.astimezone(LOCAL).date()
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    for number, (skill, title) in enumerate(list(listed.items())[:CLASSES], 1):
        place = places[(number - 1) % len(places)]
        posts = tx.execute(select(P.c.code, P.c.skills).where(P.c.status == "published", P.c.taken < P.c.headcount).order_by(P.c.id)).all()
        leads_to = [post.code for post in posts if skill in post.skills][:3]
        row = {
            "code": f"K{number:02d}",
            "title": title,
            "skill": skill,
            "community_id": place.id,
            "capacity": 12,
            "leads_to": leads_to,
            "status": "open",
            "created_at": now,
            "announced_at": now,
        }
        class_id = tx.execute(insert(CLASS).values(row).returning(CLASS.c.id)).scalar_one()
        starts = [datetime.combine(saturday + timedelta(weeks=week), time(9, 30), LOCAL) for week in range(3)]
        evenings = [datetime.combine(start.date() - timedelta(days=1), time(19), LOCAL) for start in starts]
        sessions = [{"class_id": class_id, "starts_at": s, "remind_at": e} for s, e in zip(starts, evenings, strict=True)]
        tx.execute(insert(SESSION), sessions)
        ids = women.get(place.id, [])
        joined = random.sample(ids, min(6, len(ids)))
        if joined:
            tx.execute(insert(ENROLMENT), [{"class_id": class_id, "person_id": who, "status": "enrolled", "since": now} for who in joined])
