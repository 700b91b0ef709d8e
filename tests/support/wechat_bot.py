"""The whole bot on a store, called as WeChat calls it, stopped or killed and started again at will."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from bot.app import Bot
from bot.config import Settings
from handlers.content import Content
from storage.database import Store
from tests.support import wechat
from tests.support.wechat import AES_KEY, APP_ID, TOKEN

ACCOUNT = {"enabled": True, "token": TOKEN, "app_id": APP_ID, "aes_key": AES_KEY}


def settings(database: str, **account: object) -> Settings:
    return Settings.model_validate({"database": database, "channels": {"wechat": {**ACCOUNT, **account}}})


class Line:
    """What one process of the bot answers to WeChat."""

    def __init__(self, bot: Bot, client: httpx.AsyncClient, now: Callable[[], datetime], *, plain: bool = False) -> None:
        self.bot = bot
        self.client = client
        self._now = now
        self._plain = plain

    async def post(self, call: wechat.Call) -> str:
        """The text of the answer; empty where there is none."""
        said = await self.answer(call)
        return str(wechat.answer(said)["Content"]) if said else ""

    async def answer(self, call: wechat.Call) -> str:
        """The whole of the answer, opened where it was closed; empty where there is none."""
        response = await self.client.post("/wechat", params=call[0], content=call[1])
        assert response.status_code == 200, response.status_code
        if response.text == "success":
            return ""
        return response.text if self._plain else wechat.opened(response.content)

    async def says(self, sender: str, text: str) -> str:
        return await self.post(self.call(wechat.message(sender, Content=text, at=self.at)))

    @property
    def at(self) -> int:
        return int(self._now().timestamp())

    def call(self, content: str, *, openid: str = "") -> wechat.Call:
        return (wechat.plain if self._plain else wechat.safe)(content, at=self.at, openid=openid)


@asynccontextmanager
async def life(
    store: Store, content: Content, now: Callable[[], datetime], *, killed: bool = False, **account: object
) -> AsyncIterator[Line]:
    """One life of the process; killed, nothing is marked at its end."""
    again = Store(store.url)
    bot_settings = settings(store.url, **account)
    bot = Bot(bot_settings, again, content, now=now)
    # Ticks are told by tests, not by the clock.
    bot.schedule.start = lambda only=(): None  # type: ignore[method-assign]
    bot.schedule.stop = lambda: None  # type: ignore[method-assign]
    # No timing decides in a test; the five seconds are measured in bench/.
    bot.channels[-1]._callback._patience = 60.0  # type: ignore[attr-defined]
    app = bot.asgi()
    await bot.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot") as client:
        yield Line(bot, client, now, plain=not bot_settings.channels.wechat.aes_key)
    if not killed:
        await bot.stop()
        return
    flying = [task for sender in bot.senders for task in sender._flying]
    for task in (*bot._tasks, *flying):
        task.cancel()
    await asyncio.gather(*flying, return_exceptions=True)
    if (pushes := bot.channels[-1]._pushes) is not None:  # type: ignore[attr-defined]
        await pushes.client.close()
    again.close()
