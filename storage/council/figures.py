"""Figures of suggestion box and council: what the public board shows, the rates from the women's own taps, and the report by community."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, select

from domain.access import Scope
from domain.council.board import QUESTIONS, Rate
from domain.council.states import State
from domain.staff.reports import Period
from storage.rows import every
from storage.scope import within
from storage.tables.council import suggestion, suggestion_step, suggestion_tap
from storage.tables.meetings import meeting
from storage.tables.people import role
from storage.tables.work import community

# What stands on the board: staff or council have looked at it. What is closed was done, or else declined.
DECIDED: tuple[State, ...] = ("agenda", "accepted", "in_hand", "declined", "closed")
DONE: tuple[State, ...] = ("done", "closed")


class Public(NamedTuple):
    """A suggestion as the board needs it, with the reason of the last decision."""

    id: int
    topic: str
    text: str
    state: State
    voices: int
    until: date | None
    late_since: datetime | None
    cost_fen: int | None
    paid_by: str
    arrived_at: datetime
    done_at: datetime | None
    reason: str | None


class Counted(NamedTuple):
    """The report's line of one community."""

    code: str
    name: str
    received: int
    answered: int
    in_time: Rate
    done: Rate
    content: Rate
    late: int
    members: int
    meetings: int


_OPEN_TO_ALL = (suggestion.c.merged_into.is_(None), suggestion.c.published_at.is_not(None))


def public(tx: Connection, community_id: int, *, done: bool, limit: int) -> list[Public]:
    """Published suggestions of a community that are done, or decided and not done, the last that something happened to first."""
    last = (
        select(suggestion_step.c.reason)
        .where(suggestion_step.c.suggestion_id == suggestion.c.id, suggestion_step.c.kind.in_(("decline", "accept", "finish")))
        .order_by(suggestion_step.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    names = [name for name in Public._fields if name != "reason"]
    rows = select(*(suggestion.c[name] for name in names), last.label("reason"))
    finished = suggestion.c.done_at.is_not(None) if done else suggestion.c.done_at.is_(None)
    mine = (*_OPEN_TO_ALL, suggestion.c.community_id == community_id, suggestion.c.state.in_(DONE if done else DECIDED), finished)
    when = func.coalesce(suggestion.c.done_at, suggestion.c.answered_at, suggestion.c.arrived_at)
    return every(tx, rows.where(*mine).order_by(when.desc(), suggestion.c.id.desc()).limit(limit), Public)


def topics_not_looked_at(tx: Connection, community_id: int) -> dict[str, int]:
    """How many are asked for by topic and not looked at yet, most first."""
    counted = func.count().label("how_many")
    mine = (*_OPEN_TO_ALL, suggestion.c.community_id == community_id, suggestion.c.state == "received", suggestion.c.topic != "")
    rows = select(suggestion.c.topic, counted).where(*mine).group_by(suggestion.c.topic).order_by(counted.desc(), suggestion.c.topic)
    return {row.topic: row.how_many for row in tx.execute(rows)}


def rates(tx: Connection, community_id: int) -> dict[str, Rate]:
    """Answered in time, done, content: by the women's own taps, the newest round of each."""
    yes = func.sum(case((suggestion_tap.c.yes, 1), else_=0))
    rows = select(suggestion_tap.c.question, func.count(), yes).join(suggestion, suggestion.c.id == suggestion_tap.c.suggestion_id)
    shares = {
        question: Rate(int(yes), int(said))
        for question, said, yes in tx.execute(rows.where(suggestion.c.community_id == community_id).group_by(suggestion_tap.c.question))
    }
    return {question: shares.get(question, Rate(0, 0)) for question in QUESTIONS}


def _in(column: ColumnElement[datetime], period: Period) -> ColumnElement[bool]:
    begins = [] if period.since is None else [column >= period.since]
    return and_(column.is_not(None), column < (period.until or period.tomorrow), *begins)


def report(tx: Connection, where: Iterable[Scope], period: Period) -> list[Counted]:
    """The council's figures of each community in these scopes: what came and was answered in the period, and what women said of it then."""
    places = tx.execute(
        select(community.c.id, community.c.code, community.c.name).where(within(where, community=community.c.id)).order_by(community.c.code)
    ).all()
    return [_line(tx, place.id, place.code, place.name, period) for place in places]


def _line(tx: Connection, community_id: int, code: str, name: str, period: Period) -> Counted:
    here = suggestion.c.community_id == community_id
    counts = select(
        func.count(case((_in(suggestion.c.arrived_at, period), 1))),
        func.count(case((_in(suggestion.c.answered_at, period), 1))),
        func.count(case((_in(suggestion.c.late_since, period), 1))),
    ).where(here, suggestion.c.state != "withdrawn")
    received, answered, late = tx.execute(counts).one()
    yes = func.sum(case((suggestion_tap.c.yes, 1), else_=0))
    taps = select(suggestion_tap.c.question, func.count(), yes).join(suggestion, suggestion.c.id == suggestion_tap.c.suggestion_id)
    said = {
        question: Rate(int(good), int(count))
        for question, count, good in tx.execute(taps.where(here, _in(suggestion_tap.c.at, period)).group_by(suggestion_tap.c.question))
    }
    sits = (role.c.role == "council", role.c.community_id == community_id, role.c.withdrawn_at.is_(None))
    members = tx.execute(select(func.count(distinct(role.c.person_id))).where(*sits)).scalar_one()
    held = (meeting.c.community_id == community_id, meeting.c.state == "held", _in(meeting.c.held_at, period))
    meetings = tx.execute(select(func.count()).select_from(meeting).where(*held)).scalar_one()
    none = Rate(0, 0)
    in_time, done, content = (said.get(question, none) for question in QUESTIONS)
    return Counted(code, name, int(received), int(answered), in_time, done, content, int(late), int(members), int(meetings))
