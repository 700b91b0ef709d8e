"""Several processes on one store: pages get what another process brought, one keeps the clock and a platform's pace, each does its share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, select, update
from websockets.asyncio.client import ClientConnection, connect

from bot import ticks
from bot.app import Bot, serve
from bot.commands.serve import run
from bot.commands.town import invitation
from bot.config import Settings
from bot.sender import Sender
from bot.transactions import Transactions
from domain.capabilities import TELEGRAM
from domain.messages import Outbound
from handlers.capability import Step
from handlers.content import Content
from storage import leases, outbox, processes
from storage.database import Store
from storage.people import persons
from storage.tables.messages import outbox as messages
from storage.tables.processes import process as processes_table
from tests.support import towns
from tests.support.fakes import FakeChannel

DANGER = "他又打我了，救救我"


@asynccontextmanager
async def running(url: str, content: Content, now: datetime, *, role: str = "all") -> AsyncIterator[str]:
    """A bot of its own on the store; where it serves."""
    store = Store(url)
    bot = Bot(Settings(database=url), store, content, now=lambda: now, role=role)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(serve(bot, host="127.0.0.1", port=0, ready=ready.set_result, stop=stop))
    async with asyncio.timeout(30):
        address = await ready
    try:
        yield address
    finally:
        stop.set()
        async with asyncio.timeout(30):
            assert await task


class Browser:
    """One person's browser, whose page may stand open at any of the processes."""

    def __init__(self) -> None:
        self._cookie = ""

    @asynccontextmanager
    async def page(self, address: str) -> AsyncIterator[ClientConnection]:
        if not self._cookie:
            async with httpx.AsyncClient(base_url=address) as browser:
                await browser.get("/")
                self._cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        headers = {"Cookie": self._cookie, "Origin": address}
        async with connect(address.replace("http", "ws") + "/chat?as=", additional_headers=headers) as page:
            await page.send(json.dumps({"type": "hello", "after": 0}))
            yield page


async def says(page: ClientConnection, event: str, text: str) -> None:
    await page.send(json.dumps({"type": "say", "event": event, "text": text}))
    await until(page, lambda frame: frame["type"] == "ack" and frame["event"] == event)


async def until(page: ClientConnection, wanted: Callable[[dict[str, object]], bool]) -> None:
    async with asyncio.timeout(20):
        while not wanted(json.loads(await page.recv())):
            pass


def alerted(frame: dict[str, object]) -> bool:
    item = frame.get("item")
    return frame["type"] == "message" and isinstance(item, dict) and "thread:" in json.dumps(item["buttons"])


async def test_a_danger_said_here_is_on_a_page_that_stands_open_there(postgresql_store: Store, content: Content, now: datetime) -> None:
    towns.small(postgresql_store)
    code = invitation(postgresql_store, "federation", community=None, expires_at=now + timedelta(hours=1), now=now)
    staff, mother, another = Browser(), Browser(), Browser()
    url = postgresql_store.url
    async with running(url, content, now) as here, running(url, content, now) as there:
        async with staff.page(there) as desk:
            await says(desk, "s1111111", f"/start {code}")
            async with mother.page(here) as page:
                await says(page, "m1111111", DANGER)
            await until(desk, alerted)
        # Her page moves: a balancer sends it elsewhere.
        async with staff.page(here) as desk, another.page(there) as page:
            await says(page, "a1111111", DANGER)
            await until(desk, alerted)


async def test_receiver_desk_sender_and_schedule_each_do_their_share(postgresql_store: Store, content: Content, now: datetime) -> None:
    towns.small(postgresql_store)
    url = postgresql_store.url
    opened = {"receiver": (200, 404), "desk": (404, 200), "sender": (404, 404), "schedule": (404, 404)}
    for role, (chat, desk) in opened.items():
        async with running(url, content, now, role=role) as address, httpx.AsyncClient(base_url=address, follow_redirects=True) as browser:
            assert ((await browser.get("/")).status_code, (await browser.get("/desk/enter")).status_code) == (chat, desk), role
            assert (await browser.get("/readyz")).json() == {"ready": True, "wrong": {}}, role
            with postgresql_store.read() as tx:
                assert processes.living(tx)[role] == 1


