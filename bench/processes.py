"""Several processes on one PostgreSQL: three receivers beside one, and what is said here until it is on a page that stands open there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import psutil
from cryptography.fernet import Fernet
from sqlalchemy import NullPool, create_engine
from websockets.asyncio.client import ClientConnection, connect

from bench import bots, load, scenes
from bench.load import StandIn
from storage import sealed
from storage.database import Store, migrate
from tests.support import towns
from tests.support.requires import POSTGRESQL

CHATS = 60
# Each says so few words that no limit is near.
PEOPLE, WORDS = 20, 8
SETTINGS = """
database: {database}
data: {folder}/data
web: {{port: {port}, public_url: "http://127.0.0.1:{port}"}}
channels:
  telegram: {{enabled: {telegram}, token: "7:stand-in", mode: webhook, webhook_secret: s3cret, api_base: "{api}", rate: 100000, chat_interval: 0}}
"""


def main() -> None:
    """Print both, with the share of the processors that the database took."""
    os.environ["MOTHERPOST_KEYS"] = Fernet.generate_key().decode()
    sealed.use_keys((os.environ["MOTHERPOST_KEYS"],))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_throughput(folder))
        asyncio.run(_page_elsewhere(folder))


async def _throughput(folder: Path) -> None:
    rates = {}
    for receivers in (1, 3):
        with _database() as url:
            async with StandIn() as server:
                rates[receivers], share = await _rate(folder, url, server, receivers)
    what = f"three receivers, the database's own share of the processors {share:.0%}"
    scenes.show(what, rates[3], "messages/s", ("one receiver:", rates[1]), wanted=">= 1.6x")


async def _rate(folder: Path, url: str, server: StandIn, receivers: int) -> tuple[float, float]:
    """Messages a second through so many receivers and one sender; how much of all processor time was the database's."""
    roles = ["sender", *["receiver"] * receivers]
    async with contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(_bot(folder, url, role, api=server.url)) for role in roles]
        began, spent = time.monotonic(), _of_database()
        figures = await asyncio.gather(
            *(
                load.drive(server, port, chats=CHATS // receivers, at_once=48 // receivers, first_chat=1 + 10_000 * number)
                for number, port in enumerate(ports[1:])
            )
        )
        took = time.monotonic() - began
        share = (_of_database() - spent) / took / psutil.cpu_count()
    return sum(len(one.waits) for one in figures) / took, share


def _of_database() -> float:
    """Seconds of processor of all processes of PostgreSQL that live."""
    found = [process.info["cpu_times"] for process in psutil.process_iter(["name", "cpu_times"]) if process.info["name"] == "postgres"]
    return float(sum(times.user + times.system for times in found))


async def _page_elsewhere(folder: Path) -> None:
    waits = []
    with _database() as url:
        async with _bot(folder, url, "receiver") as here, _bot(folder, url, "receiver") as there:
            for _ in range(PEOPLE):
                waits += await _talk(here, there)
    scenes.show("said here until it is on a page there, p99", scenes.percentile(waits, 0.99), "s", wanted="<= 1")


async def _talk(here: int, there: int) -> list[float]:
    """One person with a page at each: seconds from her word to the answer on the other page."""
    waits, cookie = [], await _cookie(here)
    async with _page(here, cookie) as speaks, _page(there, cookie) as stands_open:
        for number in range(WORDS):
            began = time.monotonic()
            await speaks.send(json.dumps({"type": "say", "event": f"e{number:07}", "text": "你好"}))
            await _message(stands_open)
            waits.append(time.monotonic() - began)
            await _message(speaks)
    return waits


async def _cookie(port: int) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
        await browser.get("/")
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@asynccontextmanager
async def _page(port: int, cookie: str) -> AsyncIterator[ClientConnection]:
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    async with connect(f"ws://127.0.0.1:{port}/chat?as=", additional_headers=headers) as page:
        await page.send(json.dumps({"type": "hello", "after": 0}))
        await page.recv()
        yield page


async def _message(page: ClientConnection) -> None:
    async with asyncio.timeout(30):
        while json.loads(await page.recv())["type"] != "message":
            pass


@asynccontextmanager
async def _bot(folder: Path, url: str, role: str, *, api: str = "") -> AsyncIterator[int]:
    port = bots.free_port()
    file = folder / f"{port}.yaml"
    file.write_text(
        SETTINGS.format(database=url, folder=folder, port=port, telegram="yes" if api else "no", api=api or "https://api.telegram.org")
    )
    context = bots.running([str(bots.BIN / "motherpost"), "run", "--config", str(file), "--role", role], port=None)
    await asyncio.to_thread(context.__enter__)
    try:
        yield port
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


@contextmanager
def _database() -> Iterator[str]:
    """A database with a small town, gone afterwards."""
    name = f"motherpost_bench_{random.getrandbits(40)}"
    url = POSTGRESQL.rsplit("/", 1)[0] + "/" + name
    admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    store = Store(url)
    migrate(store)
    towns.small(store)
    store.close()
    try:
        yield url
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
