"""Campaigns and their visits: who is to be visited, what came of it, and how far a place has got."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, insert, literal, or_, select, update

from domain.access import Scope
from storage.people import persons
from storage.rows import columns, every, first, upsert
from storage.scope import within
from storage.survey.handovers import Place
from storage.tables.columns import Instant
from storage.tables.messages import conversation
from storage.tables.people import access_log, answer, mother, person
from storage.tables.survey import campaign, visit
from storage.tables.work import cell, community

RUNNING = ("choosing", "open")
# The women of one step, which is one transaction.
STEP = 5_000
# A list is sorted by what only this program can read: of more open visits than this the oldest are taken.
LISTED = 500


def start(tx: Connection, *, name: str, community_id: int | None, before: datetime | None, by: int | None, now: datetime) -> int:
    """A campaign for the women of a community (None: the city) who were not surveyed since `before` (None: all); its row id.

    One of the same name that runs there goes on: who has come since joins it, and nobody has a second visit.
    """
    same = (campaign.c.name == name, campaign.c.community_id.is_not_distinct_from(community_id), campaign.c.status.in_(RUNNING))
    again = update(campaign).where(*same).values(status="choosing", chosen_to=0, before=before).returning(campaign.c.id)
    if running := tx.execute(again).scalars().first():
        return int(running)
    values = {"name": name, "community_id": community_id, "before": before, "created_by": by, "created_at": now}
    fresh = insert(campaign).values(status="choosing", chosen_to=0, **values)
    return int(tx.execute(fresh.returning(campaign.c.id)).scalar_one())


def choosing(tx: Connection) -> int | None:
    """A campaign whose women do not all have their visit yet."""
    return tx.execute(select(campaign.c.id).where(campaign.c.status == "choosing").order_by(campaign.c.id).limit(1)).scalar()


def assign(tx: Connection, campaign_id: int, *, now: datetime, limit: int = STEP) -> int:
    """Give the campaign's next women their visits; how many were looked at. After the last one the campaign is open."""
    running = tx.execute(select(campaign).where(campaign.c.id == campaign_id)).one()
    chosen = [person.c.merged_into.is_(None), person.c.id > running.chosen_to]
    if running.community_id is not None:
        chosen.append(person.c.community_id == running.community_id)
    if running.before is not None:
        chosen.append(or_(mother.c.surveyed_at.is_(None), mother.c.surveyed_at < running.before))
    women = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(*chosen)
    step = women.order_by(person.c.id).limit(limit).subquery()
    last, count = tx.execute(select(func.max(step.c.id), func.count(step.c.id))).one()
    if last is not None:
        _give(tx, campaign_id, women.where(person.c.id <= last), now=now)
    values = {"chosen_to": last or running.chosen_to, "status": "choosing" if count == limit else "open"}
    tx.execute(update(campaign).where(campaign.c.id == campaign_id, campaign.c.status == "choosing").values(values))
    return int(count)


def size(tx: Connection, campaign_id: int) -> int:
    """How many women have a visit of this campaign, in whatever state."""
    return int(tx.execute(select(func.count()).where(visit.c.campaign_id == campaign_id)).scalar_one())


def _give(tx: Connection, campaign_id: int, women: Select[tuple[int]], *, now: datetime) -> None:
    names = ["campaign_id", "person_id", "community_id", "cell_id", "status", "missed", "due_at"]
    rows = women.with_only_columns(
        literal(campaign_id), person.c.id, person.c.community_id, person.c.cell_id, literal("open"), literal(0), literal(now, Instant)
    )
    tx.execute(upsert(tx, visit).from_select(names, rows, include_defaults=False).on_conflict_do_nothing())


def campaigns(tx: Connection, where: Iterable[Scope]) -> list[Survey]:
    """Campaigns that run in these scopes, the city's among them, newest first."""
    there = or_(within(where, community=campaign.c.community_id), campaign.c.community_id.is_(None))
    statement = select(*columns(campaign, Survey)).where(campaign.c.status.in_(RUNNING), there).order_by(campaign.c.id.desc())
    return every(tx, statement, Survey)


def get(tx: Connection, campaign_id: int) -> Survey | None:
    """One campaign."""
    return first(tx, select(*columns(campaign, Survey)).where(campaign.c.id == campaign_id), Survey)


