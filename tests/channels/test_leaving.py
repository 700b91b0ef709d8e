"""退出这台手机 and 快退 over real HTTP before the real store: the session ends on the server, for every copy of its cookie."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from handlers.content import Content
from storage.database import Store
from storage.people import addresses
from tests.bot.test_app import running
from tests.support import towns

LEFT = 4403


async def frame(page: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (found := json.loads(await page.recv()))["type"] != kind:
            pass
    return dict(found)


class Browser:
    """A browser with one cookie, and what it sends to the page's socket."""

    def __init__(self, url: str, cookie: str) -> None:
        self.url, self.cookie = url, cookie

    def socket(self) -> connect:
        headers = {"Cookie": self.cookie}
        return connect(f"{self.url.replace('http', 'ws')}/chat?as=", origin=self.url, additional_headers=headers)  # type: ignore[arg-type]

    async def says(self, page: ClientConnection, event: str, **what: Any) -> None:
        await page.send(json.dumps({"event": event, **what}))
        await frame(page, "ack")


async def greeted(url: str) -> Browser:
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.get("/")
    return Browser(url, response.headers["set-cookie"].split(";")[0])


async def refused(browser: Browser) -> int:
    """With which code its socket is closed."""
    async with browser.socket() as page, asyncio.timeout(20):
        with pytest.raises(ConnectionClosed) as closed:
            await page.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("way", ["says so", "quick exit"])
async def test_a_copy_of_the_cookie_opens_nothing_once_she_left(store: Store, content: Content, now: datetime, way: str) -> None:
    towns.small(store)
    async with running(store, content, now) as (_, url):
        her = await greeted(url)
        async with her.socket() as first, her.socket() as second:
            for page in (first, second):
                await page.send(json.dumps({"type": "hello", "after": 0}))
                await frame(page, "history")
            await her.says(first, "event-0001", type="say", text="我想问问缝纫班")
            if way == "says so":
                await first.send(json.dumps({"type": "tap", "event": "event-0002", "choice": "exit:yes", "label": "退出", "ref": 0}))
            else:
                async with httpx.AsyncClient(base_url=url) as client:
                    gone = await client.post("/leave?as=", headers={"Cookie": her.cookie, "Origin": url})
                    assert gone.status_code == 204
            for page in (first, second):
                await frame(page, "left")
            # An open socket that goes on all the same hears nothing of hers.
            await second.send(json.dumps({"type": "hello", "after": 0}))
            assert (await frame(second, "history"))["items"] == []
        assert await refused(her) == LEFT
        async with httpx.AsyncClient(base_url=url) as client:
            stolen = {"Cookie": her.cookie, "Origin": url}
            assert (await client.post("/picture?as=", headers=stolen)).status_code == 403
            fresh = (await client.get("/", headers=stolen)).headers["set-cookie"].split(";")[0]
        assert fresh != her.cookie
        async with Browser(url, fresh).socket() as page:
            await page.send(json.dumps({"type": "hello", "after": 0}))
            assert (await frame(page, "history"))["items"] == []
    with store.read() as tx:
        assert addresses.ended(tx, "web", her.cookie.partition("=")[2].rsplit(".", 2)[0])
