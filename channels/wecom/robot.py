"""A robot in a group: broadcasts for grid workers, and alerts that somebody is needed, which say nothing of whom or what.

https://developer.work.weixin.qq.com/document/path/91770: 20 messages a minute; markdown to 4,096 bytes, `<@userid>` mentions. Its address is the
secret: it is never written to a log.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import aiohttp
import orjson
from starlette.routing import BaseRoute

from channels import Sent, Submit
from channels.wechat.errors import send_error
from domain.capabilities import WECOM_GROUP
from domain.cutting import cut, in_bytes
from domain.errors import SendError
from domain.messages import Outbound

A_MINUTE, SECONDS = 60.0, 10.0
MOST = 4000  # bytes, of 4,096
_BETWEEN = "\n\n"


class Merged:
    """Messages that came while the minute was full: they go as few as they fit into."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.done: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()


class Robot:
    """`clock` is a monotonic one (seconds), `pause` waits."""

    name = WECOM_GROUP.channel
    capabilities = WECOM_GROUP

    def __init__(self, url: str, *, clock: Callable[[], float], pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._url, self._clock, self._pause = url, clock, pause
        self._stamps: deque[float] = deque(maxlen=WECOM_GROUP.group_per_minute or 20)
        self._waiting: Merged | None = None
        self._working: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """A robot hears nothing."""
        return []

    async def receive(self, submit: Submit) -> None:
        """A robot hears nothing."""

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """At once while the minute has room; else together with whatever else waits for it."""
        if outbound.private:
            raise SendError("rejected", "private text is not carried into a group")
        for text in cut(outbound.text, in_bytes(MOST)):
            sent = await asyncio.shield(self._put(text))
        return sent

    def _put(self, text: str) -> asyncio.Future[Sent]:
        whole = _BETWEEN.join([*(self._waiting.texts if self._waiting else []), text])
        if self._waiting is None or len(whole.encode()) > MOST:
            self._waiting = Merged()
            self._working = asyncio.create_task(self._go(self._waiting))
        self._waiting.texts.append(text)
        return self._waiting.done

    async def _go(self, merged: Merged) -> None:
        while len(self._stamps) == self._stamps.maxlen and (left := self._stamps[0] + A_MINUTE - self._clock()) > 0:
            await self._pause(left)
        if self._waiting is merged:
            self._waiting = None
        self._stamps.append(self._clock())
        try:
            merged.done.set_result(await self._post(_BETWEEN.join(merged.texts)))
        except SendError as error:
            merged.done.set_exception(error)

    async def _post(self, text: str) -> Sent:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        body = orjson.dumps({"msgtype": "markdown", "markdown": {"content": text}})
        try:
            async with self._session.post(self._url, data=body, headers={"Content-Type": "application/json"}) as response:
                answer = orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError, orjson.JSONDecodeError) as error:
            raise SendError("retry", type(error).__name__) from None
        if answer.get("errcode"):
            raise send_error(int(answer["errcode"]))
        return Sent("group")

    async def close(self) -> None:
        """What waits for its minute is tried again by the outbox."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
