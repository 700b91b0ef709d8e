"""The sender: each kind of SendError has its consequence, nothing is lost, the pace is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.sender import TRIES, Sender, backoff, record_failure
from bot.transactions import LONGEST_WAIT, Result, Transactions
from domain.capabilities import WEB
from domain.errors import SendError
from domain.messages import Outbound
from storage import outbox, sending, told
from storage.database import Store
from storage.people import persons
from tests.support.fakes import FakeChannel


def put(store: Store, text: str, now: datetime, address: str = "a") -> int:
    with store.begin() as tx:
        if persons.find(tx, "web", address) is None:
            persons.add(tx, "web", address, language="zh", now=now)
        return outbox.put(tx, Outbound(text=text), channel="web", address=address, person_id=None, now=now)


def statuses(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {status: count for (_, status), count in told.counts(tx).items()}


@asynccontextmanager
async def at_work(store: Store, channel: FakeChannel, now: datetime, clock: Callable[[], float] | None = None) -> AsyncIterator[Sender]:
    sender = Sender(channel, Transactions(store), now=lambda: now, **({"clock": clock} if clock else {}))  # type: ignore[arg-type]
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_everything_due_is_sent_once_in_order(store: Store, now: datetime) -> None:
    for n in range(30):
        put(store, str(n), now, address=f"a{n % 3}")
    channel = FakeChannel()
    async with at_work(store, channel, now):
        await channel.until(lambda: len(channel.sent) == 30)
    assert statuses(store) == {"sent": 30}
    for address in ("a0", "a1", "a2"):
        said = [int(text) for to, text, _ in channel.sent if to == address]
        assert said == sorted(said)


async def test_a_poisoned_row_neither_stops_nor_repeats_the_others(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "bad", now, address="bad")
    for n in range(5):
        put(sqlite_store, str(n), now, address=f"a{n}")
    channel = FakeChannel(fails=lambda address, text: ValueError("broken") if text == "bad" else None)
    async with at_work(sqlite_store, channel, now):
        await channel.until(lambda: len(channel.sent) == 5)
    assert statuses(sqlite_store) == {"sent": 5, "waiting": 1}


async def test_in_flight_at_the_end_is_recorded(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "x", now)
    channel = FakeChannel()
    channel.gate.clear()
    async with at_work(sqlite_store, channel, now):
        await channel.until(lambda: channel.flying == 1)
        asyncio.get_running_loop().call_soon(channel.gate.set)
    assert statuses(sqlite_store) == {"sent": 1}


async def test_a_chat_that_moved_is_followed(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "x", now)
    channel = FakeChannel()
    channel.moved = {"a": "b"}
    async with at_work(sqlite_store, channel, now):
        await channel.until(lambda: len(channel.sent) == 1)
    with sqlite_store.read() as tx:
        assert persons.find(tx, "web", "a") is None
        assert persons.find(tx, "web", "b") is not None


async def test_never_more_in_flight_than_a_crash_may_repeat(sqlite_store: Store, now: datetime) -> None:
    for n in range(12):
        put(sqlite_store, "x", now, address=f"a{n}")
    channel = FakeChannel(replace(WEB, rate=32.0))
    channel.gate.clear()
    async with at_work(sqlite_store, channel, now) as sender:
        await channel.until(lambda: channel.flying == 8)
        assert statuses(sqlite_store)["sending"] == 8
        channel.gate.set()
        sender.wake()
        await channel.until(lambda: len(channel.sent) == 12)


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        ("retry", "waiting", "open"),
        ("throttled", "waiting", "open"),
        ("misconfigured", "waiting", "open"),
        ("gone", "failed", "gone"),
        ("rejected", "failed", "open"),
        ("window_closed", "failed", "open"),
    ],
)
def test_each_kind_of_error_has_one_consequence(sqlite_store: Store, now: datetime, kind: str, status: str, state: str) -> None:
    put(sqlite_store, "x", now)
    with sqlite_store.begin() as tx:
        [row] = sending.claim(tx, "web", now=now, most=1)
        record_failure(tx, row, SendError(kind, "why"), now=now)  # type: ignore[arg-type]
        found = persons.find(tx, "web", "a")
        assert found is not None and found.address_state == state
    assert statuses(sqlite_store) == {status: 1}


def test_a_row_is_given_up_only_after_half_a_day_and_then_listed(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "x", now)
    began = now
    for _ in range(TRIES):
        with sqlite_store.begin() as tx:
            [row] = sending.claim(tx, "web", now=now, most=1)
            record_failure(tx, row, SendError("retry", "502"), now=now)
        now += timedelta(hours=2)
    assert statuses(sqlite_store) == {"failed": 1}
    with sqlite_store.read() as tx:
        assert [t.why for t in told.troubled(tx, 9)] == ["retry"]
    assert sum((backoff(n) for n in range(1, TRIES)), timedelta()) > timedelta(hours=6)
    assert began < now


def test_throttling_uses_up_no_try(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "x", now)
    for _ in range(TRIES + 5):
        with sqlite_store.begin() as tx:
            [row] = sending.claim(tx, "web", now=now, most=1)
            record_failure(tx, row, SendError("throttled", "429", after=3), now=now)
        now += timedelta(seconds=3)
    assert statuses(sqlite_store) == {"waiting": 1}


async def test_a_throttled_channel_rests_as_long_as_the_platform_says(sqlite_store: Store, now: datetime) -> None:
    put(sqlite_store, "x", now)
    clock = [100.0]
    answers = iter([SendError("throttled", "429", after=30), None, None])
    channel = FakeChannel(fails=lambda address, text: next(answers))
    async with at_work(sqlite_store, channel, now, clock=lambda: clock[0]) as sender:
        await channel.until(lambda: channel.flying == 0 and sender._pause_until > 0)
        assert sender._pause_until == 130.0
        assert channel.sent == []


async def test_a_pause_that_ends_while_rows_are_looked_for_costs_no_more_time(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(sqlite_store, "refused", now, address="a")
    clock = [100.0]
    channel = FakeChannel(fails=lambda address, text: SendError("throttled", "429", after=30) if text == "refused" else None)

    class Slow(Transactions):
        async def run(self, work: Callable[[Connection], Result], *, patience: float = LONGEST_WAIT) -> Result:
            found = await super().run(work, patience=patience)
            if sender._pause_until:
                clock[0] = 130.0
            return found

    # Whoever rests for longer than the pause lasts waits for ever.
    monkeypatch.setattr("bot.sender.IDLE", 3600.0)
    sender = Sender(channel, Slow(sqlite_store), now=lambda: now, clock=lambda: clock[0])
    task = asyncio.create_task(sender.run())
    await channel.until(lambda: channel.began == 1)
    put(sqlite_store, "next", now, address="b")
    await channel.until(lambda: len(channel.sent) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
