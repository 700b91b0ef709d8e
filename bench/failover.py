"""The primary dies under fifty messages a second, again and again: what of all that was acknowledged is in its standby, and how long pleas and the rest waited.

`python -m bench failover`; it makes its own two PostgreSQL from the programs in /usr/lib/postgresql.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet
from sqlalchemy import func, select

from bench.scenes import percentile
from bot import content as contents
from bot.app import Bot
from bot.config import Settings
from domain.messages import Inbound
from handlers.content import Content
from storage import sealed
from storage.database import Store, migrate
from storage.tables.messages import inbox, outbox
from tests.support import towns
from tests.support.cluster import Pair, pair

KILLS, RATE = 10, 50
# Seconds of talk, after which the primary dies, and after how many more the standby is promoted.
SECONDS, DIES, PROMOTED = 9.0, 2.0, 3.0
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PLEA, TALK = "他又打我了，救救我", ("你好", "我想找活", "菜单", "学手艺")


class Ended(NamedTuple):
    """One death: seconds that pleas waited, seconds from the promotion to the first message in the store, and how many messages became what."""

    pleas: list[float]
    whole_after: float
    acknowledged: int
    lost: int
    doubled: int
    unanswered: int


def main() -> None:
    """Print all deaths together."""
    logging.disable(logging.CRITICAL)
    sealed.use_keys((Fernet.generate_key().decode(),))
    content = contents.load(Settings())
    deaths = [_death(content) for _ in range(KILLS)]
    logging.disable(logging.NOTSET)
    pleas = [wait for one in deaths for wait in one.pleas]
    whole = [one.whole_after for one in deaths]
    print(
        f"{KILLS} kills of the primary under {RATE} messages/s: {sum(one.acknowledged for one in deaths)} acknowledged, "
        f"{sum(one.lost for one in deaths)} lost, {sum(one.doubled for one in deaths)} doubled, {sum(one.unanswered for one in deaths)} without an answer; "
        f"{len(pleas)} pleas answered after median {1000 * percentile(pleas, 0.5):.0f} ms, slowest {1000 * max(pleas):.0f} ms (limit 2 s); "
        f"the first message is stored {percentile(whole, 0.5):.1f} s after the promotion, at worst {max(whole):.1f} s",
        flush=True,
    )


def _death(content: Content) -> Ended:
    with tempfile.TemporaryDirectory() as folder, pair() as servers, closing(Store(servers.url, beside=Path(folder))) as store:
        migrate(store)
        towns.small(store)
        bot = Bot(Settings(database=servers.url, data=folder), store, content, now=lambda: NOW)
        return asyncio.run(_talk(bot, store, servers))


async def _talk(bot: Bot, store: Store, servers: Pair) -> Ended:
    acknowledged: set[str] = set()
    pleas: list[float] = []
    promoted = first = 0.0

    async def says(number: int) -> None:
        nonlocal first
        plea = number % 10 == 0
        words = PLEA if plea else TALK[number % len(TALK)]
        began = time.monotonic()
        one = Inbound(channel="web", event_id=str(number), sender=f"w{number % 100}", kind="text", text=words, sent_at=NOW)
        receipt = await bot.consumer.submit(one)
        acknowledged.add(one.event_id)
        if plea:
            pleas.append(time.monotonic() - began)
        if promoted and not first and receipt.inbox_id is not None:
            first = time.monotonic()

    async def fails_over() -> None:
        nonlocal promoted
        await asyncio.sleep(DIES)
        await asyncio.to_thread(servers.does, "kill")
        await asyncio.sleep(PROMOTED)
        await asyncio.to_thread(servers.does, "promote")
        promoted = time.monotonic()

    await bot.start()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(fails_over())
        for number in range(int(RATE * SECONDS)):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            group.create_task(says(number))
    while bot.emergency.messages:  # noqa: ASYNC110 - the disk tells nobody
        await asyncio.sleep(0.05)
    await bot.stop()
    return Ended(pleas, first - promoted, len(acknowledged), *_in_the_end(store, acknowledged))


def _in_the_end(store: Store, acknowledged: set[str]) -> tuple[int, int, int]:
    """How many messages are lost, are there twice, and have no answer."""
    with store.read() as tx:
        events = list(tx.execute(select(inbox.c.event_id)).scalars())
        answered = select(outbox.c.id).where(outbox.c.inbox_id == inbox.c.id).exists()
        unanswered = tx.execute(select(func.count()).select_from(inbox).where(~answered)).scalar_one()
    return len(acknowledged - set(events)), len(events) - len(set(events)), unanswered
