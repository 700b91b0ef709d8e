"""An orderly end leaves no doubt: what was not begun is neither lost nor suspected of having been sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.sender import Sender
from bot.transactions import Transactions
from domain.capabilities import WEB
from domain.messages import Outbound
from storage import outbox, sending, told
from storage.database import Store
from tests.support.fakes import FakeChannel, throttled


async def test_rows_that_were_claimed_and_not_begun_are_given_back(sqlite_store: Store, now: datetime) -> None:
    with sqlite_store.begin() as tx:
        for n in range(5):
            outbox.put(tx, Outbound(text="x", once=True), channel="web", address=f"a{n}", person_id=None, now=now)
    # One a second: the second row waits for its turn when the end comes.
    channel = FakeChannel(replace(WEB, rate=1.0))
    sender = asyncio.create_task(Sender(channel, Transactions(sqlite_store), now=lambda: now).run())
    await channel.until(lambda: len(channel.sent) == 1)
    sender.cancel()
    await asyncio.gather(sender, return_exceptions=True)
    with sqlite_store.begin() as tx:
        assert told.counts(tx) == {("web", "sent"): 1, ("web", "waiting"): 4}
        assert sending.recover(tx, now=now, all_leases=True) == (0, 0)
        assert told.troubled(tx, 9) == []


async def test_after_a_429_what_was_claimed_with_it_is_given_back(sqlite_store: Store, now: datetime) -> None:
    with sqlite_store.begin() as tx:
        for n in range(5):
            outbox.put(tx, Outbound(text="x", once=True), channel="web", address=f"a{n}", person_id=None, now=now)
    channel = FakeChannel(replace(WEB, rate=100.0), fails=lambda address, text: throttled(60))
    sender = asyncio.create_task(Sender(channel, Transactions(sqlite_store), now=lambda: now).run())
    await channel.until(lambda: channel.began == 1 and channel.flying == 0)
    sender.cancel()
    await asyncio.gather(sender, return_exceptions=True)
    with sqlite_store.begin() as tx:
        assert told.counts(tx) == {("web", "waiting"): 5}
        assert sending.recover(tx, now=now, all_leases=True) == (0, 0)
    assert channel.began == 1, "a platform that says 429 is not asked again at once"
