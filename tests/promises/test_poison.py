"""One message that cannot be processed, and one store that cannot take any: nobody else waits for the one, nothing is lost in the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, event, update

from bot.consumer import Consumer
from bot.transactions import Transactions
from channels import NotStored
from domain.messages import Inbound, Receipt
from handlers import dispatch
from handlers.content import Content
from storage import inbox, told
from storage.database import Store, lost, savepoint
from storage.tables import messages
from tests.support import towns
from tests.support.chat import Town


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def text(sender: str, number: str, now: datetime) -> Inbound:
    return Inbound(channel="web", event_id=f"{sender} {number}", sender=sender, kind="text", text="你好", sent_at=now)


async def submitted(store: Store, content: Content, now: datetime, *batch: Inbound) -> list[object]:
    """What became of messages that came together: None for one that was taken in, or NotStored."""
    consumer = Consumer(
        Transactions(store),
        partial(dispatch.receive, content=content),
        now=lambda: now,
        committed=lambda: None,
        prepare=dispatch.lock_senders,
    )
    waiting = [asyncio.ensure_future(consumer.submit(one)) for one in batch]
    task = asyncio.create_task(consumer.run())
    found = await asyncio.gather(*waiting, return_exceptions=True)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return [None if isinstance(one, Receipt) else one for one in found]


def count_told(store: Store, address: str) -> int:
    with store.read() as tx:
        return len(told.said_to(tx, "web", address, after=0, limit=99))


def test_a_person_whose_row_cannot_be_read_holds_up_nobody(town: Town, now: datetime) -> None:
    store = town.store
    town.person("unreadable").says("登记")
    with store.begin() as tx:
        tx.exec_driver_sql("UPDATE conversation SET state = 'broken'")
    before = count_told(store, "unreadable")
    batch = [text("first", "1", now), text("unreadable", "1", now), text("last", "1", now)]
    assert asyncio.run(submitted(store, town.content, now, *batch)) == [None, None, None]
    assert asyncio.run(submitted(store, town.content, now, *batch)) == [None, None, None]
    assert count_told(store, "first") == count_told(store, "last") == 1
    assert count_told(store, "unreadable") == before + 1, "one apology, also when the message comes again"
    with store.read() as tx:
        statuses = tx.execute(messages.inbox.select().where(messages.inbox.c.event_id == "unreadable 1")).all()
    assert [row.status for row in statuses] == ["failed(InvalidToken)"]


def test_a_message_that_breaks_the_transaction_itself_comes_back_alone(sqlite_store: Store, content: Content, now: datetime) -> None:
    def receive(tx: Connection, inbound: Inbound, at: datetime) -> Receipt:
        if inbound.event_id == "bad 1":
            raise RuntimeError
        return Receipt(inbox_id=inbox.put(tx, inbound, person_id=None, said="", now=at))

    async def run() -> list[object]:
        consumer = Consumer(Transactions(sqlite_store), receive, now=lambda: now, committed=lambda: None)
        batch = [text("a", "1", now), text("bad", "1", now), text("b", "1", now), text("bad", "2", now)]
        waiting = [asyncio.ensure_future(consumer.submit(one)) for one in batch]
        task = asyncio.create_task(consumer.run())
        found = await asyncio.gather(*waiting, return_exceptions=True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return list(found)

    first, bad, last, behind = asyncio.run(run())
    assert isinstance(first, Receipt) and isinstance(last, Receipt)
    assert isinstance(bad, NotStored)
    assert isinstance(behind, NotStored), "a person's messages keep their order"
    with sqlite_store.read() as tx:
        assert inbox.seen(tx, "web", "a 1") and inbox.seen(tx, "web", "b 1")


def test_with_a_full_disk_nothing_is_half_done_and_with_room_everything_is_done(
    sqlite_store: Store, content: Content, now: datetime
) -> None:
    towns.small(sqlite_store)
    batch = [text(f"p{n}", "1", now) for n in range(40)]
    with sqlite_store.begin() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()

    @event.listens_for(sqlite_store.engine, "checkout")
    def _full(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + room[0]}")  # type: ignore[attr-defined]

    room = [5]
    became = asyncio.run(submitted(sqlite_store, content, now, *batch))
    assert any(isinstance(one, NotStored) for one in became), "the disk was full"
    with sqlite_store.read() as tx:
        assert [inbox.seen(tx, "web", one.event_id) is not None for one in batch] == [one is None for one in became], (
            "acknowledged is stored"
        )
    room[0] = 10_000
    assert asyncio.run(submitted(sqlite_store, content, now, *batch)) == [None] * 40
    assert all(count_told(sqlite_store, one.sender) == 1 for one in batch)


def test_what_sqlite_undid_by_itself_is_not_carried_on(sqlite_store: Store, now: datetime) -> None:
    with pytest.raises(ValueError, match="full"), sqlite_store.begin() as tx, savepoint(tx):
        tx.execute(update(messages.conversation).values(status="done"))
        tx.exec_driver_sql("ROLLBACK")
        assert lost(tx, ValueError())
        raise ValueError("full")
