import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import telegram
import uvicorn
from starlette.applications import Starlette

from channels.telegram import TelegramChannel
from channels.telegram_updates import ALLOWED_UPDATES
from channels.telegram_webhook import MAX_BODY, PATH
from tests.support import telegram_updates as raw
from tests.support.receiving import Pause, Store
from tests.support.telegram_server import TOKEN, TelegramServer

SECRET = "geheim-1"


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


@pytest.fixture
async def hooked(server: TelegramServer, pause: Pause) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(
        TOKEN, mode="webhook", webhook_secret=SECRET, api_base=server.url, public_url="https://example.org/", pause=pause
    )
    yield channel
    await channel.close()


@contextlib.asynccontextmanager
async def posting(channel: TelegramChannel, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=channel.routes(store.submit))
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot", headers=headers) as client:
        yield client


def test_a_polled_channel_has_no_address() -> None:
    assert TelegramChannel(TOKEN).routes(Store().submit) == []


async def test_telegram_is_told_where_to_post(hooked: TelegramChannel, server: TelegramServer, store: Store) -> None:
    await server.queue.add({"message": {}})
    await hooked.receive(store.submit)
    assert server.queue.webhook == {"url": f"https://example.org{PATH}", "secret_token": SECRET}
    assert json.loads(server.calls("setWebhook")[0].params["allowed_updates"]) == ALLOWED_UPDATES
    assert len(server.queue.waiting) == 1


async def test_telegram_is_told_again_until_it_hears(hooked: TelegramChannel, server: TelegramServer, store: Store, pause: Pause) -> None:
    server.fail({"status": 502, "description": "Bad Gateway"}, method="setWebhook")
    receiving = asyncio.create_task(hooked.receive(store.submit))
    await pause.begun()
    assert hooked.trouble is not None
    pause.over()
    await receiving
    assert hooked.trouble is None


async def test_200_comes_only_after_the_commit(hooked: TelegramChannel, store: Store) -> None:
    store.open.clear()
    async with posting(hooked, store) as client:
        answer = asyncio.create_task(client.post(PATH, json={"update_id": 1, **raw.says(5, "一")}))
        await store.until_taken(1)
        assert not answer.done()
        store.open.set()
        assert (await answer).status_code == 200
    assert store.texts() == ["一"]


async def test_503_asks_for_it_again(hooked: TelegramChannel, store: Store) -> None:
    store.refused = 1
    update = {"update_id": 1, **raw.says(5, "一")}
    async with posting(hooked, store) as client:
        assert [(await client.post(PATH, json=update)).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("secret", [b"", b"geheim-2", b"geheim-1\xff", "密".encode(), b"geheim-1 x"])
async def test_only_telegram_may_post(hooked: TelegramChannel, store: Store, secret: bytes) -> None:
    headers = [(b"X-Telegram-Bot-Api-Secret-Token", secret)] if secret else []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=hooked.routes(store.submit))), base_url="http://bot"
    ) as client:
        answer = await client.post(PATH, json={"update_id": 1, **raw.says(5, "一")}, headers=headers)
    assert (answer.status_code, store.taken) == (401, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id":"1"}', 400),
        (b"\xff", 400),
        (b'{"update_id":1}', 200),
        (b'{"update_id":1,"brand_new":{"a":1}}', 200),
        (b'{"update_id":1,"message":null}', 200),
        (b'{"update_id":1,"message":{"text":5}}', 200),
        (b" " * (MAX_BODY + 1), 413),
    ],
)
async def test_odd_posts(hooked: TelegramChannel, store: Store, body: bytes, status: int) -> None:
    async with posting(hooked, store) as client:
        assert (await client.post(PATH, content=body)).status_code == status
    assert store.taken == []


async def test_only_posts_are_taken(hooked: TelegramChannel, store: Store) -> None:
    async with posting(hooked, store) as client:
        assert (await client.get(PATH)).status_code == 405


async def test_a_silent_telegram_does_not_hold_up_the_webhook(store: Store) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listener:
        base = "http://{}:{}".format(*listener.sockets[0].getsockname())
        channel = TelegramChannel(TOKEN, mode="webhook", webhook_secret=SECRET, api_base=base)
        async with asyncio.timeout(5), posting(channel, store) as client:
            assert (await client.post(PATH, json={"update_id": 1, **raw.taps(5, "apply:1", 3)})).status_code == 200
            await channel.close()


async def test_without_an_address_of_its_own_the_webhook_is_set_by_hand(
    server: TelegramServer, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    channel = TelegramChannel(TOKEN, mode="webhook", webhook_secret=SECRET, api_base=server.url)
    await channel.receive(store.submit)
    await channel.close()
    assert server.calls("setWebhook") == []
    assert PATH in caplog.text


class Listening(uvicorn.Server):
    """Says on which port it listens."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
        self.ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set_result(self.servers[0].sockets[0].getsockname()[1])


async def test_over_real_http_each_update_is_posted_until_it_is_stored(server: TelegramServer, store: Store) -> None:
    receiver = TelegramChannel(TOKEN, mode="webhook", webhook_secret=SECRET, api_base=server.url)
    web = Listening(Starlette(routes=receiver.routes(store.submit)))
    serving = asyncio.create_task(web.serve())
    store.refused = 1
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        await bot.set_webhook(f"http://127.0.0.1:{await web.ready}{PATH}", secret_token=SECRET)
        await server.queue.add(raw.says(5, "一"), raw.says(5, "二"), raw.taps(5, "apply:1", 3))
        await server.until(lambda: not server.queue.waiting and bool(server.calls("answerCallbackQuery")))
        await bot.delete_webhook()
    web.should_exit = True
    await serving
    await receiver.close()
    assert server.queue.deliveries == [(1, 503), (1, 200), (2, 200), (3, 200)]
    assert [inbound.event_id for inbound in store.committed] == ["1", "2", "3"]
