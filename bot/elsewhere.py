"""Pages that stand open here get what another process brought: a row is marked by whichever sender takes it, and shown wherever her page sits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.web import WebChannel
from domain.messages import Outbound
from storage import told
from storage.database import Store

log = logging.getLogger(__name__)
# Seconds between two looks.
EVERY = 0.25
# What was brought so lately is looked at again: a transaction may end late, and the clock of another host may be behind.
BEHIND = timedelta(seconds=10)


class Elsewhere:
    """Looks what was brought to pages; a page that comes back has its history, so nothing hangs on this but a second."""

    def __init__(self, store: Store, web: WebChannel, *, now: Callable[[], datetime]) -> None:
        self._store, self._web, self._now = store, web, now

    async def run(self) -> None:
        """Look until cancelled. A store that is away is asked again."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception as error:  # whatever the store says: the next look may be taken
                log.warning("what other processes brought could not be read: %s", type(error).__name__)

    async def look(self) -> None:
        """Show what the pages here do not have yet."""
        if not self._web.stands_open:
            return
        rows = await asyncio.to_thread(self._brought)
        wanted = {row: address for row, address in rows if self._web.waiting_pages(address, row)}
        if wanted:
            for row, outbound in await asyncio.to_thread(self._said, list(wanted)):
                self._web.show(wanted[row], outbound, row)

    def _brought(self) -> list[tuple[int, str]]:
        with self._store.read() as tx:
            return told.on_pages(tx, since=self._now() - BEHIND)

    def _said(self, rows: list[int]) -> list[tuple[int, Outbound]]:
        with self._store.read() as tx:
            return told.said(tx, rows)
