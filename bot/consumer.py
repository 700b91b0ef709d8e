"""One consumer takes all messages that wait, round robin by person, runs each in its own savepoint, and commits them together; then it tells each channel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.emergency import Emergency
from bot.line import FairLine, Waiting
from bot.transactions import PATIENCE, Slow, Transactions
from channels import NotStored
from domain.messages import Inbound, Outbound, Receipt
from storage.database import unable

log = logging.getLogger(__name__)
Receive = Callable[[Connection, Inbound, datetime], Receipt]
# What has to be done for all messages of a transaction before the first of them.
Prepare = Callable[[Connection, Sequence[Inbound]], None]
# A commit is shared by what waits, but a transaction must not keep everybody else from writing for long.
MOST_AT_ONCE = 200
# Seconds between two looks whether the store is back.
BACK = 0.5
# Seconds of work after which a transaction commits what it has and leaves the rest to the next one: other people's messages come between.
LONGEST_WORK = 0.1


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
            await self._take_in(batch)
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
        for (inbound, done), receipt in zip(batch, receipts, strict=False):
            if receipt.person_id is not None:
                self._waiting.belongs((inbound.channel, inbound.sender), receipt.person_id)
            if not done.done():
                done.set_result(receipt)
        self._waiting.put_back(batch[len(receipts) :])
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

    async def _take_in(self, batch: list[Waiting]) -> None:
        """Into the store, in order, what came while it was down; what it has already is a repeat there.

        Where that takes more than one transaction, nobody waits for all of it: `batch` and who writes meanwhile are kept behind it, so
        that danger is answered at once.
        """
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
            if self._kept():
                await asyncio.sleep(0)  # for who writes just now
                while self._waiting:
                    batch.append(self._waiting.take())
                await self._keep(batch)
                batch.clear()
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
