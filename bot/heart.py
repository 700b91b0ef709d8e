"""Says that this process lives, and takes up what processes that are gone were sending."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.transactions import Transactions
from storage import processes, sending

log = logging.getLogger(__name__)


class Heart:
    """One process from its start to its end; `process` is drawn anew for each. On SQLite there is no other: nothing has to be said."""

    def __init__(self, transactions: Transactions, *, now: Callable[[], datetime], wake: Callable[[], None], role: str = "all") -> None:
        self.process = secrets.randbits(62)
        self.role = role
        self._transactions = transactions
        self._remote = transactions.store.remote
        self._now = now
        self._wake = wake

    def begin(self, tx: Connection) -> tuple[int, int]:
        """Take up what a crash left. Returns (messages sent again, waiting for a human)."""
        if self._remote:
            return self._beat(tx)
        return sending.recover(tx, now=self._now(), all_leases=True, owner=self.process)

    async def run(self) -> None:
        """Beat until cancelled."""
        while self._remote:
            await asyncio.sleep(processes.BEAT)
            try:
                again, waiting = await self._transactions.run(self._beat)
            except Exception as error:  # whatever the store says: the next beat may be taken
                log.warning("no beat: %s", type(error).__name__)
                continue
            tell(again, waiting)
            if again:
                self._wake()

    async def end(self) -> None:
        """This process sends nothing any more."""
        if self._remote:
            try:
                await self._transactions.run(lambda tx: processes.end(tx, self.process))
            except Exception as error:  # the others notice by the beat
                log.warning("the end could not be written: %s", type(error).__name__)

    def _beat(self, tx: Connection) -> tuple[int, int]:
        processes.beat(tx, self.process, host=socket.gethostname(), pid=os.getpid(), role=self.role)
        return sending.recover(tx, now=self._now(), all_leases=False)


def tell(again: int, waiting: int) -> None:
    """What became of messages that a process was sending when it died, for the log."""
    if again or waiting:
        log.warning("after a crash: %d messages are sent again, %d wait for a human", again, waiting)
