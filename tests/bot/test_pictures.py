"""The process gives out a stored picture by its key, and the page has what it takes to show one."""

from __future__ import annotations

from datetime import datetime

import httpx

from bot.app import Bot
from bot.config import Settings
from domain.staff.invitations import qr
from handlers.content import Content
from storage.broadcasts import pictures
from storage.database import Store

PNG = qr("https://example.org")


async def test_a_stored_picture_is_given_out_by_the_process(sqlite_store: Store, content: Content, now: datetime) -> None:
    bot = Bot(Settings(database=sqlite_store.url), sqlite_store, content)
    with sqlite_store.begin() as tx:
        key = pictures.put(tx, PNG, "image/png", now=now, by=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.asgi()), base_url="http://x") as client:
        found = await client.get(f"/picture/{key}")
        assert (found.status_code, found.content) == (200, PNG)
        assert (await client.get("/picture/" + "x" * 32)).status_code == 404
        page = await client.get("/")
        assert "/static/picture.js" in page.text and (await client.get("/static/picture.js")).status_code == 200