def close(tx: Connection, campaign_id: int, *, now: datetime) -> bool:
    """End a campaign; False where it had ended."""
    statement = update(campaign).where(campaign.c.id == campaign_id, campaign.c.status.in_(RUNNING))
    return tx.execute(statement.values(status="closed", closed_at=now)).rowcount == 1


class Survey(NamedTuple):
    """A campaign."""

    id: int
    name: str
    community_id: int | None
    status: str


class HerVisit(NamedTuple):
    """A visit with the woman it is to."""

    id: int
    person_id: int
    community_id: int | None
    cell_id: int | None
    status: str
    missed: int
    due_at: datetime
    key: str
    name: str | None
    phone: str | None
    building: str | None
    phone_digest: str | None
    name_digest: str | None
    campaign_status: str


class Woman(NamedTuple):
    """A person with her birth year."""

    id: int
    key: str
    name: str | None
    phone: str | None
    building: str | None
    phone_digest: str | None
    name_digest: str | None
    community_id: int | None
    cell_id: int | None
    birth_year: int | None


_WOMEN = select(*columns(person, Woman, mother)).select_from(person).outerjoin(mother, mother.c.person_id == person.c.id)
_VISITS = (
    select(*columns(visit, HerVisit, person, campaign_status=campaign.c.status))
    .select_from(visit)
    .join(person, person.c.id == visit.c.person_id)
    .join(campaign, campaign.c.id == visit.c.campaign_id)
)


def _today(where: Iterable[Scope], until: datetime) -> ColumnElement[bool]:
    mine = within(where, community=visit.c.community_id, cell=visit.c.cell_id)
    return and_(visit.c.status == "open", visit.c.due_at < until, campaign.c.status.in_(RUNNING), mine)


def due(tx: Connection, where: Iterable[Scope], *, until: datetime) -> list[int]:
    """Open visits that are due before `until` within these scopes, by building and door as people read them."""
    statement = (
        select(visit.c.id, person.c.building)
        .select_from(visit)
        .join(person, person.c.id == visit.c.person_id)
        .join(campaign, campaign.c.id == visit.c.campaign_id)
    )
    rows = tx.execute(statement.where(_today(where, until)).order_by(visit.c.id).limit(LISTED)).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.building is None, _natural(row.building or ""), row.id))]


def count_due(tx: Connection, where: Iterable[Scope], *, until: datetime) -> int:
    """How many open visits are due before `until` within these scopes."""
    statement = select(func.count()).select_from(visit).join(campaign, campaign.c.id == visit.c.campaign_id)
    return int(tx.execute(statement.where(_today(where, until))).scalar_one())


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """2号楼 before 10号楼."""
    pieces = [piece for piece in re.split(r"(\d+)", text) if piece]
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


def visits(tx: Connection, ids: Iterable[int]) -> list[HerVisit]:
    """These visits with their women, in the order asked for."""
    wanted = list(ids)
    by_id = {row.id: row for row in every(tx, _VISITS.where(visit.c.id.in_(wanted)), HerVisit)}
    return [by_id[one] for one in wanted if one in by_id]


def record(tx: Connection, visit_id: int, status: str, *, by: int, now: datetime) -> None:
    """How a visit ended: done, moved or refused."""
    tx.execute(update(visit).where(visit.c.id == visit_id).values(status=status, visited_at=now, visited_by=by))


def missed(tx: Connection, visit_id: int, *, by: int, again: datetime, now: datetime) -> None:
    """Nobody was home; it is on the list again from `again` on."""
    values = {"missed": visit.c.missed + 1, "visited_at": now, "visited_by": by, "due_at": again}
    tx.execute(update(visit).where(visit.c.id == visit_id).values(values))


def moved_to(tx: Connection, person_id: int, *, community_id: int | None, cell_id: int | None) -> None:
    """She is in another cell now: her open visits go with her."""
    statement = update(visit).where(visit.c.person_id == person_id, visit.c.status == "open")
    tx.execute(statement.values(community_id=community_id, cell_id=cell_id))


