import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram

from channels import NotStored
from channels.telegram import LONGEST_PAUSE, TelegramChannel
from channels.telegram_updates import ALLOWED_UPDATES
from domain.messages import Inbound, Outbound, Receipt
from tests.support import telegram_updates as raw
from tests.support.receiving import Pause, Store
from tests.support.telegram_faults import UNAUTHORIZED, throttled
from tests.support.telegram_server import TOKEN, TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def store() -> Store:
    return Store()


@pytest.fixture
async def pause() -> Pause:
    return Pause()


@contextlib.asynccontextmanager
async def polling(server: TelegramServer, store: Store, pause: Pause) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, api_base=server.url, pause=pause)
    receiving = asyncio.create_task(channel.receive(store.submit))
    try:
        yield channel
        assert not receiving.done()
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await channel.close()


@pytest.fixture
async def channel(server: TelegramServer, store: Store, pause: Pause) -> AsyncIterator[TelegramChannel]:
    async with polling(server, store, pause) as channel:
        yield channel


def confirmed(server: TelegramServer, offset: int) -> Any:
    return server.until(lambda: server.queue.offset == offset)


async def test_the_offset_moves_only_after_the_commit(channel: TelegramChannel, server: TelegramServer, store: Store) -> None:
    store.open.clear()
    await server.queue.add(raw.says(5, "一"), raw.says(6, "二"))
    await store.until_taken(2)
    assert (server.queue.offset, len(server.calls("getUpdates"))) == (0, 1)
    store.open.set()
    await confirmed(server, 3)
    assert store.texts() == ["一", "二"]


async def test_what_was_not_stored_comes_again(channel: TelegramChannel, server: TelegramServer, store: Store, pause: Pause) -> None:
    store.refused = 1
    await server.queue.add(raw.says(5, "一"), raw.says(6, "二"))
    assert await pause.begun() <= 1
    assert server.queue.offset == 0
    assert channel.trouble is not None
    pause.over()
    await confirmed(server, 3)
    assert [inbound.event_id for inbound in store.taken] == ["1", "2", "1", "2"]
    assert channel.trouble is None


async def test_a_person_s_messages_keep_their_order(channel: TelegramChannel, server: TelegramServer, store: Store) -> None:
    await server.queue.add(*(raw.says(5, str(number)) for number in range(250)))
    await confirmed(server, 251)
    assert store.texts() == [str(number) for number in range(250)]


async def test_polling_begins_by_removing_the_webhook_and_losing_nothing(server: TelegramServer, store: Store, pause: Pause) -> None:
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        await bot.set_webhook("https://example.org/x")
        await server.queue.add(raw.says(5, "一"))
    async with polling(server, store, pause) as channel:
        await confirmed(server, 2)
        assert channel.me.username == "motherpost_bot"
    assert store.texts() == ["一"]
    assert json.loads(server.calls("getUpdates")[0].params["allowed_updates"]) == ALLOWED_UPDATES


async def test_a_second_poller_is_told_and_waited_out(
    channel: TelegramChannel, server: TelegramServer, store: Store, pause: Pause, caplog: pytest.LogCaptureFixture
) -> None:
    await server.until(lambda: bool(server.calls("getUpdates")))
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as other:
        poll = asyncio.create_task(other.get_updates(timeout=5))
        await pause.begun()
        assert "another process" in (channel.trouble or "")
        assert [record.levelno for record in caplog.records if record.name == "channels.telegram"] == [logging.ERROR]
        await server.queue.add(raw.says(5, "一"))
        assert len(await poll) == 1
    pause.over()
    await confirmed(server, 2)
    assert (store.texts(), channel.trouble) == (["一"], None)


async def test_a_wrong_token_waits_for_a_person(server: TelegramServer, store: Store, pause: Pause) -> None:
    server.fail(UNAUTHORIZED, method="*", times=None)
    async with polling(server, store, pause) as channel:
        assert await pause.begun() == LONGEST_PAUSE
        assert "misconfigured" in (channel.trouble or "")
        server.faults.clear()
        pause.over()
        await server.until(lambda: bool(server.calls("getUpdates")))
        assert channel.trouble is None


