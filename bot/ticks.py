"""What the schedule runs, in steps that each commit, so that messages get in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.consumer import Transactions
from bot.schedule import Tick
from handlers import positions, ticks
from handlers.turn import Content
from storage import outbox, work
from storage.database import Store

CHUNK = 500
Step = Callable[[Connection, Content, datetime], int]


def of(
    store: Store, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]
) -> dict[str, Tick]:
    """The ticks by the names that config.yaml gives their times for."""

    async def steps(step: Step) -> None:
        while await transactions.run(lambda tx: step(tx, content, now())):
            wake()
            await asyncio.sleep(0)

    async def announce() -> None:
        while await asyncio.to_thread(_unannounced, store, now()):
            await _announce(store, transactions, content, now())
            await steps(ticks.deliver_due)

    async def upkeep() -> None:
        again, _ = await transactions.run(lambda tx: outbox.recover(tx, now=now(), all_leases=False))
        if again:
            wake()

    return {"notices": partial(steps, ticks.deliver_due), "announce": announce, "reminders": partial(steps, ticks.remind), "upkeep": upkeep}


def _unannounced(store: Store, now: datetime) -> bool:
    with store.read() as tx:
        return bool(work.unannounced(tx, now=now, limit=1))


async def _announce(store: Store, transactions: Transactions, content: Content, now: datetime) -> None:
    """One post: its mothers are looked for in a thread, then enlisted in steps. After a crash it simply begins again."""

    def look() -> tuple[dict[str, object], list[tuple[int, int, list[str]]]]:
        with store.read() as tx:
            row = work.unannounced(tx, now=now, limit=1)[0]
            return row, positions.audience(tx, content, row, now=now)

    row, people = await asyncio.to_thread(look)
    for start in range(0, max(len(people), 1), CHUNK):
        chunk = people[start : start + CHUNK]
        await transactions.run(lambda tx, chunk=chunk: positions.enlist(tx, row, chunk, now=now))  # type: ignore[misc]
        await asyncio.sleep(0)
    await transactions.run(lambda tx: work.announced(tx, int(str(row["id"])), now=now))
