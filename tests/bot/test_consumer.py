"""The consumer: one commit for what waits, order kept, and a channel is told only what is durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, event

from bot.consumer import Consumer
from bot.transactions import Transactions
from channels import NotStored
from domain.messages import Inbound, Receipt
from handlers import dispatch
from handlers.content import Content
from storage.database import Store


def inbound(now: datetime, text: str) -> Inbound:
    return Inbound(channel="web", event_id=text, sender="a", kind="text", text=text, sent_at=now)


def received(seen: list[str], what: str) -> Receipt:
    """It was seen, and nothing has to be said."""
    seen.append(what)
    return Receipt(inbox_id=None)


@asynccontextmanager
async def consuming(store: Store, receive: Callable[[Connection, Inbound, datetime], Receipt], now: datetime) -> AsyncIterator[Consumer]:
    consumer = Consumer(Transactions(store), receive, now=lambda: now, committed=lambda: None)
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_waits_is_committed_together_and_in_order(store: Store, now: datetime) -> None:
    seen: list[str] = []
    commits: list[Connection] = []
    event.listen(store.engine, "commit", commits.append)
    consumer = Consumer(Transactions(store), lambda tx, one, at: received(seen, one.text), now=lambda: now, committed=lambda: None)
    waiting = [asyncio.ensure_future(consumer.submit(inbound(now, str(n)))) for n in range(50)]
    task = asyncio.create_task(consumer.run())
    await asyncio.gather(*waiting)
    task.cancel()
    assert seen == [str(n) for n in range(50)]
    assert len(commits) == 1


async def test_a_failed_commit_is_told_to_the_channel(store: Store, now: datetime) -> None:
    def broken(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        raise OSError("disk full")

    async with consuming(store, broken, now) as consumer:
        with pytest.raises(NotStored):
            await consumer.submit(inbound(now, "x"))


async def test_it_goes_on_after_a_failed_batch(store: Store, now: datetime) -> None:
    fails = [True]

    def receive(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        if fails.pop() if fails else False:
            raise OSError
        return Receipt(inbox_id=None)

    async with consuming(store, receive, now) as consumer:
        with pytest.raises(NotStored):
            await consumer.submit(inbound(now, "x"))
        await consumer.submit(inbound(now, "x"))
        assert consumer.processed == 1


async def test_what_still_waits_when_it_ends_is_refused(store: Store, now: datetime) -> None:
    async with consuming(store, lambda tx, one, at: received([], one.text), now) as consumer:
        pass
    waiting = asyncio.ensure_future(consumer.submit(inbound(now, "late")))
    task = asyncio.create_task(consumer.run())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    waiting.cancel()


async def test_a_message_is_acknowledged_with_its_row_and_a_repeat_with_the_same(store: Store, content: Content, now: datetime) -> None:
    consumer = Consumer(Transactions(store), partial(dispatch.receive, content=content), now=lambda: now, committed=lambda: None)
    running = asyncio.create_task(consumer.run())
    first = await consumer.submit(inbound(now, "x"))
    again = await consumer.submit(inbound(now, "x"))
    running.cancel()
    assert first.inbox_id is not None and not first.repeated
    assert (again.inbox_id, again.repeated) == (first.inbox_id, True)


def of(now: datetime, sender: str, text: str) -> Inbound:
    return Inbound(channel="web", event_id=f"{sender}:{text}", sender=sender, kind="text", text=text, sent_at=now)


async def test_who_says_much_waits_for_herself(store: Store, now: datetime) -> None:
    seen: list[str] = []
    consumer = Consumer(Transactions(store), lambda tx, one, at: received(seen, one.event_id), now=lambda: now, committed=lambda: None)
    waiting = [asyncio.ensure_future(consumer.submit(of(now, "many", str(n)))) for n in range(40)]
    waiting += [asyncio.ensure_future(consumer.submit(of(now, "victim", str(n)))) for n in range(2)]
    running = asyncio.create_task(consumer.run())
    await asyncio.gather(*waiting)
    running.cancel()
    assert seen[:4] == ["many:0", "victim:0", "many:1", "victim:1"]
    assert [one for one in seen if one.startswith("many")] == [f"many:{n}" for n in range(40)]


async def test_a_transaction_ends_when_its_time_is_used_up_and_others_come_between(store: Store, now: datetime) -> None:
    seen: list[str] = []
    commits: list[int] = []
    clock = [0.0]
    event.listen(store.engine, "commit", lambda connection: commits.append(len(seen)))

    def receive(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        clock[0] += 0.06  # a long text
        return received(seen, one.event_id)

    def committed() -> None:
        if len(seen) == 2:
            waiting.append(asyncio.ensure_future(consumer.submit(of(now, "victim", "0"))))
        if len(seen) == 9:
            done.set()

    done = asyncio.Event()
    consumer = Consumer(Transactions(store), receive, now=lambda: now, committed=committed, clock=lambda: clock[0])
    waiting = [asyncio.ensure_future(consumer.submit(of(now, "many", str(n)))) for n in range(8)]
    running = asyncio.create_task(consumer.run())
    async with asyncio.timeout(10):
        await done.wait()
    await asyncio.gather(*waiting)
    running.cancel()
    assert commits == [2, 4, 6, 8, 9]
    assert seen.index("victim:0") <= 5
    assert [one for one in seen if one.startswith("many")] == [f"many:{n}" for n in range(8)]
