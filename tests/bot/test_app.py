"""The whole process over real HTTP: it says when it serves, talks, tells its health, and stops when it is told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy.exc import OperationalError
from websockets.asyncio.client import ClientConnection, connect

from bot.app import Bot, serve
from bot.config import Settings, Web
from bot.transactions import Transactions
from channels.web import WebChannel
from handlers.content import Content
from storage import keys, sealed
from storage.database import Store
from tests.support import stores, towns
from tests.support.chat import Town


@asynccontextmanager
async def running(store: Store, content: Content, now: datetime) -> AsyncIterator[tuple[Bot, str]]:
    bot = Bot(Settings(web=Web(metrics_token="only for tests")), store, content, now=lambda: now)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(serve(bot, host="127.0.0.1", port=0, ready=ready.set_result, stop=stop))
    async with asyncio.timeout(20):
        address = await ready
    try:
        yield bot, address
    finally:
        stop.set()
        async with asyncio.timeout(20):
            assert await task


async def heard(page: ClientConnection, *kinds: str) -> list[dict[str, object]]:
    """Frames until one of each of these kinds came."""
    frames: list[dict[str, object]] = []
    async with asyncio.timeout(20):
        while not set(kinds) <= {str(frame["type"]) for frame in frames}:
            frames.append(json.loads(await page.recv()))
    return frames


async def test_a_conversation_over_the_socket_and_its_history(store: Store, content: Content, now: datetime) -> None:
    towns.small(store)
    async with running(store, content, now) as (_, address), httpx.AsyncClient(base_url=address) as browser:
        await browser.get("/")
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        socket = address.replace("http", "ws") + "/chat?as="
        async with connect(socket, additional_headers={"Cookie": cookie, "Origin": address}) as page:
            await page.send(json.dumps({"type": "hello", "after": 0}))
            await page.send(json.dumps({"type": "say", "event": "e1234567", "text": "你好"}))
            frames = await heard(page, "ack", "message")
            item = next(frame["item"] for frame in frames if frame["type"] == "message")
            assert "不收钱" in item["text"]  # type: ignore[index]
        async with connect(socket, additional_headers={"Cookie": cookie, "Origin": address}) as page:
            await page.send(json.dumps({"type": "hello", "after": 0}))
            [history] = await heard(page, "history")
            assert [one["from"] for one in history["items"]] == ["me", "bot"]  # type: ignore[attr-defined]
            assert history["items"][0]["event"] == "e1234567"  # type: ignore[index]


async def test_health(sqlite_store: Store, content: Content, now: datetime) -> None:
    async with running(sqlite_store, content, now) as (bot, address), httpx.AsyncClient(base_url=address) as browser:
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.get("/readyz")).json() == {"ready": True, "wrong": {}}
        assert (await browser.get("/metrics")).status_code == 404
        assert (await browser.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 404
        shown = {"Authorization": "Bearer only for tests"}
        assert "motherpost_messages_processed 0.0" in (await browser.get("/metrics", headers=shown)).text
        bot.metrics_token = ""
        assert (await browser.get("/metrics", headers={"Authorization": "Bearer"})).status_code == 404
        bot.senders[0].trouble = "401 Unauthorized"
        bot.schedule.stop()
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()["wrong"]) == (503, {"channel web": "401 Unauthorized", "schedule": "stopped"})
        assert (await browser.get("/healthz")).status_code == 200


async def test_another_process_that_writes_is_told_and_freezes_nothing(sqlite_store: Store, content: Content, now: datetime) -> None:
    async with (
        running(sqlite_store, content, now) as (_, address),
        httpx.AsyncClient(base_url=address) as browser,
        stores.written_elsewhere(sqlite_store) as broken,
    ):
        ready = asyncio.create_task(browser.get("/readyz"))
        assert (await browser.get("/healthz")).status_code == 200
        assert not ready.done(), "the loop went on while the store was waited for"
        assert (await ready).json()["wrong"] == {"store": "locked by another process"}
        await broken.mend()


@pytest.mark.parametrize(("code", "why"), [(sqlite3.SQLITE_FULL, "disk full"), (sqlite3.SQLITE_READONLY, "refuses writes")])
async def test_a_store_that_takes_nothing_is_told(
    sqlite_store: Store, content: Content, now: datetime, monkeypatch: pytest.MonkeyPatch, code: int, why: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError(why)
        error.sqlite_errorcode = code
        raise OperationalError("INSERT", {}, error)

    async with running(sqlite_store, content, now) as (_, address), httpx.AsyncClient(base_url=address) as browser:
        monkeypatch.setattr("storage.processes.beat", fails)
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()["wrong"]) == (503, {"store": why})


async def test_a_wrong_key_is_told(sqlite_store: Store, content: Content, now: datetime) -> None:
    with sqlite_store.begin() as tx:
        keys.take_up(tx, now=now)
    async with running(sqlite_store, content, now) as (_, address), httpx.AsyncClient(base_url=address) as browser:
        sealed.use_keys((Fernet.generate_key().decode(),), root=sealed.root())
        assert "密钥不对" in (await browser.get("/readyz")).json()["wrong"]["store"]


async def test_danger_is_seen_in_the_first_word_that_is_heard(
    sqlite_store: Store, content: Content, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(Bot, "_warm", lambda self: order.append("the lexicons are loaded"))
    monkeypatch.setattr(WebChannel, "receive", lambda self, submit: _noted(order))
    async with running(sqlite_store, content, now):
        order.append("it says that it serves")
    assert order == ["the lexicons are loaded", "it hears", "it says that it serves"]


async def _noted(order: list[str]) -> None:
    order.append("it hears")


async def test_a_part_that_dies_ends_the_process(sqlite_store: Store, content: Content, now: datetime) -> None:
    bot = Bot(Settings(), sqlite_store, content, now=lambda: now)

    async def broken() -> None:
        raise RuntimeError

    bot.consumer.run = broken  # type: ignore[method-assign]
    async with asyncio.timeout(20):
        assert await serve(bot, host="127.0.0.1", port=0, ready=lambda address: None, stop=asyncio.Event()) is False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_says_ready_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(f"database: sqlite:///{tmp_path}/m.db\nweb: {{port: 0}}\n", "utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MOTHERPOST_")}
    program = Path(sys.executable).parent / "motherpost"
    with subprocess.Popen(
        [program, "run", "--config", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running_:
        assert running_.stdout is not None
        line = running_.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:") and not line.strip().endswith(":0")
        running_.send_signal(number)
        out, error = running_.communicate(timeout=30)
        assert (running_.returncode, out) == (0, ""), error


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = tmp_path / "c.yaml"
        file.write_text(f"database: sqlite:///{tmp_path}/m.db\nweb: {{port: {taken.getsockname()[1]}}}\n", "utf-8")
        program = Path(sys.executable).parent / "motherpost"
        done = subprocess.run([program, "run", "--config", file], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "motherpost:" in done.stderr.splitlines()[-1]


async def test_behind_https_every_answer_says_so(sqlite_store: Store, content: Content, now: datetime) -> None:
    for url, told in (("https://bot.example", "max-age=31536000; includeSubDomains"), ("", None)):
        bot = Bot(Settings(web=Web(public_url=url)), sqlite_store, content, now=lambda: now)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.asgi()), base_url="https://bot.example") as browser:
            assert (await browser.get("/healthz")).headers.get("strict-transport-security") == told


async def test_only_staff_who_write_notices_send_pictures(town: Town) -> None:
    from bot.mailbox import Mailbox

    town.invited("staff", "coordinator")
    town.invited("m", "mother")
    box = Mailbox(Transactions(town.store), now=lambda: town.now)
    assert [await box.may_send(address) for address in ("staff", "m", "nobody")] == [True, False, False]
