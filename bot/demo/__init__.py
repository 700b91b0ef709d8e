"""Fills an empty store with an invented town: communities, firms, posts, mothers and what they did so far, the same rows for the same seed."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Connection, insert, select

from bot.demo import activities, council, history, mediation, months, openings, running, town, workshops
from bot.demo import mothers as women
from storage.database import Store
from storage.tables.columns import table
from storage.tables.people import Person
from storage.tables.work import Community, Enterprise, Position, revision
from storage.work import posts

ENTERPRISES = 126
# By this name the store says that nobody in it is real.
MARK = "demo town"


def fill(store: Store, *, mothers: int = 5000, positions: int = 3200, seed: int = 1, now: datetime) -> None:
    """Write the whole town in one transaction. Nobody in it has an address. Raises ValueError where the store holds anything."""
    with store.begin() as tx:
        if not _empty(tx):
            raise ValueError("库里已经有数据了，演示数据只能放进空库。请换一个空的数据库，或者先备份再清空。")
        communities = town.communities(tx, Random(f"{seed} communities"))
        enterprises = town.enterprises(tx, Random(f"{seed} enterprises"), communities, count=ENTERPRISES, now=now)
        openings.positions(tx, Random(f"{seed} positions"), communities, enterprises, count=positions, now=now)
        women.mothers(tx, Random(f"{seed} mothers"), communities, count=mothers, now=now)
        history.history(tx, Random(f"{seed} history"), communities, now=now)
        council.council(tx, Random(f"{seed} council"), communities, now=now)
        running.running(tx, Random(f"{seed} running"), communities, [firm.id for firm in enterprises], now=now)
        mediation.mediation(tx, Random(f"{seed} mediation"), communities, now=now)
        months.months(tx, Random(f"{seed} months"), communities, now=now)
        activities.activities(tx, Random(f"{seed} activities"), communities, now=now)
        workshops.workshops(tx, Random(f"{seed} workshops"), communities, now=now)
        posts.changed(tx)
        tx.execute(insert(revision).values(name=MARK, stamp=1))


def filled(store: Store) -> bool:
    """Whether it was the demo that filled this store: only then may anybody be let in by links on a screen."""
    with store.read() as tx:
        return tx.execute(select(revision.c.name).where(revision.c.name == MARK)).first() is not None


def _empty(tx: Connection) -> bool:
    return all(tx.execute(select(table(model)).limit(1)).first() is None for model in (Community, Enterprise, Position, Person))
