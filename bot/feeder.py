"""A tick that does not wait for its minute: it comes round right after something was committed, and every second while nothing is."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.schedule import Tick

log = logging.getLogger(__name__)
IDLE = 1.0
# Between two rounds (seconds), however much is committed.
REST = 0.05


class Feeder:
    """Keeps the outbox of a running broadcast filled just ahead of the senders."""

    def __init__(self, tick: Tick) -> None:
        self._tick = tick
        self._due = asyncio.Event()

    def wake(self) -> None:
        """Something was committed, or sent."""
        self._due.set()

    async def run(self) -> None:
        """Come round until cancelled."""
        while True:
            self._due.clear()
            try:
                await self._tick()
            except Exception:
                log.exception("the broadcasts' tick failed; it comes again")
                await asyncio.sleep(IDLE)
            await asyncio.sleep(REST)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE):
                    await self._due.wait()
