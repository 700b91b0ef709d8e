"""The consumer's line: a person has one turn a round, whatever she writes from, and what one sender says keeps its order."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import Connection

from bot.consumer import Consumer
from bot.line import FairLine
from bot.transactions import Transactions
from domain.messages import Inbound, Receipt
from storage.database import Store

# The phone and the page of one woman, and the phone of another.
PERSONS = {("telegram", "many"): 7, ("web", "many"): 7, ("telegram", "victim"): 8}


def said(now: datetime, channel: str, sender: str, number: int) -> Inbound:
    return Inbound(channel=channel, event_id=f"{channel}:{sender}:{number}", sender=sender, kind="text", text="他" * 4000, sent_at=now)


async def test_one_woman_on_two_channels_has_one_turn_a_round(sqlite_store: Store, now: datetime) -> None:
    seen: list[str] = []

    def receive(_tx: Connection, one: Inbound, _at: datetime) -> Receipt:
        seen.append(one.event_id)
        return Receipt(inbox_id=None, person_id=PERSONS[one.channel, one.sender])

    consumer = Consumer(Transactions(sqlite_store), receive, now=lambda: now, committed=lambda: None)
    running = asyncio.create_task(consumer.run())
    await asyncio.gather(*(consumer.submit(said(now, channel, sender, 0)) for channel, sender in PERSONS))
    seen.clear()
    work = (
        [("telegram", "many", n) for n in (1, 2, 3)] + [("web", "many", n) for n in (1, 2, 3)] + [("telegram", "victim", n) for n in (1, 2)]
    )
    await asyncio.gather(*(consumer.submit(said(now, *one)) for one in work))
    running.cancel()
    assert [one.split(":")[1] for one in seen] == ["many", "victim", "many", "victim", "many", "many", "many", "many"]
    for channel in ("telegram", "web"):
        assert [one for one in seen if one.startswith(f"{channel}:many")] == [f"{channel}:many:{n}" for n in (1, 2, 3)]


async def test_what_waits_when_it_is_learnt_who_a_sender_is_goes_before_what_she_says_later(now: datetime) -> None:
    line = FairLine(remembered=1)

    def put(sender: str, number: int) -> None:
        line.put((said(now, "web", sender, number), asyncio.get_running_loop().create_future()))

    put("a", 1)
    put("a", 2)
    line.belongs(("web", "a"), 7)
    put("a", 3)
    line.belongs(("web", "b"), 8)  # only one is remembered, and she of whom something waits is
    put("a", 4)
    put("c", 1)
    assert [line.take()[0].event_id for _ in range(5)] == ["web:a:1", "web:c:1", "web:a:2", "web:a:3", "web:a:4"]
    assert not line
