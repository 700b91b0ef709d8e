"""A channel that does what a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.routing import BaseRoute

from channels import Sent, Submit
from domain.capabilities import WEB, Capabilities
from domain.errors import SendError
from domain.messages import Outbound


class FakeChannel:
    """Keeps what it was given to send; `fails` may raise for a message, `gate` holds sends back until it is set."""

    def __init__(self, capabilities: Capabilities = WEB, *, fails: Callable[[str, str], Exception | None] | None = None) -> None:
        self.name = capabilities.channel
        self.capabilities = capabilities
        self.fails = fails or (lambda address, text: None)
        self.sent: list[tuple[str, str, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.flying = 0
        self.began = 0
        self.changed = asyncio.Condition()
        self.moved: dict[str, str] = {}

    def routes(self, submit: Submit) -> list[BaseRoute]:
        return []

    async def receive(self, submit: Submit) -> None:
        return None

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        self.flying += 1
        self.began += 1
        await self._tell()
        try:
            await self.gate.wait()
            error = self.fails(address, outbound.text)
            if error is not None:
                raise error
            self.sent.append((address, outbound.text, row_id))
            return Sent(f"m{row_id}", self.moved.get(address, ""))
        finally:
            self.flying -= 1
            await self._tell()

    async def close(self) -> None:
        return None

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds; the test's own time limit ends it otherwise."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(condition), 20)


def throttled(after: float) -> SendError:
    return SendError("throttled", "429", after=after)
