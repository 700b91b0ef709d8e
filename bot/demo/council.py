"""The demo town's council: suggestions in every state with their steps and taps, members, a meeting to come, and one with minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, insert, select, update

from bot.demo import written
from bot.demo.town import Community
from bot.demo.written import Told
from domain.access import Scope
from domain.council.states import ANSWERED, Deadlines, State, due
from domain.council.votes import STANDARD, needed, outcome
from domain.notices import LOCAL
from storage.council import meetings, similar, suggestions
from storage.council.supports import copy
from storage.staff import roles
from storage.tables.council import suggestion_step, suggestion_tap
from storage.tables.meetings import meeting, motion, motion_elector, motion_vote
from storage.tables.people import mother, person

# How far each suggestion of a community has come, in the order of the list; a community takes them in turn.
WAY: tuple[tuple[str, ...], ...] = (
    (),
    ("agenda", "accept", "take", "finish", "content"),
    ("agenda", "accept", "take"),
    ("agenda",),
    ("agenda", "decline"),
    ("agenda", "accept", "take", "finish"),
    ("agenda", "accept"),
    (),
)
STATES: dict[str, State] = {
    "agenda": "agenda",
    "accept": "accepted",
    "decline": "declined",
    "take": "in_hand",
    "finish": "done",
    "content": "closed",
}
MEMBERS = 5
SUPPORTERS = 12


def council(tx: Connection, random: Random, places: list[Community], *, now: datetime) -> None:
    """Write everything; nobody of it is told."""
    told = written.council()["suggestions"]
    for number, place in enumerate(places):
        there = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.community_id == place.id)
        women = list(tx.execute(there.order_by(person.c.id).limit(200)).scalars())
        if len(women) < MEMBERS + SUPPORTERS:
            continue
        made = []
        for turn, way in enumerate(WAY):
            one = told[(number * 3 + turn) % len(told)]
            made.append(_suggestion(tx, random, place, one, way, women, now=now))
        _meetings(tx, random, place, women, made, now=now)


def _suggestion(
    tx: Connection, random: Random, place: Community, one: Told, way: tuple[str, ...], women: list[int], *, now: datetime
) -> int:
    """One with its steps, some days apart; who was content, and not, as women say it."""
    began = now - timedelta(days=2 + 5 * len(way) + random.randint(0, 2), hours=random.randint(0, 9))
    people = random.sample(women, random.randint(2, SUPPORTERS))
    state: State = STATES[way[-1]] if way else "received"
    number = suggestions.add(
        tx,
        f"D{place.id:02d}{random.getrandbits(24):06x}",
        community_id=place.id,
        text=one["text"],
        now=began,
        author_id=people[0],
        topic=one["topic"],
        published_at=began,
        state=state,
    )
    copy(tx, people[1:], number, now=began)
    suggestions.recount(tx, number)
    steps = [{"kind": "said", "at": began, "reason": None, "before": "", "after": ""}]
    at, before, when = began, "received", {"said": began}
    for kind in way:
        at += timedelta(days=random.randint(1, 5), hours=random.randint(0, 6))
        at = min(at, now - timedelta(hours=1))
        reason = {"accept": one["accept"], "decline": one["decline"], "finish": one["done"]}.get(kind)
        when[kind] = at
        steps.append({"kind": kind, "at": at, "reason": reason, "before": before, "after": STATES[kind]})
        before = STATES[kind]
    tx.execute(insert(suggestion_step), [{"suggestion_id": number, "by_id": None, "picture": "", **step} for step in steps])
    _dates(tx, number, one, way, when, state, now=now)
    _taps(tx, random, number, people, way, at=at)
    if state not in ANSWERED and state != "closed":
        similar.put(tx, number, place.id, one["text"])
    return number


def _dates(
    tx: Connection, number: int, one: Told, way: tuple[str, ...], at: Mapping[str, datetime], state: State, *, now: datetime
) -> None:
    values: suggestions.Values = {"answered_at": at.get("accept") or at.get("decline")}
    if "take" in way:
        values |= {"owner": one["owner"], "until": (now + timedelta(days=9)).astimezone(LOCAL).date()}
    if "finish" in way:
        values |= {"done_at": at["finish"], "cost_fen": one["cost"] * 100 or None, "paid_by": one["paid_by"] if one["cost"] else ""}
    if state == "closed":
        values["closed_at"] = at["content"]
    since = at["said"] if state in ("received", "agenda") else max(at.values())
    due_at = due(state, since, Deadlines(), until=values.get("until"))
    if due_at is not None and due_at <= now and state not in ANSWERED:
        values["late_since"] = due_at
    # What would fall due at once is a day away, so that the town begins quietly.
    due_at = None if due_at is None else max(due_at, now + timedelta(days=1))
    values |= {"due_at": due_at, "escalate_at": due_at}
    suggestions.change(tx, number, **values)


def _taps(tx: Connection, random: Random, number: int, people: list[int], way: tuple[str, ...], *, at: datetime) -> None:
    """What women said: most that the answer came in time, and of what is done most that they are content."""
    said: list[tuple[str, float]] = [("in_time", 0.85)] if len(way) > 1 else []
    said += [("done", 0.93), ("content", 0.82)] if "finish" in way else []
    rows = [
        {"suggestion_id": number, "person_id": one, "round": 1, "question": question, "yes": random.random() < share, "at": at}
        for question, share in said
        for one in people[: max(1, len(people) // 2)]
    ]
    if rows:
        tx.execute(insert(suggestion_tap), rows)


def _meetings(tx: Connection, random: Random, place: Community, women: list[int], made: list[int], *, now: datetime) -> None:
    """Five members; a meeting that is over, with a vote and its decisions, and one to come that they are asked to."""
    members = random.sample(women, MEMBERS)
    for one in members:
        roles.give(tx, one, "council", Scope(place.id), now=now)
    today = now.astimezone(LOCAL).date()
    before = datetime.combine(today - timedelta(days=12), time(19), LOCAL)
    usual = written.council()["place"]
    over = meetings.add(tx, place.id, before, usual, by=members[0], now=before - timedelta(days=5))
    for position in (1, 2, 4):
        meetings.put_on(tx, over, made[position])
    meetings.invite(tx, over, members)
    for one in members[:4]:
        meetings.answer(tx, over, one, "yes")
    told = {row.suggestion_id: row for row in meetings.items(tx, over)}
    for number, item in told.items():
        row = suggestions.get(tx, number)
        assert row is not None
        declined = row.state == "declined"
        _vote(tx, item.id, members, against=declined, at=before)
        said = written.council()["declined"] if declined else written.council()["accepted"]
        meetings.decide(
            tx,
            item.id,
            "decline" if declined else "accept",
            said,
            owner=None if declined else row.owner,
            until=None if declined else row.until,
        )
    tx.execute(update(meeting).where(meeting.c.id == over).values(state="held", held_at=before + timedelta(hours=2)))
    coming = meetings.add(tx, place.id, datetime.combine(today + timedelta(days=5), time(19), LOCAL), usual, by=members[0], now=now)
    meetings.put_on(tx, coming, made[3])
    meetings.move(tx, coming, ["draft"], "called", remind_at=datetime.combine(today + timedelta(days=4), time(19), LOCAL))
    meetings.invite(tx, coming, members)
    meetings.answer(tx, coming, members[0], "yes")


def _vote(tx: Connection, item_id: int, members: list[int], *, against: bool, at: datetime) -> None:
    """An open vote in which all but one took part."""
    quorum = needed(len(members), 0.5, secret=False)
    counts = [1, 3, 0] if against else [3, 0, 1]
    row = {"item_id": item_id, "options": list(STANDARD), "secret": False, "quorum": quorum, "electorate": len(members), "opened_at": at}
    row |= {"closes_at": at + timedelta(hours=1), "closed_at": at + timedelta(hours=1), "counts": counts, "seal": None}
    row["outcome"] = outcome(STANDARD, counts, quorum=quorum)
    number = tx.execute(insert(motion).values(row).returning(motion.c.id)).scalar_one()
    choices = [choice for choice, count in enumerate(counts) for _ in range(count)]
    tx.execute(insert(motion_elector), [{"motion_id": number, "person_id": one, "voted": one != members[-1]} for one in members])
    tx.execute(
        insert(motion_vote),
        [{"motion_id": number, "person_id": one, "choice": choice} for one, choice in zip(members, choices, strict=False)],
    )
