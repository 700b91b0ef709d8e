"""Meetings with their agendas and those who are asked to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.access import Scope
from storage.rows import columns, every, first, upsert
from storage.scope import within
from storage.tables.council import suggestion
from storage.tables.meetings import MeetingState, Verdict, meeting, meeting_guest, meeting_item
from storage.tables.people import person
from storage.tables.work import community


class Meeting(NamedTuple):
    """A meeting with the name of its community."""

    id: int
    community_id: int
    community: str
    starts_at: datetime
    place: str
    state: MeetingState
    called_by: int
    held_at: datetime | None


class Item(NamedTuple):
    """A point of an agenda with the words of its suggestion, and how many are behind it."""

    id: int
    meeting_id: int
    suggestion_id: int
    position: int
    verdict: Verdict
    decision: str | None
    owner: str | None
    until: date | None
    text: str
    voices: int
    topic: str


class Guest(NamedTuple):
    """Who is asked to come, and what she answered."""

    person_id: int
    answer: str
    name: str | None
    key: str


_MEETINGS = (
    select(*columns(meeting, Meeting, community=community.c.name))
    .select_from(meeting)
    .join(community, community.c.id == meeting.c.community_id)
)
_ITEMS = (
    select(*columns(meeting_item, Item, suggestion))
    .select_from(meeting_item)
    .join(suggestion, suggestion.c.id == meeting_item.c.suggestion_id)
)


def add(tx: Connection, community_id: int, starts_at: datetime, place: str, *, by: int, now: datetime) -> int:
    """A new meeting; its id."""
    row = {"community_id": community_id, "starts_at": starts_at, "place": place, "state": "draft", "called_by": by, "created_at": now}
    return int(tx.execute(insert(meeting).values(row).returning(meeting.c.id)).scalar_one())


def get(tx: Connection, meeting_id: int) -> Meeting | None:
    """One meeting."""
    return first(tx, _MEETINGS.where(meeting.c.id == meeting_id), Meeting)


def move(tx: Connection, meeting_id: int, before: Iterable[MeetingState], state: MeetingState, **dates: datetime | None) -> bool:
    """It comes into this state; False where it was in none of those before. `dates` are remind_at and held_at."""
    from_ = (meeting.c.id == meeting_id, meeting.c.state.in_(list(before)))
    return tx.execute(update(meeting).where(*from_).values(state=state, **dates)).rowcount == 1


def within_scopes(tx: Connection, where: Iterable[Scope], *, since: datetime, limit: int) -> list[Meeting]:
    """Meetings of these scopes from then on that were not called off, the next first."""
    mine = within(where, community=meeting.c.community_id)
    rows = _MEETINGS.where(mine, meeting.c.starts_at >= since, meeting.c.state != "cancelled")
    return every(tx, rows.order_by(meeting.c.starts_at, meeting.c.id).limit(limit), Meeting)


def put_on(tx: Connection, meeting_id: int, suggestion_id: int) -> bool:
    """A point at the end of the agenda; False where it is on it already."""
    last = tx.execute(
        select(func.coalesce(func.max(meeting_item.c.position), 0)).where(meeting_item.c.meeting_id == meeting_id)
    ).scalar_one()
    row = {"meeting_id": meeting_id, "suggestion_id": suggestion_id, "position": last + 1, "verdict": ""}
    return tx.execute(upsert(tx, meeting_item).values(row).on_conflict_do_nothing().returning(meeting_item.c.id)).first() is not None


def take_off(tx: Connection, item_id: int) -> None:
    """It is no point of the agenda."""
    tx.execute(delete(meeting_item).where(meeting_item.c.id == item_id))


def items(tx: Connection, meeting_id: int) -> list[Item]:
    """The agenda in its order."""
    return every(tx, _ITEMS.where(meeting_item.c.meeting_id == meeting_id).order_by(meeting_item.c.position), Item)


def item(tx: Connection, item_id: int) -> Item | None:
    """One point."""
    return first(tx, _ITEMS.where(meeting_item.c.id == item_id), Item)


def decide(tx: Connection, item_id: int, verdict: Verdict, decision: str, *, owner: str | None, until: date | None) -> bool:
    """What was decided; False where something was before."""
    open_ = (meeting_item.c.id == item_id, meeting_item.c.verdict == "")
    return tx.execute(update(meeting_item).where(*open_).values(verdict=verdict, decision=decision, owner=owner, until=until)).rowcount == 1


def invite(tx: Connection, meeting_id: int, people: Iterable[int]) -> None:
    """These are asked to come; who is asked already stays so, with her answer."""
    rows = [{"meeting_id": meeting_id, "person_id": one, "answer": ""} for one in sorted(set(people))]
    if rows:
        tx.execute(upsert(tx, meeting_guest).on_conflict_do_nothing(), rows)


def guests(tx: Connection, meeting_id: int) -> list[Guest]:
    """Who is asked to come."""
    rows = select(*columns(meeting_guest, Guest, person)).join(person, person.c.id == meeting_guest.c.person_id)
    return every(tx, rows.where(meeting_guest.c.meeting_id == meeting_id).order_by(meeting_guest.c.id), Guest)


def answer(tx: Connection, meeting_id: int, person_id: int, said: str) -> bool:
    """She comes (yes) or not (no); False where she was not asked."""
    hers = (meeting_guest.c.meeting_id == meeting_id, meeting_guest.c.person_id == person_id)
    return tx.execute(update(meeting_guest).where(*hers).values(answer=said)).rowcount == 1


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[Meeting]:
    """Meetings whose reminder is due."""
    due = (meeting.c.state == "called", meeting.c.remind_at.is_not(None), meeting.c.remind_at <= now)
    return every(tx, _MEETINGS.where(*due).order_by(meeting.c.id).limit(limit), Meeting)


def reminded(tx: Connection, meeting_id: int) -> None:
    """Nobody is reminded any more."""
    tx.execute(update(meeting).where(meeting.c.id == meeting_id).values(remind_at=None))


def unanswered(tx: Connection, person_id: int, *, now: datetime) -> list[Meeting]:
    """Meetings to come that she was asked to and has not answered."""
    asked = select(meeting_guest.c.meeting_id).where(meeting_guest.c.person_id == person_id, meeting_guest.c.answer == "")
    coming = (meeting.c.id.in_(asked), meeting.c.state == "called", meeting.c.starts_at > now)
    return every(tx, _MEETINGS.where(*coming).order_by(meeting.c.starts_at), Meeting)
