"""Fifty messages a second, every tenth a plea: how long until help is answered, with the store working, taking nothing and back again; and what is lost.

`python -m bench danger_down`; with MOTHERPOST_BENCH_PG=URL of an empty database also on PostgreSQL, whose server then does not answer.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import func, select

from bench.scenes import percentile
from bot import content as contents
from bot.config import Settings
from bot.consumer import Consumer
from bot.emergency import Emergency
from bot.transactions import Transactions
from channels import NotStored
from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage import sealed
from storage.database import Store, migrate
from storage.tables.messages import inbox
from storage.tables.threads import thread
from tests.support import stores, towns

RATE, SECONDS = 50, 10
# Seconds within which a plea is answered.
WANTED = 1.0
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PLEA, TALK = "他又打我了，救救我", ("你好", "我想找活", "菜单", "有没有家门口的活", "学手艺")
Breaks = Callable[[Store], AbstractAsyncContextManager[stores.Broken]]


def main() -> None:
    """Print the waits of pleas in each phase, and what of everything is in the store in the end."""
    logging.disable(logging.CRITICAL)
    sealed.use_keys((Fernet.generate_key().decode(),))
    content = contents.load(Settings())
    with tempfile.TemporaryDirectory() as folder:
        _all(Store(f"sqlite:///{folder}/m.db"), "SQLite, written elsewhere", stores.written_elsewhere, content, Path(folder))
        if url := os.environ.get("MOTHERPOST_BENCH_PG"):
            _all(Store(url), "PostgreSQL, does not answer", partial(stores.cut, hangs=True), content, Path(folder) / "pg")
    logging.disable(logging.NOTSET)


def _all(store: Store, name: str, breaks: Breaks, content: Content, folder: Path) -> None:
    migrate(store)
    towns.small(store)
    asyncio.run(_phases(store, name, breaks, content, folder))
    store.close()


async def _phases(store: Store, name: str, breaks: Breaks, content: Content, folder: Path) -> None:
    said = pleas = 0
    async with breaks(store) as broken:
        for phase, seen in (("taking nothing", broken.store), ("back", store)):
            if phase == "back":
                await broken.mend()
            emergency = Emergency(folder / "kept", content)
            emergency.open()
            receive = partial(dispatch.receive, content=content)
            consumer = Consumer(
                Transactions(seen), receive, now=lambda: NOW, committed=lambda: None, prepare=dispatch.lock_senders, emergency=emergency
            )
            running = asyncio.create_task(consumer.run())
            waits, refused = await _talk(consumer, phase)
            said, pleas = said + RATE * SECONDS - refused, pleas + len(waits)
            while phase == "back" and emergency.messages:  # noqa: ASYNC110 - the disk tells nobody
                await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            emergency.close()
            late = sum(wait > WANTED for wait in waits)
            print(
                f"{name}, {phase}: {RATE} messages/s for {SECONDS} s, {len(waits)} pleas answered after median {1000 * percentile(waits, 0.5):.0f} ms, "
                f"p99 {1000 * percentile(waits, 0.99):.0f} ms, slowest {1000 * max(waits):.0f} ms; {late} after more than {WANTED:g} s; {refused} have to come again",
                flush=True,
            )
    with store.read() as tx:
        stored = tx.execute(select(func.count()).select_from(inbox)).scalar_one()
        threads = tx.execute(select(func.count()).select_from(thread).where(thread.c.kind == "danger")).scalar_one()
    print(f"{name}: of {said} messages {stored} are in the store, of {pleas} pleas {threads} with who is on duty", flush=True)


async def _talk(consumer: Consumer, phase: str) -> tuple[list[float], int]:
    """Waits of the pleas in seconds, and how many messages were not taken and come again."""
    waits, refused = [], 0

    async def one(number: int) -> None:
        nonlocal refused
        plea = number % 10 == 0
        words = PLEA if plea else TALK[number % len(TALK)]
        inbound = Inbound(channel="web", event_id=f"{phase}{number}", sender=f"{phase}{number}", kind="text", text=words, sent_at=NOW)
        began = time.perf_counter()
        try:
            await consumer.submit(inbound)
        except NotStored as answered:
            refused += 1
            assert answered.answers or not plea, "a plea is answered either way"
        if plea:
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
            group.create_task(one(number))
    return waits, refused


if __name__ == "__main__":
    main()
