"""Danger while fifty others a second write: how long until who is on duty is alerted, hears her next word, and until she hears theirs.

The real consumer and the real sender on a file store; the channel only notes when something reached whom. Every wait ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from bench import scenes
from bot import content as contents
from bot.commands.town import invitation
from bot.config import Settings
from bot.consumer import Consumer
from bot.sender import Sender
from bot.transactions import Transactions
from channels import Sent, Submit
from domain.capabilities import WEB, Capabilities
from domain.messages import Inbound, Outbound
from handlers import dispatch
from storage.database import Store

RATE, ROUNDS, LONGEST = 50, 30, 10.0
WANTED = 1000.0  # ms
_events = itertools.count(1)


class Page:
    """A channel that notes what reached whom, and when."""

    name = WEB.channel
    capabilities: Capabilities = WEB

    def __init__(self) -> None:
        self.reached: list[tuple[str, Outbound, float]] = []
        self._news = asyncio.Condition()

    def routes(self, submit: Submit) -> list[object]:
        return []

    async def receive(self, submit: Submit) -> None:
        """Nobody is polled."""

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        async with self._news:
            self.reached.append((address, outbound, time.perf_counter()))
            self._news.notify_all()
        return Sent(str(row_id))

    async def close(self) -> None:
        """Nothing is open."""

    async def until(self, address: str, fits: Callable[[Outbound], bool], *, after: float) -> tuple[Outbound, float]:
        """What reached her that fits, and after how many seconds. Raises TimeoutError after LONGEST."""

        def found() -> tuple[Outbound, float] | None:
            return next((((said, at - after)) for to, said, at in self.reached if to == address and at >= after and fits(said)), None)

        async with asyncio.timeout(LONGEST), self._news:
            await self._news.wait_for(lambda: found() is not None)
        known = found()
        assert known is not None
        return known


def word(sender: str, text: str, choice: str = "") -> Inbound:
    return Inbound(
        channel=WEB.channel,
        event_id=f"b{next(_events)}",
        sender=sender,
        kind="choice" if choice else "command" if text.startswith("/") else "text",
        text=text.removeprefix("/"),
        choice=choice,
        sent_at=datetime.now(UTC),
    )


def main() -> None:
    """Print median, slowest hundredth and slowest of each of the three ways."""
    with scenes.folder() as where:
        store = scenes.store(where, mothers=500, positions=300)
        waits = asyncio.run(_run(store))
        store.close()
    for name, seconds in waits.items():
        shown = [1000 * scenes.percentile(seconds, share) for share in (0.5, 0.99, 1.0)]
        print(
            f"{name}: p50 {shown[0]:.0f} ms, p99 {shown[1]:.0f} ms, max {shown[2]:.0f} ms of {len(seconds)}   [wanted: < {WANTED:.0f} ms]"
        )


async def _run(store: Store) -> dict[str, list[float]]:
    page, content, transactions = Page(), contents.load(Settings()), Transactions(store)
    now = partial(datetime.now, UTC)
    sender = Sender(page, transactions, now=now)  # type: ignore[arg-type]
    receive = partial(dispatch.receive, content=content)
    consumer = Consumer(transactions, receive, now=now, committed=sender.wake, prepare=dispatch.lock_senders)
    code = invitation(store, "coordinator", community="YT01", expires_at=now() + timedelta(hours=1), now=now())
    content.answers.best("能带孩子吗")
    running = [asyncio.create_task(consumer.run()), asyncio.create_task(sender.run())]
    await consumer.submit(word("duty", f"/start {code}"))
    crowd = asyncio.create_task(_crowd(consumer))
    waits: dict[str, list[float]] = {"alert at who is on duty": [], "her next word at the staff": [], "the staff's word at her": []}
    try:
        for number in range(ROUNDS):
            for name, seconds in zip(waits, await _round(page, consumer, f"mother{number}"), strict=True):
                waits[name].append(seconds)
            await asyncio.sleep(0.3)
    finally:
        for task in (crowd, *running):
            task.cancel()
        await asyncio.gather(crowd, *running, return_exceptions=True)
    return waits


async def _crowd(consumer: Consumer) -> None:
    """Fifty messages a second of as many people."""
    for talk in _talks():
        with contextlib.suppress(Exception):
            consumer.submit(talk)
        await asyncio.sleep(1 / RATE)


def _talks() -> Iterator[Inbound]:
    for person in itertools.count():
        for text in ("你好", "想找能领回家做的活", "登记", "1 3", "银杏湾", "能带孩子吗"):
            yield word(f"crowd{person}", text)


async def _round(page: Page, consumer: Consumer, mother: str) -> tuple[float, float, float]:
    for text in ("登记", "1", "槐荫里"):
        await consumer.submit(word(mother, text))
    after = time.perf_counter()
    consumer.submit(word(mother, "救命，他掐我脖子，刚打完我"))
    alert, alerted = await page.until("duty", lambda said: any(b.choice.startswith("thread:") for b in said.choices()), after=after)
    thread = next(button.choice for button in alert.choices() if button.choice.startswith("thread:"))
    await consumer.submit(word("duty", "", f"{thread}:take"))
    after = time.perf_counter()
    consumer.submit(word(mother, "他在楼下，我把门锁了"))
    _, heard = await page.until("duty", lambda said: any(b.choice.startswith(thread) for b in said.choices()), after=after)
    await consumer.submit(word("duty", "", f"{thread}:reply"))
    after = time.perf_counter()
    consumer.submit(word("duty", f"我是赵姐，{mother}，您现在安全吗"))
    _, answered = await page.until(mother, lambda said: "您现在安全吗" in said.text, after=after)
    return alerted, heard, answered


if __name__ == "__main__":
    main()
