"""What the schedule runs: the steps that the capabilities show, each in a transaction of its own, so that messages get in between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.schedule import Tick
from bot.transactions import Transactions
from handlers import ticks
from handlers.capability import Read, Step, Work
from handlers.content import Content
from storage import forgetting, leases, sending
from storage.database import Store, lock
from storage.replica import Source, behind

# Between two steps (seconds): whoever wrote meanwhile comes first.
GAP = 0.003
# The lease of who keeps the clock.
CLOCK = "schedule"
Found = TypeVar("Found")


class Elsewhere(Exception):  # noqa: N818 - nothing is wrong
    """Another process keeps the clock."""


def by_name(
    store: Store, transactions: Transactions, content: Content, *, now: Callable[[], datetime], wake: Callable[[], None], process: int = 0
) -> dict[str, Tick]:
    """The ticks by the names that config.yaml gives their times for; of several processes one does what they change."""
    clock = Clock(store, transactions, content, now=now, wake=wake, process=process)
    steps = [*content.capabilities.clock, *ticks.STEPS]
    steps_by_tick = {
        name: partial(clock.run, [step for step in steps if step.tick == name]) for name in {step.tick: None for step in steps}
    }
    return {
        **steps_by_tick,
        "notices": partial(clock.notices, steps_by_tick["notices"]),
        "erasing": partial(clock.erasing, steps_by_tick["erasing"]),
    }


class Clock:
    """Runs steps one after the other, and wakes the senders after each."""

    def __init__(
        self,
        store: Store,
        transactions: Transactions,
        content: Content,
        *,
        now: Callable[[], datetime],
        wake: Callable[[], None],
        process: int,
    ) -> None:
        self._store, self._transactions, self._content, self._now, self._wake = store, transactions, content, now, wake
        self._alone = partial(_alone, process)

    async def notices(self, steps: Tick) -> None:
        """Rows of a process that is gone first; our own are far younger than a lease."""
        await self._transactions.run(lambda tx: sending.recover(tx, now=self._now(), all_leases=False))
        await steps()

    async def erasing(self, steps: Tick) -> None:
        """What was taken out of the tables is taken out of the store's files as well."""
        if await self._transactions.run(lambda tx: forgetting.under_way(tx)):
            await steps()
            await asyncio.to_thread(self._store.scrub)

    async def run(self, steps: Iterable[Step]) -> None:
        """One tick."""
        with contextlib.suppress(Elsewhere):
            for step in steps:
                if step.work is not None:
                    await self._work(step.tick, step.work(self._content, self._now))
                if step.run is not None:
                    await self._repeat(step.tick, step.run)

    async def _repeat(self, name: str, run: Callable[[Connection, Content, datetime], int]) -> None:
        while await self._transactions.run(partial(self._alone, name, lambda tx: run(tx, self._content, self._now()))):
            self._wake()
            await asyncio.sleep(GAP)

    async def _work(self, name: str, work: Work) -> None:
        """Looks run in a thread on a connection that only reads, changes each in a transaction of their own."""
        answer = None
        while True:
            try:
                request = work.send(answer)
            except StopIteration:
                return
            if isinstance(request, Read):
                answer = await asyncio.to_thread(_read, self._store, request)
            else:
                answer = await self._transactions.run(partial(self._alone, name, request.change))
                self._wake()
                await asyncio.sleep(0)


def _read(store: Store, request: Read) -> Any:
    def look(source: Source) -> Any:
        with source.read() as tx:
            return request.look(tx)

    return behind(store, look) if request.behind else look(Source(store))


def _alone(process: int, name: str, change: Callable[[Connection], Found], tx: Connection) -> Found:
    """With several processes on one store, one keeps the clock, and each step of a tick is its alone; ticks of other names go on beside it.

    Raises Elsewhere where another has taken the clock over, so that a process that slept and wakes changes nothing.
    """
    if not leases.hold(tx, CLOCK, process):
        raise Elsewhere
    lock(tx, f"tick:{name}")
    return change(tx)
