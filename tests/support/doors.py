"""A community with grid cells, a worker for one of them, and women whom an office registered on paper, for tests of the survey at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from domain.access import Scope
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.survey import campaigns
from storage.tables.columns import table
from storage.tables.people import Consent
from storage.tables.survey import visit
from storage.tables.work import Cell, Community
from tests.support.chat import Chat, Town


def cell(store: Store, code: str = "G1", *, community: str = "YT01") -> Scope:
    """A grid cell; its scope."""
    with store.begin() as tx:
        place = tx.execute(select(table(Community).c.id).where(table(Community).c.code == community)).scalar_one()
        row = tx.execute(insert(table(Cell)).values(community_id=place, code=code, name=f"{code}网格").returning(table(Cell).c.id))
        return Scope(place, row.scalar_one())


def woman(store: Store, where: Scope, now: datetime, name: str = "王芳", **values: Any) -> int:
    """A woman on an office's list: name, phone, birth year, building, and her consent on paper."""
    told = {"phone": None, "building": None, "birth_year": 1990, **values}
    with store.begin() as tx:
        person = campaigns.add(tx, name=name, phone=told["phone"], building=told["building"], place=where, now=now)
        persons.save_profile(tx, person, {"birth_year": told["birth_year"], "surveyed_at": now}, now=now)
        rows = [{"person_id": person, "purpose": purpose, "version": 1, "given_at": now} for purpose in ("profile", "jobs")]
        tx.execute(insert(table(Consent)), rows)
        return person


def worker(town: Town, where: Scope, name: str = "worker", role: str = "grid_worker") -> Chat:
    """Somebody of the staff with this scope."""
    chat = town.person(name).says("/menu")
    with town.store.begin() as tx:
        found = persons.find(tx, chat.channel.channel, name)
        assert found is not None
        roles.give(tx, found.person_id, role, where, now=town.now)
    return chat


def campaign(town: Town, *, community: int | None = None, name: str = "十一月入户") -> int:
    """A campaign that has begun, with all its visits."""
    return campaign_of(town.store, town.now, community=community, name=name)


def campaign_of(store: Store, now: datetime, *, community: int | None = None, name: str = "十一月入户") -> int:
    """The same, without anybody who talks."""
    with store.begin() as tx:
        row = campaigns.start(tx, name=name, community_id=community, before=None, by=None, now=now)
        while campaigns.assign(tx, row, now=now):
            pass
        return row


def visit_of(store: Store, person_id: int) -> dict[str, Any]:
    """Her visit as it is stored."""
    with store.read() as tx:
        return tx.execute(select(visit).where(visit.c.person_id == person_id)).one()._asdict()
