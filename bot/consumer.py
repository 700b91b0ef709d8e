"""One consumer takes all messages that wait, round robin by sender, runs each in its own savepoint, and commits them together; then it tells each channel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from channels import NotStored
from domain.messages import Inbound, Receipt
from storage.database import Store, unable

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Receive = Callable[[Connection, Inbound, datetime], Receipt]
# What has to be done for all messages of a transaction before the first of them.
Prepare = Callable[[Connection, Sequence[Inbound]], None]
# What is done with a message that the store cannot take; None where whoever sent it must send it again.
Unstored = Callable[[Inbound], Receipt | None]
# A commit is shared by what waits, but a transaction must not keep everybody else from writing for long.
MOST_AT_ONCE = 200
# Seconds: nobody waits longer for company.
LONGEST_BREATH = 0.01
# Seconds of work after which a transaction commits what it has and leaves the rest to the next one: other people's messages come between.
LONGEST_WORK = 0.1


class Transactions:
    """Runs work in a write transaction: on SQLite where the loop runs (fast, no hand-over), else in one worker thread."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rest_until = 0.0

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Commit what `work` does and return what it returns."""
        if self.store.remote:
            return await asyncio.to_thread(self._run, work)
        return self._run(work)

    async def breathe(self) -> None:
        """Wait as long as the last transaction took, so that under load what comes in meanwhile shares the next commit."""
        await asyncio.sleep(max(0.0, self._rest_until - time.monotonic()))

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        began = time.monotonic()
        try:
            with self.store.begin() as tx:
                return work(tx)
        finally:
            ended = time.monotonic()
            self._rest_until = ended + min(ended - began, LONGEST_BREATH)


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
        unstored: Unstored = lambda inbound: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transactions = transactions
        self._receive = receive
        self._prepare = prepare
        self._unstored = unstored
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
        await self._waiting.until_some()
        await self._transactions.breathe()
        batch: list[Waiting] = []
        while self._waiting and len(batch) < MOST_AT_ONCE:
            batch.append(self._waiting.take())
        return batch

    async def _batch(self, batch: list[Waiting]) -> None:
        now = self._now()

        def work(tx: Connection) -> list[Receipt]:
            self._prepare(tx, [inbound for inbound, _ in batch])
            return list(self._received(tx, batch, now))

        try:
            receipts = await self._transactions.run(work)
        except Exception as error:
            if len(batch) > 1 and not unable(error):
                await self._one_by_one(batch)
                return
            log.exception("a batch of %d messages was not committed; the channels will bring them again", len(batch))
            _refuse([one for one in batch if not (unable(error) and self._kept(one))])
            return
        except BaseException:
            _refuse(batch)
            raise
        self.processed += len(receipts)
        self._waiting.put_back(batch[len(receipts) :])
        for (_, done), receipt in zip(batch, receipts, strict=False):
            if not done.done():
                done.set_result(receipt)
        self._committed()

    def _received(self, tx: Connection, batch: list[Waiting], now: datetime) -> Iterator[Receipt]:
        """The receipts of a batch from its beginning, until the time for one transaction is used up."""
        began = self._clock()
        for inbound, _ in batch:
            yield self._receive(tx, inbound, now)
            if self._clock() - began > LONGEST_WORK:
                return

    def _kept(self, waiting: Waiting) -> bool:
        """Whether a message that the store cannot take was kept beside it, and its sender has an answer."""
        inbound, done = waiting
        receipt = self._unstored(inbound)
        if receipt is not None and not done.done():
            done.set_result(receipt)
        return receipt is not None

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


def _refuse(batch: list[Waiting]) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(NotStored())
            # Whoever handed it in may be gone already; then nobody needs to be told.
            with contextlib.suppress(NotStored):
                done.exception()
