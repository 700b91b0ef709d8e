"""A verified account over real HTTP: the bot on a port, the stand-in calling it and being called, with what WeChat allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import Bot, serve
from domain.messages import Outbound
from handlers.content import Content
from handlers.tell import tell
from storage import replies
from storage.database import Store
from storage.people import persons
from storage.reach import allowances
from storage.tables import messages
from tests.support import towns, wechat
from tests.support.wechat_bot import settings
from tests.support.wechat_server import SECRET, WeChatServer

T = messages.outbox


class World:
    def __init__(self, bot: Bot, server: WeChatServer, content: Content) -> None:
        self.bot, self.server, self.content = bot, server, content

    async def told(self, openid: str, text: str, kind: str = "staff") -> None:
        """Somebody else has something to say to her."""

        def work(tx: object) -> None:
            found = persons.find(tx, "wechat", openid)  # type: ignore[arg-type]
            assert found is not None
            tell(tx, self.content, [found.person_id], kind, Outbound(text=text), now=self.bot.now())  # type: ignore[arg-type]

        await self.bot.transactions.run(work)
        self.bot.wake()

    def rows(self) -> list[tuple[str, str]]:
        with self.bot.store.read() as tx:
            return [(row.status, row.why) for row in tx.execute(select(T).order_by(T.c.id))]

    def texts(self, openid: str) -> list[str]:
        return [one.get("text", "") for one in self.server.account.person(openid).shown if one["kind"] != "own"]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - two servers, nobody tells
                await asyncio.sleep(0.01)


@asynccontextmanager
async def world(store: Store, content: Content, **account: object) -> AsyncIterator[World]:
    async with WeChatServer(patience=60) as server:
        chosen = settings(store.url, verified=True, app_secret=SECRET, api_base=server.url, **account)
        from bot import content as contents

        loaded = contents.load(chosen)
        bot = Bot(chosen, store, loaded)
        bot.channels[-1]._callback._patience = 60.0  # type: ignore[attr-defined]
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        stop = asyncio.Event()
        task = asyncio.create_task(serve(bot, host="127.0.0.1", port=0, ready=ready.set_result, stop=stop))
        async with asyncio.timeout(60):
            server.bot_url = await ready
        try:
            yield World(bot, server, loaded)
        finally:
            stop.set()
            await task


@pytest.fixture
def store_of_town(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    # However slow the machine is, an answer is not sent another way before it is fetched.
    monkeypatch.setattr(replies, "HELD", timedelta(hours=1))
    towns.small(sqlite_store)
    return sqlite_store


async def test_her_word_lets_notices_through_and_keeps_a_reserve(store_of_town: Store, content: Content) -> None:
    async with world(store_of_town, content) as now:
        [answer] = await now.server.says("o1", "你是谁")
        assert "母亲岗" in answer["text"]
        for number in range(5):
            await now.told("o1", f"通知{number}")
        await now.until(lambda: len(now.texts("o1")) == 4 and [status for status, _ in now.rows()].count("kept") == 2)
        # Two of the five are left for answers; the rest waits for her next word and comes in one message.
        await now.told("o1", "您问的有答复了", kind="answer")
        await now.until(lambda: "您问的有答复了" in now.texts("o1"))
        before = len(now.texts("o1"))
        shown = await now.server.says("o1", "更多")
        assert len(now.texts("o1")) == before + 1
        assert all(f"通知{number}" in shown[-1]["text"] for number in (3, 4))
        await now.until(lambda: all(status == "sent" for status, _ in now.rows()))
        assert not [errcode for _, errcode in now.server.account.calls if errcode]


async def test_a_grant_is_counted_once_and_the_whole_comes_with_her_next_word(store_of_town: Store, content: Content) -> None:
    async with world(store_of_town, content, grants={"staff": "G1"}) as now:
        await now.server.says("o1", "你是谁")
        raw = "<SubscribeMsgPopupEvent><List><TemplateId>G1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
        popup = wechat.event("o1", "subscribe_msg_popup_event", raw=raw + "</SubscribeMsgPopupEvent>")
        now.server.account.person("o1").grants["G1"] = 1
        for _ in range(3):
            await now.server.delivers("o1", popup)
        with now.bot.store.begin() as tx:
            assert allowances.ledgers(tx, "wechat", ["o1"])["o1"].grants == {"G1": 1}
            allowances.closed(tx, "wechat", "o1")
        await now.told("o1", "明天上午九点在社区活动室开缝纫班，带上身份证，不收一分钱。")
        await now.until(lambda: any(one["kind"] == "grant" for one in now.server.account.person("o1").shown))
        await now.told("o1", "第二条没有订阅了")
        shown = await now.server.says("o1", "更多")
        assert "不收一分钱" in shown[-1]["text"] and "第二条没有订阅了" in shown[-1]["text"]


async def test_what_she_switched_off_waits_and_is_said_with_her_next_word(store_of_town: Store, content: Content) -> None:
    async with world(store_of_town, content) as now:
        await now.server.says("o1", "你是谁")
        now.server.account.person("o1").off = True
        await now.told("o1", "请您明天来试工", kind="answer")
        await now.until(lambda: ("kept", "switched_off") in now.rows())
        now.server.account.person("o1").off = False
        assert "请您明天来试工" in (await now.server.says("o1", "更多"))[-1]["text"]


async def test_who_unfollowed_is_gone_until_she_comes_back(store_of_town: Store, content: Content) -> None:
    async with world(store_of_town, content) as now:
        await now.server.says("o1", "你是谁")
        await now.server.unfollows("o1")
        await now.told("o1", "通知", kind="answer")
        with now.bot.store.read() as tx:
            found = persons.find(tx, "wechat", "o1")
            assert found is not None and found.address_state == "gone"
        await now.server.follows("o1")
        with now.bot.store.read() as tx:
            found = persons.find(tx, "wechat", "o1")
            assert found is not None and found.address_state == "open"
