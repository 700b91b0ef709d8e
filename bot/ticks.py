"""What the schedule runs, in steps that each commit, so that messages get in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.consumer import Transactions
from bot.schedule import Tick
from handlers import positions, ticks
from handlers.turn import Content
from storage import outbox, work
from storage.database import Store, lock

CHUNK = 500
Step = Callable[[Connection, Content, datetime], int]


def of(
    store: Store, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]
) -> dict[str, Tick]:
    """The ticks by the names that config.yaml gives their times for."""

    async def steps(step: Step) -> None:
        while await transactions.run(lambda tx: _alone(tx, step, content, now())):
            wake()
            await asyncio.sleep(0)

    async def announce() -> None:
        while await asyncio.to_thread(_unannounced, store, now()):
            await _announce(store, transactions, content, now())
            await steps(ticks.deliver_due)

    async def idle() -> None:
        """Nothing yet."""

    async def notices() -> None:
        # Rows of a process that is gone; our own are far younger than a lease.
        await transactions.run(lambda tx: outbox.recover(tx, now=now(), all_leases=False))
        await steps(ticks.deliver_due)

    return {
        "notices": notices,
        "announce": announce,
        "applications": idle,
        "classes": idle,
        "follow_up": idle,
        "broadcasts": idle,
        "reminders": partial(steps, ticks.remind),
        "upkeep": partial(steps, ticks.forget),
    }


def _alone(tx: Connection, step: Step, content: Content, now: datetime) -> int:
    """With several processes on one store, each step is one's alone."""
    lock(tx, "ticks")
    return step(tx, content, now)


def _unannounced(store: Store, now: datetime) -> bool:
    with store.read() as tx:
        return bool(work.unannounced(tx, now=now, limit=1))


def _enlist(tx: Connection, *, row: dict[str, Any], chunk: list[tuple[int, int, list[str]]], now: datetime) -> None:
    lock(tx, "ticks")
    positions.enlist(tx, row, chunk, now=now)


async def _announce(store: Store, transactions: Transactions, content: Content, now: datetime) -> None:
    """One post: its mothers are looked for in a thread, then enlisted in steps. After a crash it simply begins again."""

    def look() -> tuple[dict[str, Any], list[tuple[int, int, list[str]]]]:
        with store.read() as tx:
            row = work.unannounced(tx, now=now, limit=1)[0]
            return row, positions.audience(tx, content, row, now=now)

    row, people = await asyncio.to_thread(look)
    for start in range(0, max(len(people), 1), CHUNK):
        chunk = people[start : start + CHUNK]
        await transactions.run(partial(_enlist, row=row, chunk=chunk, now=now))
        await asyncio.sleep(0)
    await transactions.run(lambda tx: work.announced(tx, row["id"], now=now))
