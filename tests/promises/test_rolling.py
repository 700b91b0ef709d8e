"""A version is renewed process by process: the old and the new one work on one store side by side, and no message is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from alembic import command
from alembic.config import Config
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from storage.database import MIGRATIONS, Store, head, migrate
from storage.tables.messages import inbox, outbox
from tests.conftest import KEY
from tests.support import towns
from tests.support.emptied import postgresql_admin
from tests.support.process import ROOT, free_port, until
from tests.support.requires import require_history, require_postgresql

PACE = 0.1
WORDS = ("你好", "我想找活", "菜单", "会缝纫，上午有空", "返回")


class Version:
    """A tree of the program, as its own processes run it."""

    def __init__(self, tree: Path, config: Path) -> None:
        self._tree, self._config = tree, config

    def starts(self, *words: str) -> subprocess.Popen[bytes]:
        """One command of it."""
        environment = {**os.environ, "PYTHONPATH": str(self._tree), "MOTHERPOST_KEYS": KEY}
        environment.pop("MOTHERPOST_DATABASE", None)
        call = [sys.executable, "-m", "bot.cli", words[0], "--config", str(self._config), *words[1:]]
        with Path(f"{self._config}.log").open("ab") as log:
            return subprocess.Popen(call, cwd=self._tree, env=environment, stdout=log, stderr=log)

    @contextmanager
    def serves(self) -> Iterator[Process]:
        """A bot that works; ended as a supervisor ends it."""
        process = Process(self)
        try:
            process.works()
            yield process
        finally:
            process.ends()


class Process:
    """A bot of one version."""

    def __init__(self, version: Version) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._process = version.starts("run", "--port", str(port))

    def works(self) -> None:
        with httpx.Client(base_url=self.url, timeout=1) as client:
            until(lambda: _ready(client) or self._process.poll() is not None)
        assert self._process.poll() is None, "it did not start"

    def ends(self) -> None:
        """SIGTERM: it ends what it has in hand, and well."""
        if self._process.poll() is None:
            self._process.terminate()
        assert self._process.wait() == 0


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


class Woman:
    """Talks in one page and says again what was not acknowledged, as the page does; her cookie is good at every process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said = 0
        self._cookie = ""

    async def talks(self, address: str, times: int) -> None:
        """So many messages, each when the one before is acknowledged."""
        if not self._cookie:
            async with httpx.AsyncClient(base_url=address) as browser:
                await browser.get("/")
                self._cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        socket = address.replace("http", "ws") + "/chat?as="
        async with connect(socket, additional_headers={"Cookie": self._cookie, "Origin": address}) as page:
            await page.send(json.dumps({"type": "hello", "after": 0}))
            for _ in range(times):
                await self._say(page)
                self.said += 1

    async def _say(self, page: ClientConnection) -> None:
        event = f"{self.name}{self.said:07d}"
        said = json.dumps({"type": "say", "event": event, "text": WORDS[self.said % len(WORDS)]})
        await page.send(said)
        async for frame in page:
            told = json.loads(frame)
            if told == {"type": "ack", "event": event}:
                return
            if told["type"] == "nack":
                # Too fast for one page.
                await asyncio.sleep(PACE)
                await page.send(said)
        raise ConnectionClosed(None, None)

    async def talks_to_its_end(self, address: str) -> None:
        """Until the process there ends."""
        with contextlib.suppress(ConnectionClosed):
            await self.talks(address, 10_000)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Settings of a database in which nothing is yet."""
    server = require_postgresql()
    name = f"motherpost_rolling_{os.getpid()}"
    with postgresql_admin(server) as admin:
        admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
    file = tmp_path / "c.yaml"
    file.write_text(yaml.safe_dump({"database": f"{server.rsplit('/', 1)[0]}/{name}", "data": str(tmp_path)}), "utf-8")
    yield file
    with postgresql_admin(server) as admin:
        admin.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    """A small town on it, at the revision before the newest."""
    with closing(Store(yaml.safe_load(place.read_text())["database"])) as found:
        alembic = Config()
        alembic.set_main_option("script_location", str(MIGRATIONS))
        with found.begin() as tx:
            alembic.attributes["connection"] = tx
            command.upgrade(alembic, f"{int(head()) - 1:04d}")
        towns.small(found)
        yield found


def before_the_last_migration(folder: Path) -> Path:
    """The program as it was before the newest migration, from git."""
    newest = next((ROOT / "storage" / "migrations" / "versions").glob(f"{head()}_*.py"))
    commit = require_history(newest)
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x"], cwd=folder, input=packed.stdout, check=True)
    return folder


async def test_two_versions_side_by_side(store: Store, place: Path, tmp_path: Path) -> None:
    old, new = Version(before_the_last_migration(tmp_path / "old"), place), Version(ROOT, place)
    women = [Woman(name) for name in "abcdef"]
    with contextlib.ExitStack() as running:
        there = await asyncio.to_thread(running.enter_context, old.serves())
        await asyncio.gather(*(one.talks(there.url, 3) for one in women))
        stay = [asyncio.create_task(one.talks_to_its_end(there.url)) for one in women[:3]]
        await asyncio.to_thread(migrate, store)
        here = await asyncio.to_thread(running.enter_context, new.serves())
        wanted = [one.said + 3 for one in women[:3]]
        await asyncio.gather(*(one.talks(here.url, 8) for one in women[3:]))
        # The old one works on, on the newer store.
        await asyncio.to_thread(until, lambda: all(one.said >= said for one, said in zip(women, wanted, strict=False)))
        await asyncio.to_thread(there.ends)
        await asyncio.gather(*stay)
        # What comes in its place takes up what it may have kept beside the store.
        instead = await asyncio.to_thread(running.enter_context, new.serves())
        await asyncio.gather(*(one.talks((here, instead)[n % 2].url, 3) for n, one in enumerate(women)))
        await asyncio.to_thread(until, lambda: _inbox(store) >= _said(women))
    _check(store, women)


def _said(women: list[Woman]) -> Counter[str]:
    return Counter(f"{one.name}{number:07d}" for one in women for number in range(one.said))


def _inbox(store: Store) -> Counter[str]:
    with store.read() as tx:
        return Counter(event.rpartition(":")[2] for event in tx.execute(select(inbox.c.event_id)).scalars())


def _check(store: Store, women: list[Woman]) -> None:
    assert _inbox(store) == _said(women)
    with store.read() as tx:
        answered = set(tx.execute(select(outbox.c.inbox_id)).scalars())
        assert set(tx.execute(select(inbox.c.id)).scalars()) <= answered
