"""An event that comes again, at once or over restarts, has one effect and one answer, whatever became of that answer meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from handlers.content import Content
from storage.database import Store
from storage.tables import messages
from storage.tables.messages import inbox
from tests.support import towns, wechat
from tests.support.chat import Town
from tests.support.wechat_bot import Line, life

T = messages.outbox
WORDS = ("你是谁", "找活", "菜单", "有什么班")
# Nobody listens there: what an account with verification would push waits as well.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def town(sqlite_store: Store, content: Content, now: datetime) -> Town:
    towns.small(sqlite_store)
    return Town(sqlite_store, content, now)


@pytest.fixture(params=["unverified", "verified"])
def verified(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "verified")


def unmarked(line: Line) -> None:
    """The process dies before it has marked any answer as given."""
    line.bot.channels[-1]._callback._answers.given = lambda rows: None  # type: ignore[attr-defined]


def counted(town: Town) -> tuple[int, int]:
    """Events, and rows that answer them."""
    with town.store.read() as tx:
        events = tx.execute(select(func.count()).select_from(inbox)).scalar_one()
        return events, tx.execute(select(func.count(T.c.inbox_id.distinct()))).scalar_one()


async def until(town: Town, condition: Callable[[set[str]], bool]) -> None:
    """The senders came round and did what they could."""
    async with asyncio.timeout(60):
        while True:
            with town.store.read() as tx:
                if condition(set(tx.execute(select(T.c.status)).scalars())):
                    return
            await asyncio.sleep(0.001)


async def a_minute_later(town: Town, line: Line) -> None:
    """What died with the process before is the sender's by now."""
    town.later(minutes=1)
    line.bot.wake()


@pytest.mark.parametrize("key", ["", wechat.AES_KEY], ids=["plain", "safe"])
async def test_events_three_times_over_two_restarts(town: Town, content: Content, key: str, verified: bool) -> None:
    """Her later words take along what had waited, and the first ones are answered as they were nevertheless."""
    account = {"aes_key": key, "verified": verified, "app_secret": "s", "api_base": NOWHERE}
    heard: list[set[str]] = []
    said: list[str] = []
    for lived in range(3):
        async with life(town.store, content, lambda: town.now, killed=lived < 2, **account) as line:
            unmarked(line)
            if lived:
                await a_minute_later(town, line)
            if lived and not verified:
                await until(town, lambda statuses: "waiting" not in statuses)
            fresh = [wechat.message(f"o{n % 3}", Content=WORDS[n % 4], at=line.at) for n in range(len(said), len(said) + 8)]
            said, heard = [*said, *fresh], [*heard, *(set() for _ in fresh)]
            for n in reversed(range(len(said))):
                both = await asyncio.gather(*(line.answer(line.call(said[n])) for _ in range(1 + n % 2)))
                heard[n].update(both)
    assert all(len(answers) == 1 and "" not in answers for answers in heard)
    assert counted(town) == (24, 24)


async def test_what_a_later_word_brought_stands_in_the_answer_to_the_first_one_too(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now, killed=True) as line:
        unmarked(line)
        first = line.call(wechat.message("o1", Content="你是谁", at=line.at))
        answer = await line.answer(first)
    async with life(town.store, content, lambda: town.now) as line:
        await a_minute_later(town, line)
        await until(town, lambda statuses: statuses == {"kept"})
        second = line.call(wechat.message("o1", Content="更多", at=line.at))
        brought = await line.answer(second)
        assert "【之前没能发给您的】" in brought and "【" not in answer
        assert (await line.answer(first), await line.answer(second)) == (answer, brought)
        await until(town, lambda statuses: statuses == {"sent"})
