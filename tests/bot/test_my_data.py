"""Her file through the whole process: the link of the chat, opened in a browser."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
from httpx import ASGITransport, AsyncClient

from bot.app import Bot
from bot.config import Settings
from handlers.content import Content
from storage.database import Store
from tests.handlers.people.test_my_data import link
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Town


async def test_the_link_of_the_chat_gives_her_file(store: Store, content: Content, now: datetime) -> None:
    towns.small(store)
    mother = registered(Town(store, content, now)).says("我的资料").taps("存成文件")
    path = link(mother).removeprefix(content.rules.public_url)
    app = Bot(Settings(), store, content, now=lambda: now).asgi()
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as browser:
        assert "保存文件" in (await browser.get(path)).text
        file = await browser.post(path)
        assert (await browser.post(path[:-3])).status_code == 410
    assert "基本资料" in openpyxl.load_workbook(io.BytesIO(file.content)).sheetnames
