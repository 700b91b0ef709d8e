"""A mother in WeChat and the whole bot behind an account without verification: all that is said to her is in a response."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import func, select, update

from domain.messages import Outbound
from handlers.content import Content
from storage import outbox
from storage.database import Store
from storage.tables import messages
from storage.tables.messages import inbox
from tests.support import towns, wechat
from tests.support.chat import Town
from tests.support.wechat_bot import life

T = messages.outbox


@pytest.fixture
def town(sqlite_store: Store, content: Content, now: datetime) -> Town:
    towns.small(sqlite_store)
    return Town(sqlite_store, content, now)


def rows(town: Town) -> list[tuple[str, str]]:
    with town.store.read() as tx:
        return [(row.status, row.platform_ref) for row in tx.execute(select(T).order_by(T.c.id))]


async def settled(town: Town) -> list[tuple[str, str]]:
    """The rows once nothing is on its way."""
    for _ in range(2000):
        if all(status in ("sent", "kept") for status, _ in rows(town)):
            break
        await asyncio.sleep(0.005)
    return rows(town)


async def test_she_registers_by_numbers(town: Town, content: Content) -> None:
    towns.position(town.store, town.now, "P1", mode="take_home", community="YT03")
    async with life(town.store, content, lambda: town.now) as line:
        assert "1 " in await line.post(line.call(wechat.event("o1", "subscribe", at=line.at)))
        for said in ("1", "1", "4", "海风3", "1", "6"):
            heard = await line.says("o1", said)
            assert heard
        assert all(status == "sent" and ref == "response" for status, ref in await settled(town))


async def test_a_repeat_hears_the_same_also_after_a_restart(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now) as line:
        call = line.call(wechat.message("o1", Content="找活", at=line.at))
        first = await line.post(call)
        assert first and await line.post(call) == first
    async with life(town.store, content, lambda: town.now) as line:
        assert await line.post(call) == first
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(inbox)).scalar() == 1


async def test_an_answer_that_died_with_the_process_is_given_to_the_repeat(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now, killed=True) as line:
        call = line.call(wechat.message("o1", Content="找活", at=line.at))
        answers = line.bot.channels[-1]._callback._answers  # type: ignore[attr-defined]
        answers.given = lambda rows: None
        first = await line.post(call)
    assert [status for status, _ in rows(town)] == ["sending"]
    town.later(seconds=5)
    async with life(town.store, content, lambda: town.now) as line:
        assert await line.post(call) == first
        assert [status for status, _ in await settled(town)] == ["sent"]


async def test_what_came_too_late_waits_for_her_next_word(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now) as line:
        callback = line.bot.channels[-1]._callback  # type: ignore[attr-defined]
        callback._patience = 0.0
        assert await line.says("o1", "你是谁") == ""
        callback._patience = 60.0
        while not rows(town):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        # The held answer is due, and nothing can be sent.
        town.later(seconds=10)
        line.bot.wake()
        for _ in range(2000):
            if [status for status, _ in rows(town)] == ["kept"]:
                break
            await asyncio.sleep(0.005)
        heard = await line.says("o1", "更多")
    assert heard.startswith("【之前没能发给您的】") and "母亲岗" in heard
    assert [status for status, _ in await settled(town)] == ["sent"]


async def test_three_at_once_are_one_effect_and_one_answer(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now) as line:
        call = line.call(wechat.message("o1", Content="找活", at=line.at))
        heard = await asyncio.gather(line.post(call), line.post(call), line.post(call))
    assert len(set(heard)) == 1 and heard[0]
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(inbox)).scalar() == 1


async def test_long_answers_wait_in_order(town: Town, content: Content) -> None:
    """Whatever she says next brings what did not fit."""
    with town.store.begin() as tx:
        for number in range(4):
            row = outbox.put(
                tx,
                Outbound(text=f"{number}" * 1500),
                channel="wechat",
                address="o1",
                person_id=None,
                now=town.now,
            )
            tx.execute(update(T).where(T.c.id == row).values(status="kept"))
    async with life(town.store, content, lambda: town.now) as line:
        heard: list[str] = []
        for _ in range(4):
            town.later(seconds=1)
            heard.append(await line.says("o1", "更多"))
    assert [text.count(str(number)) for number, text in enumerate(heard)] == [1500] * 4
    assert all("更多" in text for text in heard[:3]) and "更多" not in heard[3]


async def test_many_at_once_are_each_answered(town: Town, content: Content) -> None:
    async with life(town.store, content, lambda: town.now) as line:
        heard = await asyncio.gather(*(line.says(f"o{number}", "你是谁") for number in range(40)))
    assert all("母亲岗" in text for text in heard)
