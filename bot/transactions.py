"""Write transactions from the loop: on SQLite where it runs, across a network in a worker thread; who may not wait is told that the store is slow."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from storage.database import Store, locked

log = logging.getLogger(__name__)
Result = TypeVar("Result")
# Seconds: nobody waits longer for company.
LONGEST_BREATH = 0.01
# Seconds that people's messages wait for a store that does not answer, before they are kept beside it: a danger is answered within one.
PATIENCE = 0.5
# Seconds for which everything else waits for another process that writes, and between two looks.
LONGEST_WAIT, LOOK = 15.0, 0.02


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
