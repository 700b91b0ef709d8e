"""A broadcast to a million: how long choosing takes in the running bot, what it costs in memory, and how long mothers wait meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import uvloop
from sqlalchemy import func, select

from bench import bots, load, scenes
from bench.load import StandIn
from domain.access import CITY
from domain.broadcasts.audience import Audience
from domain.messages import Outbound
from handlers.tell import body
from storage import sending
from storage.broadcasts import meant, queue, recipients
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables.messages import recipient

PEOPLE, FIRST = 1_000_000, 10_000_000
# A mother's message is answered with up to two, of the thirty a second that Telegram takes.
RATE, WRITERS, SECONDS = 30, 6, 25.0


def main() -> None:
    """Print time, memory and mothers' waits beside what is wanted; then claim and mark."""
    claims()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, scenes.folder() as where:
        runner.run(_run(where))


def fill(store: Store, count: int) -> None:
    """So many registered mothers whom Telegram reaches, in the communities that there are."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"  # noqa: S608 - a number of ours
    with store.begin() as tx:
        tx.exec_driver_sql(
            f"{numbers} INSERT INTO person (id, key, community_id, language, notices, quiet, created_at)"  # noqa: S608
            f" SELECT {FIRST} + i, 'k' || i, 1 + i % 11, 'zh', 1, '', '2026-01-01 00:00:00.000000' FROM n"
        )
        tx.exec_driver_sql(
            "INSERT INTO mother (person_id, children, skills, learn, modes, sectors, windows, hardship, updated_at) SELECT id, '[\"2024-01\"]',"
            f" '[\"sewing\"]', '[]', '[]', '[]', '', 0, '2026-01-01 00:00:00.000000' FROM person WHERE id > {FIRST}"  # noqa: S608
        )
        tx.exec_driver_sql(
            "INSERT INTO address (person_id, channel, address, state, used_at)"
            f" SELECT id, 'telegram', id, 'open', '2026-01-01 00:00:00.000000' FROM person WHERE id > {FIRST}"  # noqa: S608
        )


def draft(store: Store) -> int:
    """A broadcast to everybody, not yet approved."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        writer = persons.add(tx, "web", "writer", language="zh", now=now).person_id
        roles.give(tx, writer, "federation", CITY, now=now)
        number = queue.add(tx, "broadcast", audience=Audience(), urgent=False, created_by=writer, now=now)
        queue.write(tx, number, body(Outbound(text="明天上午九点，社区活动室开缝纫班。")))
        queue.move(tx, number, ["counting"], "asked", starts_at=now)
    return number


@contextmanager
def _bot(config: Path) -> Iterator[psutil.Process]:
    with bots.ours(config) as process:
        yield process


async def _run(where: Path) -> None:
    # Hardly any posts: what finds a million mothers for new ones is another bench's matter.
    store = scenes.store(where, mothers=1, positions=1)
    await asyncio.to_thread(fill, store, PEOPLE)
    number = draft(store)
    async with StandIn() as server:
        config, port = bots.settings(where, api=server.url, rate=RATE)
        context = _bot(config)
        process = await asyncio.to_thread(context.__enter__)
        try:
            # The first messages load what every process needs once.
            await load.steadily(server, port, rate=WRITERS, seconds=4, first_chat=5000)
            before = process.memory_info().rss
            writing = asyncio.create_task(load.steadily(server, port, rate=WRITERS, seconds=SECONDS))
            await asyncio.sleep(1)
            idle, took, most = await _chosen(store, number, process)
            stopping = await _stopped(store, number)
            figures = await writing
        finally:
            context.__exit__(None, None, None)
    with store.read() as tx:
        chosen = tx.execute(select(func.count()).select_from(recipient).where(recipient.c.notice_id == number)).scalar_one()
    print(
        f"{chosen:,} recipients chosen and queued in {took:.2f} s (after {idle:.2f} s until it saw another process' word), memory grew by {(most - before) / 1e6:.0f} MB; "
        f"a mother waits p50 {1000 * scenes.percentile(figures.waits, 0.5):.0f} ms, p99 {figures.p99:.0f} ms, longest "
        f"{1000 * max(figures.waits):.0f} ms; nothing waits {stopping:.2f} s after the stop   [wanted: < 3 s, flat, p99 < 200 ms, < 1 s]",
        flush=True,
    )


async def _chosen(store: Store, number: int, process: psutil.Process) -> tuple[float, float, int]:
    """Seconds from the second person's word until it is seen, from there until all are chosen, and the most memory meanwhile."""
    most = process.memory_info().rss
    with store.begin() as tx:
        queue.move(tx, number, ["asked"], "approved")
    approved = time.monotonic()
    # Nobody spoke to this process, so that it looks within its second.
    while await asyncio.to_thread(_status, store, number) == "approved":  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    began = time.monotonic()
    while await asyncio.to_thread(_status, store, number) == "choosing":
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.05)
    took = time.monotonic() - began
    await asyncio.sleep(3)
    return began - approved, took, max(most, process.memory_info().rss)


async def _stopped(store: Store, number: int) -> float:
    """Seconds from the stop until nothing of it waits in the outbox."""
    began = time.monotonic()
    with store.begin() as tx:
        queue.move(tx, number, queue.STOPPABLE, "stopped", fed_to=0)
        recipients.withhold(tx, number)
    while await asyncio.to_thread(_waits, store, number):  # noqa: ASYNC110 - a bench may look
        await asyncio.sleep(0.01)
    return time.monotonic() - began


def _status(store: Store, number: int) -> str:
    with store.read() as tx:
        return str(getattr(queue.get(tx, number), "status", ""))


def _waits(store: Store, number: int) -> bool:
    with store.read() as tx:
        return meant.unsettled(tx, number)


def claims(sent: int = 300_000, batch: int = 100, rounds: int = 100) -> None:
    """Print what claiming and marking one message costs with so many sent ones behind it."""
    with scenes.folder() as where:
        store = scenes.store(where, mothers=1, positions=1)
        now, rows = datetime.now(UTC), batch * rounds
        number = draft(store)
        with store.begin() as tx:
            for status, first, count in (("sent", 0, sent), ("waiting", sent, rows)):
                tx.exec_driver_sql(
                    f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"  # noqa: S608
                    " INSERT INTO outbox (channel, address, priority, notice_id, body, private, once, edits, digest, status, why, attempts,"
                    f" created_at, due_at, platform_ref) SELECT 'web', {first} + i, 2, {number}, '', 0, 0, '', 0, '{status}', '', 0,"
                    " '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', '' FROM n"
                )
        began, spent = time.process_time(), 0.0
        for _ in range(rounds):
            at = time.perf_counter()
            with store.begin() as tx:
                found = sending.claim(tx, "web", now=now, most=batch)
                sending.mark_sent(tx, [(one.id, str(one.id)) for one in found], now=now)
            spent += time.perf_counter() - at
        store.close()
    print(
        f"claim and mark with {sent:,} sent behind: {1e6 * spent / rows:.1f} µs a message with its share of the commit, "
        f"{1e6 * (time.process_time() - began) / rows:.1f} µs of the processor ({batch} at a time)   [wanted: < 30 µs]",
        flush=True,
    )


if __name__ == "__main__":
    main()
