"""While the store takes nothing: danger is answered from memory, and what people say is kept on disk until the store is back."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from channels import NotStored
from domain.messages import Inbound, Outbound, Receipt
from handlers.content import Content
from handlers.routing import spoken
from handlers.safety import without_store
from storage.kept import Kept

log = logging.getLogger(__name__)
Result = TypeVar("Result")
# Seconds for the disk; then help is said all the same, and whoever sent the message has to send it again.
DISK = 0.3
# Events of which it is remembered that they were answered.
ANSWERED = 10_000


class Emergency:
    """`folder` is where messages are kept; it is opened with the bot, which then owns what a dead process left there."""

    def __init__(self, folder: Path, content: Content) -> None:
        self._folder = folder
        self._content = content
        self._kept: Kept | None = None
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()
        # A thread of its own: those that wait for the store must not hold it up.
        self._disk = ThreadPoolExecutor(1, "emergency")

    def open(self) -> None:
        """Have a file to keep messages in. Without one danger is answered still, and everything else has to come again."""
        try:
            self._kept = Kept(self._folder)
        except OSError:
            log.exception("messages cannot be kept in %s while the store is down", self._folder)

    def close(self) -> None:
        """Leave what is kept to the next process."""
        self._disk.shutdown(wait=False)
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @property
    def messages(self) -> list[Inbound]:
        """What waits for the store, in order."""
        return [] if self._kept is None else self._kept.messages

    async def taken_in(self, number: int, left: Sequence[Inbound]) -> None:
        """The first `number` of what waited are in the store, but for those `left`."""
        if self._kept is not None:
            await self._on_disk(partial(self._kept.clear, number, left))

    async def take(self, inbounds: Sequence[Inbound]) -> list[Receipt | NotStored]:
        """What becomes of messages that the store cannot take: each is kept, or has to come again; a danger is answered either way."""
        answers = [self._answers(inbound) for inbound in inbounds]
        kept = [False] * len(inbounds)
        if self._kept is not None:
            kept = await self._on_disk(partial(self._kept.add, inbounds)) or kept
        return [
            Receipt(inbox_id=None, answers=said) if stored else NotStored(self._once(inbound, said))
            for inbound, said, stored in zip(inbounds, answers, kept, strict=True)
        ]

    async def _on_disk(self, work: Callable[[], Result]) -> Result | None:
        """One after the other; None where it failed, or is not known to be done in time."""
        try:
            async with asyncio.timeout(DISK):
                return await asyncio.get_running_loop().run_in_executor(self._disk, work)
        except (OSError, TimeoutError) as error:
            log.error("what is kept beside the store could not be written: %s", error)
            return None

    def _answers(self, inbound: Inbound) -> tuple[Outbound, ...]:
        said = without_store(self._content, inbound, spoken(self._content, inbound))
        return () if said is None else (said,)

    def _once(self, inbound: Inbound, said: tuple[Outbound, ...]) -> tuple[Outbound, ...]:
        """What is not kept comes again and again: it is answered the first time."""
        event = inbound.channel, inbound.event_id
        if said and event in self._answered:
            return ()
        if said:
            self._answered[event] = None
        if len(self._answered) > ANSWERED:
            self._answered.popitem(last=False)
        return said
