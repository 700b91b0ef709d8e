"""The primary dies under load, its synchronous standby takes over: nothing acknowledged is lost, danger is answered meanwhile, all is well again."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import health
from bot.app import Bot
from bot.config import Settings
from domain.messages import Inbound, Receipt
from handlers.content import Content
from storage.database import Store, migrate
from storage.tables.messages import inbox, outbox
from storage.tables.threads import thread
from tests.support import towns
from tests.support.cluster import pair
from tests.support.requires import require_cluster

DANGER = "他又打我了，救救我"
WORDS = ("你好", "我想找活", "菜单", "会缝纫，上午有空")
PEOPLE, A_SECOND = 12, 60


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Talk:
    """Women who write all the time, each when she was told that her last words are kept; and what became of every message."""

    def __init__(self, bot: Bot, now: datetime) -> None:
        self.receipts: dict[str, Receipt] = {}
        self.over = False
        self._bot = bot
        self._now = now

    async def says(self, sender: str, number: int, words: str) -> Receipt:
        """One message; who is told that it is not kept sends it again, as every platform does."""
        said = Inbound(channel="web", event_id=f"{sender}:{number}", sender=sender, kind="text", text=words, sent_at=self._now)
        receipt = self.receipts[said.event_id] = await self._bot.consumer.submit(said)
        return receipt

    async def writes(self, sender: str) -> None:
        number = 0
        while not self.over:
            number += 1
            await self.says(sender, number, WORDS[number % len(WORDS)])
            await asyncio.sleep(PEOPLE / A_SECOND)

    async def count(self, more: int, *, stored: bool) -> None:
        """Wait until so many more messages are acknowledged, with a row of the store or from what is kept beside it."""

        def now() -> int:
            return sum((one.inbox_id is not None) == stored for one in self.receipts.values())

        wanted = now() + more
        async with asyncio.timeout(20):
            while now() < wanted:  # noqa: ASYNC110 - it is counted, nobody tells it
                await asyncio.sleep(0.005)


async def test_the_primary_dies_under_load(content: Content, now: datetime, tmp_path: Path) -> None:
    require_cluster()
    with pair() as servers, closing(Store(servers.url, beside=tmp_path)) as store:
        migrate(store)
        towns.small(store)
        bot = Bot(Settings(database=servers.url, data=str(tmp_path)), store, content, now=lambda: now)
        talk = Talk(bot, now)
        await bot.start()
        writing = [asyncio.create_task(talk.writes(f"w{n}")) for n in range(PEOPLE)]
        await talk.count(60, stored=True)
        await asyncio.to_thread(servers.does, "kill")
        async with asyncio.timeout(10):
            help_ = await talk.says("danger", 1, DANGER)
        assert help_.inbox_id is None and "110" in help_.answers[0].text, "from memory: nothing takes a row now"
        await talk.count(60, stored=False)
        await asyncio.to_thread(servers.does, "promote")
        await talk.count(60, stored=True)
        talk.over = True
        await asyncio.gather(*writing)
        await _settled(store, talk)
        assert (await health.StoreHealth(bot).trouble(), health.troubles(bot), bot.failed) == ({}, {}, False)
        await bot.stop()
        _check(store, talk)


async def _settled(store: Store, talk: Talk) -> None:
    """What was kept beside the store is in it."""
    async with asyncio.timeout(20):
        while len(await asyncio.to_thread(_events, store)) < len(talk.receipts):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.02)


def _events(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(inbox.c.event_id).order_by(inbox.c.id)).scalars())


def _check(store: Store, talk: Talk) -> None:
    events = _events(store)
    assert sorted(events) == sorted(talk.receipts), "each message that was acknowledged is there, once"
    order = defaultdict(list)
    for sender, _, number in (event.partition(":") for event in events):
        order[sender].append(int(number))
    assert all(numbers == sorted(numbers) for numbers in order.values())
    with store.read() as tx:
        rows = {row.event_id: row.id for row in tx.execute(select(inbox.c.event_id, inbox.c.id))}
        acknowledged = {event: one.inbox_id for event, one in talk.receipts.items() if one.inbox_id is not None}
        assert {event: rows[event] for event in acknowledged} == acknowledged, "the very rows that were acknowledged"
        answered = set(tx.execute(select(outbox.c.inbox_id)).scalars())
        assert set(acknowledged.values()) <= answered
        assert tx.execute(select(thread.c.kind)).scalars().all() == ["danger"], "the person on duty was told"
