"""Telegram's menu of commands: the account's three columns, set at the start, each opened by its command."""

from __future__ import annotations

import asyncio
import json

import telegram
import telegram.constants

from bot import wechat_menu
from channels.telegram import TelegramChannel
from handlers.capabilities import CAPABILITIES
from tests.support.receiving import Store
from tests.support.telegram_server import TOKEN, TelegramServer


async def test_it_is_set_at_the_start_and_each_command_is_known() -> None:
    async with TelegramServer() as server:
        channel = TelegramChannel(TOKEN, api_base=server.url, menu=wechat_menu.commands())
        receiving = asyncio.create_task(channel.receive(Store().submit))
        await server.until(lambda: bool(server.calls("setMyCommands")))
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await channel.close()
        sent = server.calls("setMyCommands")[0].params["commands"]
    commands = [telegram.BotCommand.de_json(one) for one in (json.loads(sent) if isinstance(sent, str) else sent)]
    assert [one.description.partition("：")[0] for one in commands] == ["找活", "说事", "我的"]
    for one in commands:
        assert one.command in CAPABILITIES.commands
        assert telegram.constants.BotCommandLimit.MIN_COMMAND <= len(one.command) <= telegram.constants.BotCommandLimit.MAX_COMMAND
        assert len(one.description) <= telegram.constants.BotCommandLimit.MAX_DESCRIPTION


async def test_a_refused_menu_keeps_nobody_from_talking() -> None:
    async with TelegramServer() as server:
        server.fail(method="setMyCommands", status=400, description="Bad Request")
        channel = TelegramChannel(TOKEN, api_base=server.url, menu=(("jobs", "找活"),))
        receiving = asyncio.create_task(channel.receive(Store().submit))
        await server.until(lambda: bool(server.calls("setMyCommands")) and bool(server.calls("getUpdates")))
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await channel.close()