async def test_pauses_grow_while_the_network_is_away(server: TelegramServer, store: Store, pause: Pause) -> None:
    server.fail({"drop": "before"}, method="getUpdates", times=9)
    async with polling(server, store, pause) as channel:
        for _ in range(9):
            await pause.begun()
            pause.over()
        await server.queue.add(raw.says(5, "一"))
        await confirmed(server, 2)
        assert channel.trouble is None
    assert all(min(2**n, LONGEST_PAUSE) / 2 <= seconds <= min(2**n, LONGEST_PAUSE) for n, seconds in enumerate(pause.seconds))


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "getUpdates"])
async def test_a_throttled_call_waits_as_long_as_it_is_told(server: TelegramServer, store: Store, pause: Pause, method: str) -> None:
    server.fail(throttled(33), method=method)
    async with polling(server, store, pause):
        assert await pause.begun() == 33
        pause.over()
        await server.queue.add(raw.says(5, "一"))
        await confirmed(server, 2)


async def test_a_malformed_update_is_named_and_left_behind(
    channel: TelegramChannel, server: TelegramServer, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await server.queue.add({"message": {"text": "秘密", "chat": 1}}, raw.says(5, "二"), {"message": {"brand_new": True}})
    await confirmed(server, 4)
    assert store.texts() == ["二"]
    assert "update 1 is malformed" in caplog.text
    assert "秘密" not in caplog.text


async def test_unknown_kinds_pass_by(channel: TelegramChannel, server: TelegramServer, store: Store) -> None:
    group = raw.message(5, group=-100200, text="今晚吃什么")
    await server.queue.add(group, raw.message(5, pinned_message={}), raw.blocks(5))
    await confirmed(server, 4)
    assert [inbound.kind for inbound in store.committed] == ["stopped"]


@pytest.mark.parametrize("accessible", [True, False])
async def test_a_tap_is_acknowledged_after_its_commit(
    channel: TelegramChannel, server: TelegramServer, store: Store, accessible: bool
) -> None:
    store.open.clear()
    tap = raw.taps(5, "apply:1", 3, accessible=accessible)
    await server.queue.add(tap)
    await store.until_taken(1)
    await channel.send("6", Outbound(text="一"), 1)  # time enough for an answer that came too early
    assert server.calls("answerCallbackQuery") == []
    store.open.set()
    await server.until(lambda: bool(server.calls("answerCallbackQuery")))
    assert server.calls("answerCallbackQuery")[0].params["callback_query_id"] == tap["callback_query"]["id"]


async def test_a_tap_that_was_not_stored_is_not_acknowledged(
    channel: TelegramChannel, server: TelegramServer, store: Store, pause: Pause
) -> None:
    store.refused = 1
    await server.queue.add(raw.taps(5, "apply:1", 3))
    await pause.begun()
    await channel.send("6", Outbound(text="一"), 1)
    assert server.calls("answerCallbackQuery") == []


async def test_a_tap_that_cannot_be_acknowledged_harms_nothing(channel: TelegramChannel, server: TelegramServer, store: Store) -> None:
    server.fail({"status": 400, "description": "Bad Request: query is too old"}, method="answerCallbackQuery")
    await server.queue.add(raw.taps(5, "apply:1", 3))
    await server.until(lambda: [call.status for call in server.calls("answerCallbackQuery")] == [400])
    await server.queue.add(raw.says(5, "一"))
    await confirmed(server, 3)
    assert [inbound.kind for inbound in store.committed] == ["choice", "text"]


@pytest.mark.parametrize("stored", [True, False])
async def test_help_without_a_row_is_said_whether_or_not_the_message_has_to_come_again(
    server: TelegramServer, pause: Pause, stored: bool
) -> None:
    help_ = (Outbound(text="110"),)

    async def submit(inbound: Inbound) -> Receipt:
        if stored:
            return Receipt(inbox_id=None, answers=help_)
        raise NotStored(help_)

    channel = TelegramChannel(TOKEN, api_base=server.url, pause=pause)
    receiving = asyncio.create_task(channel.receive(submit))
    try:
        await server.queue.add(raw.says(5, "救命"))
        await server.until(lambda: server.sent(5) == ["110"])
        if stored:
            await server.until(lambda: server.queue.offset > 0)
        else:
            await pause.begun()
            assert server.queue.offset == 0
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await channel.close()
