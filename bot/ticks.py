"""What the schedule runs, in steps that each commit, so that messages get in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.consumer import Transactions
from bot.schedule import Tick
from handlers import (
    audience,
    broadcast_run,
    broadcasts,
    class_clock,
    follow_ups,
    handovers,
    offers,
    placements,
    surveys,
    tasks,
    ticks,
    wages,
)
from handlers.turn import Content
from storage import broadcasts as stored_broadcasts
from storage import classes as taught
from storage import offers as stored
from storage import outbox, pictures
from storage.database import Store, lock

CHUNK = 500
# Between two steps of a broadcast (seconds).
GAP = 0.003
# Posts that are planned together, if so many are due at once.
TOGETHER = 4_000
Step = Callable[[Connection, Content, datetime], int]
Result = TypeVar("Result")


def of(
    store: Store, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]
) -> dict[str, Tick]:
    """The ticks by the names that config.yaml gives their times for."""

    async def steps(step: Step) -> None:
        while await transactions.run(lambda tx: _alone(tx, step, content, now())):
            wake()
            await asyncio.sleep(0)

    async def announce() -> None:
        await _announce(store, transactions, content, now())
        await steps(ticks.deliver_due)

    async def follow_up() -> None:
        for step in (follow_ups.ask, wages.overdue, tasks.settle):
            await steps(step)

    async def reminders() -> None:
        await steps(ticks.remind)
        await steps(handovers.remind)

    async def upkeep() -> None:
        await steps(ticks.forget)
        await transactions.run(lambda tx: pictures.forget(tx, before=now() - content.rules.keep_messages))
        await _list_nothing(store, transactions, content, now())

    async def notices() -> None:
        # Rows of a process that is gone; our own are far younger than a lease.
        await transactions.run(lambda tx: outbox.recover(tx, now=now(), all_leases=False))
        await steps(ticks.deliver_due)

    return {
        "notices": notices,
        "announce": announce,
        "applications": partial(steps, placements.tick),
        "classes": partial(_training, store, transactions, content, now=now, steps=steps),
        "follow_up": follow_up,
        "broadcasts": partial(_broadcasts, transactions, content, now=now, wake=wake),
        "surveys": partial(steps, surveys.choose),
        "reminders": reminders,
        "upkeep": upkeep,
    }


def _uncounted(store: Store) -> dict[str, Any] | None:
    with store.read() as tx:
        return stored_broadcasts.uncounted(tx)


def _count(store: Store, notice: dict[str, Any], now: datetime) -> dict[str, int]:
    with store.read() as tx:
        return stored_broadcasts.count(tx, notice, now=now)


async def _broadcasts(transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
    while (notice := await asyncio.to_thread(_uncounted, transactions.store)) is not None:
        found = await asyncio.to_thread(_count, transactions.store, notice, now())
        await transactions.run(partial(broadcasts.counted, content=content, notice=notice, found=found, now=now()))
        wake()
    while await transactions.run(lambda tx: _alone(tx, broadcast_run.step, content, now())):
        wake()
        # Its steps are long ones: whoever wrote meanwhile comes first.
        await asyncio.sleep(GAP)


def _alone(tx: Connection, step: Step, content: Content, now: datetime) -> int:
    """With several processes on one store, each step is one's alone."""
    lock(tx, "ticks")
    return step(tx, content, now)


async def _announce(store: Store, transactions: Transactions, content: Content, now: datetime) -> None:
    """Changed mothers wake the posts that waited for them; then every post whose wave is due, each in one transaction. After a crash the
    rest is simply still due."""
    if (found := await asyncio.to_thread(_read, store, partial(audience.changes, content=content, now=now))) is not None:
        await transactions.run(partial(audience.considered, found=found, now=now))
        await asyncio.to_thread(_read, store, partial(audience.taken_in, found=found))
    while rows := await asyncio.to_thread(_read, store, partial(stored.due, now=now, limit=TOGETHER)):
        planned = await asyncio.to_thread(_read, store, partial(audience.planned, content=content, rows=rows, now=now))
        for row in rows:
            first = planned.get(row["code"], ())
            line = await asyncio.to_thread(_read, store, partial(audience.line, content=content, row=row, planned=first, now=now))
            told = await transactions.run(partial(_wave, content=content, position_id=row["id"], line=line, now=now))
            audience.offered(told, now=now)
            await asyncio.sleep(0)


def _read(store: Store, look: Callable[[Connection], Result]) -> Result:
    with store.read() as tx:
        return look(tx)


def _wave(tx: Connection, *, content: Content, position_id: int, line: audience.Line, now: datetime) -> list[int]:
    lock(tx, "ticks")
    return offers.wave(tx, content, position_id, line, now=now)


async def _list_nothing(store: Store, transactions: Transactions, content: Content, now: datetime) -> None:
    """Once a day all mothers are looked through in a thread; those who asked for work in vain are listed in steps."""

    def look() -> list[int]:
        with store.read() as tx:
            return tasks.in_vain(tx, content, now)

    people = await asyncio.to_thread(look)
    for start in range(0, len(people), CHUNK):
        step = partial(tasks.list_in_vain, among=people[start : start + CHUNK])
        await transactions.run(partial(_alone, step=step, content=content, now=now))
        await asyncio.sleep(0)


async def _training(
    store: Store, transactions: Transactions, content: Content, *, now: Callable[[], datetime], steps: Callable[[Step], Awaitable[None]]
) -> None:
    """New classes find their mothers; then what follows from changes and the clock."""
    while await asyncio.to_thread(_new_class, store):
        await _announce_class(store, transactions, content, now())
    for step in (class_clock.tidy, class_clock.remind, ticks.deliver_due):
        await steps(step)


def _new_class(store: Store) -> bool:
    with store.read() as tx:
        return bool(taught.unannounced(tx))


async def _announce_class(store: Store, transactions: Transactions, content: Content, now: datetime) -> None:
    """One new class: whom it is for is looked for in a thread, then enlisted in steps. After a crash it simply begins again."""

    def look() -> tuple[int, list[int]]:
        with store.read() as tx:
            row = taught.unannounced(tx)[0]
            return row["id"], class_clock.audience(tx, row, now=now)

    def enlist(tx: Connection, content: Content, now: datetime, *, people: list[int]) -> int:
        class_clock.enlist(tx, content, class_id, people, now=now)
        return len(people)

    class_id, found = await asyncio.to_thread(look)
    for start in range(0, len(found), CHUNK):
        step = partial(enlist, people=found[start : start + CHUNK])
        await transactions.run(partial(_alone, step=step, content=content, now=now))
        await asyncio.sleep(0)
    await transactions.run(lambda tx: taught.change(tx, class_id, announced_at=now))