def add(tx: Connection, *, name: str | None, phone: str | None, building: str | None, place: Scope, now: datetime) -> int:
    """A person whom a worker met at the door, without any address; her row id."""
    values = {"key": persons.new_key(), "language": "zh", "notices": True, "created_at": now}
    where = {"community_id": place.community_id, "cell_id": place.cell_id}
    person_id = int(tx.execute(insert(person).values(**values, **where, quiet="").returning(person.c.id)).scalar_one())
    persons.change(tx, person_id, name=name, phone=phone, building=building)
    return person_id


def visit_of(tx: Connection, person_id: int, *, standing: str, by: int, now: datetime) -> int:
    """Her open visit, else a new one in the newest campaign of her place; where none runs, in one named `standing`."""
    known = persons.get(tx, person_id)
    here = or_(campaign.c.community_id.is_(None), campaign.c.community_id == known.community_id)
    surveys = select(campaign.c.id).where(campaign.c.status.in_(RUNNING), here).order_by(campaign.c.id.desc())
    hers = select(visit.c.id).where(visit.c.person_id == person_id, visit.c.campaign_id.in_(surveys))
    if (visit_id := tx.execute(hers.order_by(visit.c.status != "open", visit.c.id.desc()).limit(1)).scalar()) is not None:
        tx.execute(update(visit).where(visit.c.id == visit_id, visit.c.status != "open").values(status="open", due_at=now))
        return int(visit_id)
    campaign_id = tx.execute(surveys.limit(1)).scalar()
    if campaign_id is None:
        campaign_id = start(tx, name=standing, community_id=known.community_id, before=None, by=by, now=now)
        tx.execute(update(campaign).where(campaign.c.id == campaign_id).values(status="open"))
    values = {"campaign_id": campaign_id, "person_id": person_id, "status": "open", "missed": 0, "due_at": now}
    place = {"community_id": known.community_id, "cell_id": known.cell_id}
    return int(tx.execute(insert(visit).values(**values, **place).returning(visit.c.id)).scalar_one())


_CELLS = select(*columns(cell, Place, community=community.c.name)).join(community, community.c.id == cell.c.community_id)


def cells(tx: Connection, where: Iterable[Scope]) -> list[Place]:
    """Grid cells within these scopes."""
    there = within(where, community=cell.c.community_id, cell=cell.c.id)
    return every(tx, _CELLS.where(there).order_by(community.c.code, cell.c.code), Place)


def place(tx: Connection, cell_id: int) -> Place | None:
    """One grid cell."""
    return first(tx, _CELLS.where(cell.c.id == bindparam("cell")), Place, {"cell": cell_id})


def alike(tx: Connection, *, phone: str | None, name: str | None, besides: int | None = None) -> list[Woman]:
    """Persons with this phone digest, or this digest of name and birth year."""
    same = [column == value for column, value in ((person.c.phone_digest, phone), (person.c.name_digest, name)) if value]
    if not same:
        return []
    statement = _WOMEN.where(or_(*same), person.c.merged_into.is_(None))
    if besides is not None:
        statement = statement.where(person.c.id != besides)
    return every(tx, statement.order_by(person.c.id).limit(20), Woman)


def told(tx: Connection, person_id: int, form: str, *, version: int) -> bool:
    """Whether she answered this version of a form, herself or at her door."""
    mine = (answer.c.person_id == person_id, answer.c.form == form, answer.c.version == version)
    return tx.execute(select(answer.c.id).where(*mine).limit(1)).first() is not None


def woman(tx: Connection, person_id: int) -> Woman | None:
    """A person with her birth year; None where there is none, or where she was merged into another."""
    return first(tx, _WOMEN.where(person.c.id == person_id, person.c.merged_into.is_(None)), Woman)


def logged(tx: Connection, *, actor_id: int, action: str, person_id: int, since: datetime) -> bool:
    """Whether this was done with her data since then, by this one of the staff."""
    about = (
        access_log.c.subject_kind == "person",
        access_log.c.subject_id == person_id,
        access_log.c.actor_id == actor_id,
        access_log.c.action == action,
    )
    return tx.execute(select(access_log.c.id).where(*about, access_log.c.at >= since).limit(1)).first() is not None


def forget_undecided(tx: Connection, *, now: datetime) -> None:
    """What was said of somebody at a door, and nobody decided who she is: gone when its time is over."""
    over = (conversation.c.form == "door", conversation.c.status == "done", conversation.c.remind_at <= now)
    tx.execute(update(conversation).where(*over).values(state={}, remind_at=None))
