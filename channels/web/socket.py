"""One open page: what is pushed goes out in order, what arrives is read in order, and a page that lags holds up nobody."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from channels.web.frames import Answer

_WAITING_FRAMES = 200  # a page this far behind is let go; it finds everything in its history


class OpenPage:
    """An accepted socket of one address; `host` is where its browser is."""

    def __init__(self, websocket: WebSocket, address: str, language: str, host: str) -> None:
        self.address = address
        self.host = host
        self.language = language
        self._websocket = websocket
        self._outgoing: asyncio.Queue[Answer] = asyncio.Queue(_WAITING_FRAMES)
        self._held: list[Answer] | None = None
        # Rows that were pushed here; the page itself shows each but once, however often it comes.
        self.rows: deque[int] = deque(maxlen=_WAITING_FRAMES)
        self._tasks: list[asyncio.Future[None]] = []

    def hold(self) -> None:
        """What is pushed from now on waits until it is released."""
        self._held = []

    def release(self, first: Answer) -> None:
        """Send `first`, and then what was held."""
        held, self._held = self._held or [], None
        for frame in (first, *held):
            self.push(frame)

    def push(self, frame: Answer) -> None:
        """Send `frame` after those before it; never waits."""
        if self._held is not None:
            self._held.append(frame)
            return
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            self.let_go()

    def let_go(self) -> None:
        """Close this page's socket; the page connects again by itself."""
        for task in self._tasks:
            task.cancel()

    async def run(self, read: Callable[[OpenPage], Awaitable[None]]) -> None:
        """Read and write until either ends, then close. A failure of `read` is raised; a page that went away is none."""
        self._tasks = [asyncio.ensure_future(read(self)), asyncio.ensure_future(self._write())]
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.let_go()
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._websocket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect):
                await self._websocket.close(1011)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def frames(self) -> AsyncIterator[str]:
        """What the page sends, until it goes away or sends something that is not text."""
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect" or message.get("text") is None:
                return
            yield message["text"]

    async def _write(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await self._websocket.send_text(orjson.dumps(await self._outgoing.get()).decode())
