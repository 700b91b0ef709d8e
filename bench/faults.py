"""A store that fails under fifty messages a second: how long danger waits for its help lines, and what is lost or doubled when it is back."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import NullPool, create_engine, select

from bench import scenes
from bot import content as contents
from bot.config import Settings
from bot.consumer import Consumer
from bot.emergency import Emergency
from bot.transactions import Transactions
from domain.messages import Inbound, Outbound
from handlers import dispatch
from handlers.content import Content
from storage import outbox, processes, sealed, sending
from storage.database import Store, migrate
from storage.tables.messages import HELP, inbox
from tests.support import stores, telegram_updates, towns
from tests.support.process import Bot, free_port, telegram, until
from tests.support.requires import POSTGRESQL

Breaks = Callable[[Store], AbstractAsyncContextManager[stores.Broken]]
FAULTS: dict[str, Breaks] = {
    "sqlite, full disk": stores.full_disk,
    "sqlite, locked": stores.written_elsewhere,
    "postgresql, cut": stores.cut,
    "postgresql, hung": partial(stores.cut, hangs=True),
}
A_SECOND, SECONDS, DANGERS = 50, 5, 25
DANGER = "他又打我了，救救我"
KILLS = 10
CONFIG = """
database: {database}
data: {folder}/data
web: {{port: {port}, public_url: "http://127.0.0.1:{port}"}}
channels:
  telegram: {{enabled: yes, token: "7:stand-in", api_base: "{api}", chat_interval: 0}}
"""


def main() -> None:
    """Print a line a fault, then one for processes that are killed on PostgreSQL."""
    logging.disable(logging.CRITICAL)
    os.environ["MOTHERPOST_KEYS"] = Fernet.generate_key().decode()
    sealed.use_keys((os.environ["MOTHERPOST_KEYS"],))
    content = contents.load(Settings())
    for name, breaks in FAULTS.items():
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(_fault(name, breaks, content, Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        _killed(Path(folder))


async def _fault(name: str, breaks: Breaks, content: Content, folder: Path) -> None:
    store = _store(name.split(",")[0], folder)
    towns.small(store)
    waits: list[float] = []
    async with breaks(store) as broken:
        emergency = Emergency(folder, content)
        emergency.open()
        receive = partial(dispatch.receive, content=content)
        consumer = Consumer(
            Transactions(broken.store),
            receive,
            now=lambda: datetime.now(UTC),
            committed=lambda: None,
            prepare=dispatch.lock_senders,
            emergency=emergency,
        )
        running = asyncio.create_task(consumer.run())
        sent = await _talk(consumer, waits)
        await broken.mend()
        while emergency.messages:  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        emergency.close()
    with store.read() as tx:
        counted = Counter(tx.execute(select(inbox.c.event_id)).scalars())
    _drop(store)
    lost, doubled = len(set(sent) - counted.keys()), sum(count - 1 for count in counted.values())
    assert (lost, doubled) == (0, 0), (name, lost, doubled)
    scenes.show(f"{name}: help, the slowest of {len(waits)}", max(waits), f"s; of {len(sent)} messages 0 lost, 0 doubled", wanted="<= 1")


async def _talk(consumer: Consumer, waits: list[float]) -> list[str]:
    """Messages at a steady pace, some of them a danger; their events."""
    tasks, sent = [], []
    for number in range(A_SECOND * SECONDS):
        danger = number % (A_SECOND * SECONDS // DANGERS) == 7
        one = Inbound(
            channel="web",
            event_id=f"e{number}",
            sender=f"p{number % 40}",
            kind="text",
            sent_at=datetime.now(UTC),
            text=DANGER if danger else "你好",
        )
        tasks.append(asyncio.create_task(_hand_in(consumer, one, waits if danger else None)))
        sent.append(one.event_id)
        await asyncio.sleep(1 / A_SECOND)
    await asyncio.gather(*tasks)
    return sent


async def _hand_in(consumer: Consumer, one: Inbound, waits: list[float] | None) -> None:
    began = time.monotonic()
    receipt = await consumer.submit(one)
    # On a disk whose last pages are free some are taken in at once, and answered by the sender.
    if waits is not None and receipt.answers:
        waits.append(time.monotonic() - began)


def _store(kind: str, folder: Path) -> Store:
    url = f"sqlite:///{folder}/motherpost.db"
    if kind == "postgresql":
        name = f"motherpost_bench_{random.getrandbits(40)}"
        with create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as admin:
            admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
        url = POSTGRESQL.rsplit("/", 1)[0] + "/" + name
    store = Store(url)
    migrate(store)
    return store


def _killed(folder: Path) -> None:
    """A process dies with a reply and with help under way; the next one answers who is in danger, on the same address."""
    store, port = _store("postgresql", folder), free_port()
    towns.small(store)
    waits, again = [], []
    with telegram() as server:
        config = folder / "config.yaml"
        config.write_text(CONFIG.format(database=store.url, folder=folder, port=port, api=server.url))
        for number in range(KILLS):
            chats = [str(1000 + number), str(2000 + number)]
            _died_sending(store, chats)
            with Bot(config, port) as bot:
                up = time.monotonic()
                server.inject([telegram_updates.says(int(chats[0]), DANGER)])
                until(lambda chats=chats: (chats[0], "110") in _heard(server))
                waits.append(time.monotonic() - up)
                until(lambda chats=chats: (chats[1], "110") in _heard(server))
                again.append(time.monotonic() - up)
                bot.kill()
    scenes.show(
        f"postgresql, {KILLS} kills: help at an address with a reply under way, the slowest", max(waits), "s after it is up", wanted="<= 2"
    )
    scenes.show(f"postgresql, {KILLS} kills: help that was under way itself, the slowest", max(again), "s after it is up", wanted="<= 2")
    _drop(store)


def _drop(store: Store) -> None:
    store.close()
    if store.remote:
        with create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as admin:
            admin.exec_driver_sql(f'DROP DATABASE "{store.engine.url.database}" WITH (FORCE)')


def _died_sending(store: Store, chats: list[str]) -> None:
    """What a process leaves that was killed this moment."""
    owner, now = random.getrandbits(60), datetime.now(UTC)
    with store.begin() as tx:
        processes.beat(tx, owner, host="gone", pid=1)
        for chat, priority, words in ((chats[0], 0, "您好"), (chats[1], HELP, "110")):
            outbox.put(tx, Outbound(text=words), channel="telegram", address=chat, person_id=None, now=now, priority=priority)
        assert len(sending.claim(tx, "telegram", now=now, most=9, owner=owner)) >= 1


def _heard(server: object) -> set[tuple[str, str]]:
    return {(chat, "110") for chat, text in server.taken() if "110" in text}  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
