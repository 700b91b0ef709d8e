"""A post is published while its firm is being suspended, by two processes at once: whoever comes second sees what the first did."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import select

from domain.access import CITY, Scope
from handlers.content import Content
from handlers.scene import Scene
from handlers.work import firms, publishing
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables.people import Person
from storage.tables.work import position
from storage.work import posts
from tests.support import towns
from tests.support.rows import put

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def draft(postgresql_store: Store, now: datetime) -> int:
    towns.small(postgresql_store)
    return towns.position(postgresql_store, now, pay_basis="hour", pay_min_fen=3000, status="draft", published_at=None)


def test_a_suspension_finds_what_is_published_in_the_same_moment(
    postgresql_store: Store, content: Content, now: datetime, draft: int
) -> None:
    store = postgresql_store
    with store.begin() as tx:
        here = persons.communities(tx)[0].id
        office = put(tx, Person, now, key="office", name="李", community_id=here)
        federation = put(tx, Person, now, key="fed", name="吴", community_id=here)
        roles.give(tx, office, "coordinator", Scope(here), now=now)
        roles.give(tx, federation, "federation", CITY, now=now)
        firm = posts.get(tx, draft).enterprise_id  # type: ignore[union-attr]
    withdrawn: list[int] = []

    def suspend() -> None:
        with store.begin() as tx:
            scene = Scene(tx=tx, content=content, now=now, person_id=federation)
            withdrawn.append(firms.suspend(scene, firm, "pay", "欠薪").posts)

    other = threading.Thread(target=suspend)
    with store.begin() as tx:
        done = publishing.publish(Scene(tx=tx, content=content, now=now, person_id=office), draft)
        assert isinstance(done, publishing.Published)
        other.start()
        with store.read() as looking:
            while other.is_alive() and not looking.exec_driver_sql(WAITING).scalar():
                looking.rollback()
    other.join()
    assert withdrawn == [1]
    with store.read() as tx:
        assert tx.execute(select(position.c.withdrawn_at).where(position.c.id == draft)).scalar() is not None
