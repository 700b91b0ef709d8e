"""Two stores in one process: what is remembered of one is not said of the other, and goes when the store is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from domain.capabilities import WEB
from handlers import choices
from handlers.content import Content
from handlers.turn import Turn
from handlers.work import candidates, fitting
from storage.database import Store, migrate
from storage.remembered import Remembered
from storage.tables.work import community
from tests.support import doors, towns


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    both = Store(f"sqlite:///{tmp_path}/one.db"), Store(f"sqlite:///{tmp_path}/two.db")
    for store in both:
        migrate(store)
    yield both
    for store in both:
        store.close()


def test_a_value_is_made_once_a_store_and_goes_with_it(stores: tuple[Store, Store]) -> None:
    made: list[Connection] = []
    one, two = stores

    def make(tx: Connection) -> int:
        made.append(tx)
        return len(made)

    seen = Remembered(make)

    def of(store: Store) -> int:
        with store.read() as tx:
            return seen.of(tx)

    assert [of(store) for store in (one, two, one, two)] == [1, 2, 1, 2]
    with one.begin() as tx:
        assert seen.of(tx) == 1
    one.forget()
    assert [of(store) for store in (one, two)] == [3, 2]


def _turn(tx: Connection, content: Content, now: datetime) -> Turn:
    return Turn(tx=tx, content=content, now=now, person_id=0, channel=WEB, address="w")


def test_the_communities_of_one_store_are_not_offered_in_the_other(stores: tuple[Store, Store], content: Content, now: datetime) -> None:
    for store in stores:
        towns.small(store)
    with stores[1].begin() as tx:
        tx.execute(update(community).values(name=community.c.name.concat("南")))

    def offered(store: Store, at: datetime) -> list[str]:
        with store.read() as tx:
            return [str(choice.label) for choice in choices.communities(_turn(tx, content, at))][:1]

    assert [offered(store, now) for store in stores] == [["海风1社区"], ["海风1社区南"]]
    with stores[0].begin() as tx:
        tx.execute(update(community).values(name="改名社区"))
    # Looked up again after a minute, each for itself.
    assert [offered(store, now) for store in stores] == [["海风1社区"], ["海风1社区南"]]
    later = now + timedelta(minutes=2)
    assert [offered(store, later) for store in stores] == [["改名社区"], ["海风1社区南"]]


def test_the_posts_of_one_store_are_not_offered_in_the_other(stores: tuple[Store, Store], now: datetime) -> None:
    one, two = stores
    for store in stores:
        towns.small(store)
    towns.position(one, now, "P1")
    towns.position(two, now, "P2")

    def open_posts(store: Store) -> list[bytes]:
        with store.read() as tx:
            keys: list[bytes] = fitting.open_posts(tx).rows["key"].tolist()
            return keys

    assert [open_posts(store) for store in (one, two, one)] == [[b"P1"], [b"P2"], [b"P1"]]
    with one.read() as tx:
        before = fitting.open_posts(tx)
        # Made anew only after a change, also where somebody looked at the other store meanwhile.
        open_posts(two)
        assert fitting.open_posts(tx) is before


def test_the_mothers_of_one_store_are_not_looked_at_in_the_other(stores: tuple[Store, Store], now: datetime) -> None:
    one, two = stores
    for store in stores:
        towns.small(store)
    her = doors.woman(one, doors.cell(one), now)
    with one.read() as tx, two.read() as other:
        assert [len(candidates.current(of)) for of in (tx, other, tx)] == [1, 0, 1]
        assert candidates.current(tx).rows["key"].tolist() == [str(her).encode()]