def lives(store: Store, process: int, *, ago: timedelta = timedelta(0)) -> None:
    with store.begin() as tx:
        processes.beat(tx, process, host="h", pid=1)
        tx.execute(update(processes_table).where(processes_table.c.id == process).values(beat_at=processes.clock(tx, ago=ago)))


async def test_who_slept_while_another_took_the_clock_over_changes_nothing(
    postgresql_store: Store, content: Content, now: datetime
) -> None:
    """A tick is due at both; the second finds nothing left, and the first, who wakes in the middle of one, commits nothing more."""
    towns.small(postgresql_store)
    jobs = 1000
    done: list[int] = []
    for process in (1, 2):
        lives(postgresql_store, process)

    def clock(process: int, after: Callable[[int], None]) -> ticks.Clock:
        transactions = Transactions(postgresql_store)
        return ticks.Clock(postgresql_store, transactions, content, now=lambda: now, wake=lambda: after(process), process=process)

    def job(process: int) -> Callable[[Connection, Content, datetime], int]:
        def take(tx: Connection, _content: Content, _now: datetime) -> int:
            if len(done) == jobs:
                return 0
            done.append(process)
            return 1

        return take

    def falls_asleep(process: int) -> None:
        if len(done) == 300:
            lives(postgresql_store, process, ago=timedelta(seconds=60))
            lives(postgresql_store, 2)
            with postgresql_store.begin() as tx:
                assert leases.hold(tx, ticks.CLOCK, 2), "the other takes over"

    await clock(1, falls_asleep).run([Step("notices", run=job(1))])
    assert len(done) == 300
    await clock(2, lambda _: None).run([Step("notices", run=job(2))])
    assert (done.count(1), done.count(2)) == (300, jobs - 300)


async def test_a_platforms_pace_is_kept_by_one_sender_for_all(postgresql_store: Store, now: datetime) -> None:
    rows = 120
    with postgresql_store.begin() as tx:
        for number in range(rows):
            persons.add(tx, "telegram", str(number), language="zh", now=now)
            outbox.put(tx, Outbound(text="好"), channel="telegram", address=str(number), person_id=None, now=now)
    channels = [FakeChannel(replace(TELEGRAM, rate=200.0)) for _ in range(3)]
    for process, _ in enumerate(channels, 1):
        lives(postgresql_store, process)
    senders = [
        asyncio.create_task(Sender(channel, Transactions(postgresql_store), now=lambda: now, owner=process).run())
        for process, channel in enumerate(channels, 1)
    ]
    async with asyncio.timeout(30):
        while not any(channel.sent for channel in channels):  # noqa: ASYNC110 - whichever begins
            await asyncio.sleep(0.01)
    first = next(number for number, channel in enumerate(channels) if channel.sent)
    senders[first].cancel()
    await asyncio.gather(senders[first], return_exceptions=True)
    with postgresql_store.begin() as tx:
        processes.end(tx, first + 1)
    async with asyncio.timeout(30):
        while sum(len(channel.sent) for channel in channels) < rows:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    assert sum(bool(channel.sent) for channel in channels) == 2, "one after the other, never two at once"
    with postgresql_store.read() as tx:
        assert tx.execute(select(messages.c.status).distinct()).scalars().all() == ["sent"]


def test_a_second_process_on_sqlite_is_told_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(f"database: sqlite:///{tmp_path}/m.db\nweb: {{port: 0}}\n", "utf-8")
    inside: list[str] = []

    def second(_: object, serving: Coroutine[object, None, bool]) -> bool:
        serving.close()
        with pytest.raises(OSError, match="已经有一个 motherpost 在运行") as refused:
            run(file, host=None, port=None, demo=False)
        inside.append(str(refused.value))
        return True

    monkeypatch.setattr("bot.commands.serve.asyncio.Runner.run", second)
    run(file, host=None, port=None, demo=False)
    run(file, host=None, port=None, demo=False)
    assert len(inside) == 2, "and when the first has ended another may run"
    with pytest.raises(OSError, match="只用于 PostgreSQL"):
        run(file, host=None, port=None, demo=False, role="sender")
