"""A bot that may die and be started again on the same store, with platforms that repeat what was not acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine, create_engine, func, select

from bot import ticks
from bot.consumer import Consumer
from bot.sender import Sender
from bot.transactions import Transactions
from channels import NotStored, Sent
from domain.capabilities import TELEGRAM, WEB, Capabilities
from domain.errors import SendError
from domain.messages import Inbound, Outbound
from handlers import dispatch
from handlers.content import Content
from storage import sending
from storage.database import Store
from storage.tables import messages
from tests.support.fakes import FakeChannel
from tests.support.faults_store import Crash, Faults

# Real seconds without a change after which the world's clock goes on.
STUCK = 0.2
# At its own pace the matrix would take hours.
CHANNELS = (WEB, replace(TELEGRAM, rate=None, chat_interval=0.0))


@dataclass
class World:
    """What outlives the process: the store (a life opens its own connections), what the platforms took, and the time."""

    store: Store
    faults: Faults
    content: Content
    now: datetime
    taken: list[tuple[str, str, int]] = field(default_factory=list)
    # Of the last play: all operations, those of its longest part, and how many failed.
    operations: int = 0
    longest: int = 0
    failed: int = 0
    # A look from outside, which is no operation of the bot.
    outside: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.outside = create_engine(self.store.url)


class Platform(FakeChannel):
    """Takes messages; a fault comes before it takes one, or after, so that the bot cannot know."""

    faults: Faults
    taken: list[tuple[str, str, int]]

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        if self.faults.reaches("before send"):
            raise SendError("retry", "502")
        await asyncio.sleep(0)
        self.taken.append((address, outbound.text, row_id))
        if self.faults.reaches("after send"):
            raise SendError("retry", "timeout")
        return Sent(f"m{row_id}")


class Life:
    """One life of the process: what `Bot` makes of one store, without web server and clock."""

    def __init__(self, world: World) -> None:
        # A new process remembers nothing of what the last one had looked at.
        world.store.forget()
        self.world = world
        self.faults = world.faults
        self.store = world.store
        self.transactions = Transactions(self.store)
        self.senders = [Sender(self._platform(capabilities), self.transactions, now=self._now) for capabilities in CHANNELS]
        receive = partial(dispatch.receive, content=world.content)
        self.consumer = Consumer(self.transactions, receive, now=self._now, committed=self.wake, prepare=dispatch.lock_senders)
        self.ticks = ticks.by_name(self.store, self.transactions, world.content, now=self._now, wake=self.wake)

    def _now(self) -> datetime:
        return self.world.now

    def _platform(self, capabilities: Capabilities) -> Platform:
        platform = Platform(capabilities)
        platform.faults, platform.taken = self.faults, self.world.taken
        return platform

    def wake(self) -> None:
        for sender in self.senders:
            sender.wake()

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Take up what the last life left, then work."""
        tasks: list[asyncio.Task[None]] = []
        try:
            await self.again(self._recover)
            tasks = [asyncio.create_task(self.consumer.run()), *(asyncio.create_task(sender.run()) for sender in self.senders)]
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.world.outside.dispose()

    async def _recover(self) -> None:
        if self.store.remote:
            # Another process might hold them: they are given up when their lease ends.
            self.world.now += sending.LEASE + timedelta(seconds=1)
        await self.transactions.run(lambda tx: sending.recover(tx, now=self.world.now, all_leases=not self.store.remote))

    async def again(self, work: Callable[[], Awaitable[object]]) -> None:
        """Until it works, as platforms and the schedule do. Raises Crash where the process is dead."""
        while True:
            try:
                await work()
                return
            except Exception as error:
                if self.faults.dead:
                    raise Crash from error

    async def receives(self, inbound: Inbound) -> None:
        """A platform delivers an event until it is acknowledged."""

        async def deliver() -> None:
            try:
                await self.consumer.submit(inbound)
            except NotStored:
                await asyncio.sleep(0)
                raise

        await self.again(deliver)

    async def settles(self) -> None:
        """Until nothing is on its way any more; what waits for a later time, or for the end of a lease, gets it."""
        before, changed = None, 0.0
        while open_rows := self._open_rows():
            if self.faults.dead:
                raise Crash
            clock = asyncio.get_running_loop().time()
            if open_rows != before:
                before, changed = open_rows, clock
            elif clock > changed + STUCK or all(status == "waiting" and due > self.world.now for status, due in open_rows):
                self.world.now = max(due for _, due in open_rows) + timedelta(seconds=1)
                await self.again(self.ticks["notices"])
                self.wake()
            # Not 0: on PostgreSQL the work runs in threads, which need the interpreter.
            await asyncio.sleep(0.001)
        if self.faults.dead:
            raise Crash

    def _open_rows(self) -> list[tuple[str, datetime]]:
        with self.world.outside.connect() as connection:
            moment = func.coalesce(messages.outbox.c.lease_until, messages.outbox.c.due_at, type_=messages.outbox.c.due_at.type)
            statement = select(messages.outbox.c.status, moment).where(messages.outbox.c.status.in_(("waiting", "sending")))
            return [(status, due) for status, due in connection.execute(statement)]
