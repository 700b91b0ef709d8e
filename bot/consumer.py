"""One consumer takes all messages that wait, round robin by sender, runs each in its own savepoint, and commits them together; then it tells each channel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.emergency import Emergency
from channels import NotStored
from domain.messages import Inbound, Outbound, Receipt
from storage.database import Store, locked, unable

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Receive = Callable[[Connection, Inbound, datetime], Receipt]
# What has to be done for all messages of a transaction before the first of them.
Prepare = Callable[[Connection, Sequence[Inbound]], None]
# A commit is shared by what waits, but a transaction must not keep everybody else from writing for long.
MOST_AT_ONCE = 200
# Seconds: nobody waits longer for company.
LONGEST_BREATH = 0.01
# Seconds that people's messages wait for a store that does not answer, before they are kept beside it: a danger is answered within one.
PATIENCE = 0.5
# Seconds for which everything else waits for another process that writes, and between two looks.
LONGEST_WAIT, LOOK = 15.0, 0.02
# Seconds between two looks whether the store is back.
BACK = 0.5
# Seconds of work after which a transaction commits what it has and leaves the rest to the next one: other people's messages come between.
LONGEST_WORK = 0.1


class Slow(Exception):  # noqa: N818 - it may yet end well
    """The store has not answered in time; `running` goes on, and nobody knows how it ends."""

    def __init__(self, running: asyncio.Future[Any]) -> None:
        super().__init__("the store does not answer")
        self.running = running


class Transactions:
    """Runs work in a write transaction: on SQLite where the loop runs (fast, no hand-over), else in one worker thread."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rest_until = 0.0

    async def run(self, work: Callable[[Connection], Result], *, patience: float = LONGEST_WAIT) -> Result:
        """Commit what `work` does and return what it returns. `patience`: seconds to wait for another process that writes (SQLite)."""
        if self.store.remote:
            return await asyncio.to_thread(self._run, work)
        until = time.monotonic() + patience
        while True:
            try:
                return self._run(work)
            except OperationalError as error:
                # The loop goes on meanwhile: nobody's page stands still because of a backup.
                if not locked(error) or time.monotonic() >= until:
                    raise
            await asyncio.sleep(LOOK)

    async def run_soon(self, work: Callable[[Connection], Result], *, patience: float) -> Result:
        """The same, but a store that hangs is not waited for longer than `PATIENCE`. Raises Slow where it is not known how it ends."""
        if not self.store.remote:
            return await self.run(work, patience=patience)
        running = asyncio.ensure_future(self.run(work))
        await asyncio.wait({running}, timeout=PATIENCE)
        if not running.done():
            running.add_done_callback(_end_known)
            raise Slow(running)
        return running.result()

    async def breathe(self) -> None:
        """Wait as long as the last transaction took, so that under load what comes in meanwhile shares the next commit."""
        await asyncio.sleep(max(0.0, self._rest_until - time.monotonic()))

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        began = time.monotonic()
        try:
            with self.store.begin(patient=self.store.remote) as tx:
                return work(tx)
        finally:
            ended = time.monotonic()
            self._rest_until = ended + min(ended - began, LONGEST_BREATH)


def _end_known(running: asyncio.Future[Any]) -> None:
    """Whoever waited for it has gone: an error of it is told here."""
    if not running.cancelled() and (error := running.exception()) is not None:
        log.warning("a transaction that took too long failed: %s", type(error).__name__)


Waiting = tuple[Inbound, "asyncio.Future[Receipt]"]


class FairLine:
    """What waits, taken round robin by sender: who says much waits for herself. One sender's messages keep their order."""

    def __init__(self) -> None:
        self._of: OrderedDict[tuple[str, str], deque[Waiting]] = OrderedDict()
        self._arrived = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._of)

    def put(self, one: Waiting) -> None:
        """Behind what the same sender said before."""
        self._of.setdefault((one[0].channel, one[0].sender), deque()).append(one)
        self._arrived.set()

    def put_back(self, some: Sequence[Waiting]) -> None:
        """What was taken in this order and not done stands before all others again."""
        for one in reversed(some):
            sender = (one[0].channel, one[0].sender)
            self._of.setdefault(sender, deque()).appendleft(one)
            self._of.move_to_end(sender, last=False)
        self._arrived.set()

    def take(self) -> Waiting:
        """The first of the sender whose turn it is. Raises KeyError where nothing waits."""
        sender, line = self._of.popitem(last=False)
        one = line.popleft()
        if line:
            self._of[sender] = line
        return one

    async def until_some(self) -> None:
        """Return when something waits."""
        while not self._of:
            self._arrived.clear()
            await self._arrived.wait()


class Consumer:
    """The only way in. `submit` enqueues at once and resolves when the message's effects are committed."""

    def __init__(
        self,
        transactions: Transactions,
        receive: Receive,
        *,
        now: Callable[[], datetime],
        committed: Callable[[], None],
        prepare: Prepare = lambda tx, inbounds: None,
        emergency: Emergency | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transactions = transactions
        self._receive = receive
        self._prepare = prepare
        self._emergency = emergency
        # A transaction of which nobody knows whether it will end.
        self._slow: asyncio.Future[Any] | None = None
        self._failing = False
        # How many of the kept messages, from the first on, are dealt with; and whether the slow transaction takes in more of them.
        self._taken = 0
        self._taking = False
        # Those that fail alone, whatever the store does: they stay on disk, for the next process to try.
        self._left: list[Inbound] = []
        self._now = now
        self._committed = committed
        self._clock = clock
        self._waiting = FairLine()
        self.processed = 0

    def submit(self, inbound: Inbound) -> Awaitable[Receipt]:
        """Hand a message in. Awaiting raises NotStored where it was not committed."""
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.put((inbound, done))
        return done

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is finished by its transaction or not at all."""
        try:
            while True:
                await self._batch(await self._next())
        finally:
            while self._waiting:
                _refuse([self._waiting.take()])

    async def _next(self) -> list[Waiting]:
        """What waits; nothing where it is time to look whether the store is back."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BACK if self._something_kept() else None):
                await self._waiting.until_some()
        await self._transactions.breathe()
        batch: list[Waiting] = []
        while self._waiting and len(batch) < MOST_AT_ONCE:
            batch.append(self._waiting.take())
        return batch

    def _kept(self) -> list[Inbound]:
        """What is kept beside the store and not dealt with."""
        return self._emergency.messages[self._taken :] if self._emergency is not None else []

    def _something_kept(self) -> bool:
        """Whether the file holds more than what has to stay there."""
        return self._emergency is not None and len(self._emergency.messages) > len(self._left)

    async def _batch(self, batch: list[Waiting]) -> None:
        """What is kept beside the store goes before what came later."""
        if not self._settled():
            await self._keep(batch)
            return
        try:
            await self._take_in()
            receipts = await self._commit([inbound for inbound, _ in batch]) if batch else []
        except Exception as error:
            if self._store_fails(error):
                await self._keep(batch)
            elif len(batch) > 1:
                await self._one_by_one(batch)
            else:
                log.exception("a message was not committed; its channel will bring it again")
                _refuse(batch)
            return
        except BaseException:
            _refuse(batch)
            raise
        self._failing = False
        self.processed += len(receipts)
        self._waiting.put_back(batch[len(receipts) :])
        for (_, done), receipt in zip(batch, receipts, strict=False):
            if not done.done():
                done.set_result(receipt)
        self._committed()

    async def _commit(self, inbounds: Sequence[Inbound]) -> list[Receipt]:
        """The receipts of messages from the first on, until the time for one transaction is used up."""
        now = self._now()

        def work(tx: Connection) -> list[Receipt]:
            self._prepare(tx, inbounds)
            return list(self._received(tx, inbounds, now))

        # A store that is known to fail is asked, and not waited for.
        return await self._transactions.run_soon(work, patience=0 if self._failing else PATIENCE)

    def _settled(self) -> bool:
        """Whether it is known how the last transaction ended; what a slow one took in after all is counted."""
        slow, taking = self._slow, self._taking
        if slow is not None and not slow.done():
            return False
        self._slow, self._taking = None, False
        if taking and slow is not None and slow.exception() is None:
            self._taken += len(slow.result())
        return True

    async def _take_in(self) -> None:
        """Into the store, in order, what came while it was down; what it has already is a repeat there."""
        if self._emergency is None or not self._something_kept():
            return
        most = MOST_AT_ONCE
        while kept := self._kept():
            try:
                self._taken += len(await self._commit(kept[:most]))
            except Exception as error:
                if isinstance(error, Slow) or unable(error):
                    self._taking = isinstance(error, Slow)
                    raise
                if most == 1:
                    log.exception("a message that was kept beside the store cannot be taken in; it stays there")
                    self._left.append(kept[0])
                    self._taken += 1
                most = 1
            else:
                self._committed()
        log.warning("all that was kept beside the store was taken in, but for %d", len(self._left))
        await self._emergency.taken_in(self._taken, self._left)
        if len(self._emergency.messages) < self._taken:
            self._taken = len(self._left)

    def _store_fails(self, error: Exception) -> bool:
        if isinstance(error, Slow):
            self._slow = error.running
        if not (isinstance(error, Slow) or unable(error)):
            return False
        if not self._failing:
            log.exception("the store takes nothing; what people say is kept beside it")
        self._failing = True
        return True

    async def _keep(self, batch: list[Waiting]) -> None:
        """The store cannot take them: they are kept beside it and their senders have an answer, or they have to come again."""
        if self._emergency is None:
            _refuse(batch)
            return
        kept = await self._emergency.take([inbound for inbound, _ in batch]) if batch else []
        for waiting, outcome in zip(batch, kept, strict=True):
            if isinstance(outcome, NotStored):
                _refuse([waiting], outcome.answers)
            elif not waiting[1].done():
                waiting[1].set_result(outcome)

    def _received(self, tx: Connection, inbounds: Sequence[Inbound], now: datetime) -> Iterator[Receipt]:
        began = self._clock()
        for inbound in inbounds:
            yield self._receive(tx, inbound, now)
            if self._clock() - began > LONGEST_WORK:
                return

    async def _one_by_one(self, batch: list[Waiting]) -> None:
        """One of them breaks the transaction: it holds up nobody but what the same person said after it."""
        broken: set[tuple[str, str]] = set()
        for inbound, done in batch:
            if (inbound.channel, inbound.sender) in broken:
                _refuse([(inbound, done)])
                continue
            await self._batch([(inbound, done)])
            if done.cancelled() or done.exception() is not None:
                broken.add((inbound.channel, inbound.sender))


def _refuse(batch: list[Waiting], answers: tuple[Outbound, ...] = ()) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(NotStored(answers))
            # Whoever handed it in may be gone already; then nobody needs to be told.
            with contextlib.suppress(NotStored):
                done.exception()
