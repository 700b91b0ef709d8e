"""微信客服: pulled once, answered within the windows, and never said twice, whatever dies in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import func, select, update
from wechatpy.crypto import WeChatCrypto

from bot.app import Bot
from bot.config import Settings
from channels.wechat.errors import send_error
from domain.messages import Outbound
from handlers.content import Content
from handlers.tell import tell
from storage.database import Store
from storage.people import persons
from storage.reach import cursors
from storage.tables import messages
from storage.tables.messages import inbox
from tests.support import towns
from tests.support.kf import CORP_ID, KFID, SECRET, KfServer
from tests.support.wechat import AES_KEY, TOKEN, signature

T = messages.outbox


class Firm:
    """One process of the bot, called as WeCom calls it."""

    def __init__(self, bot: Bot, client: httpx.AsyncClient, server: KfServer, content: Content) -> None:
        self.bot, self.client, self.server, self.content = bot, client, server, content

    def call(self, inside: str, *, nonce: str = "1") -> tuple[dict[str, str], bytes]:
        timestamp = str(int(time.time()))
        sealed = ElementTree.fromstring(WeChatCrypto(TOKEN, AES_KEY, CORP_ID).encrypt_message(inside, nonce, timestamp))
        encrypted = sealed.findtext("Encrypt") or ""
        query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": signature(TOKEN, timestamp, nonce, encrypted)}
        body = f"<xml><ToUserName>{CORP_ID}</ToUserName><Encrypt>{encrypted}</Encrypt><AgentID></AgentID></xml>"
        return query, body.encode()

    async def called(self) -> None:
        """The platform tells that something is there."""
        query, body = self.call(
            f"<xml><ToUserName>{CORP_ID}</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>"
            f"<Event>kf_msg_or_event</Event><Token>T</Token><OpenKfId>{KFID}</OpenKfId></xml>",
            nonce=str(time.monotonic_ns()),
        )
        response = await self.client.post("/wecom", params=query, content=body)
        assert (response.status_code, response.text) == (200, "success")

    async def says(self, who: str, text: str) -> None:
        self.server.says(who, content=text)
        await self.called()

    async def told(self, who: str, text: str, kind: str) -> None:
        def work(tx: object) -> None:
            found = persons.find(tx, "wecom_kf", who)  # type: ignore[arg-type]
            assert found is not None
            tell(tx, self.content, [found.person_id], kind, Outbound(text=text), now=self.bot.now())  # type: ignore[arg-type]

        await self.bot.transactions.run(work)
        self.bot.wake()

    def statuses(self) -> list[tuple[str, str]]:
        with self.bot.store.read() as tx:
            return [(row.status, row.why) for row in tx.execute(select(T).order_by(T.c.id))]

    def heard(self, who: str) -> list[str]:
        return [text for one, text in self.server.said if one == who]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.002)


@asynccontextmanager
async def life(store: Store, content: Content, server: KfServer, *, killed: bool = False) -> AsyncIterator[Firm]:
    account = {"enabled": True, "corp_id": CORP_ID, "secret": SECRET, "open_kfid": KFID, "token": TOKEN, "aes_key": AES_KEY}
    chosen = Settings.model_validate({"database": store.url, "channels": {"wecom_kf": {**account, "api_base": server.url}}})
    bot = Bot(chosen, Store(store.url), content)
    bot.schedule.start = lambda only=(): None  # type: ignore[method-assign]
    bot.schedule.stop = lambda: None  # type: ignore[method-assign]
    await bot.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=bot.asgi()), base_url="http://bot") as client:
        yield Firm(bot, client, server, content)
    if not killed:
        await bot.stop()
        return
    flying = [task for sender in bot.senders for task in sender._flying]
    for task in (*bot._tasks, *flying):
        task.cancel()
    pulling = [task for task in bot._tasks if task.get_name().startswith("channel")]
    await asyncio.gather(*flying, *pulling, return_exceptions=True)
    await bot.channels[-1].close()
    bot.store.close()


@pytest.fixture
async def server() -> AsyncIterator[KfServer]:
    async with KfServer() as found:
        yield found


@pytest.fixture
def store_of_town(sqlite_store: Store) -> Store:
    towns.small(sqlite_store)
    return sqlite_store


async def test_she_writes_and_is_answered(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: len(firm.heard("wm1")) == 1)
        assert "母亲岗" in firm.heard("wm1")[0]
        await firm.until(lambda: firm.statuses() == [("sent", "")])


async def test_what_was_pulled_is_not_taken_in_again_after_a_restart(store_of_town: Store, content: Content, server: KfServer) -> None:
    for number in range(7):
        server.says(f"wm{number}", content="你是谁")
    async with life(store_of_town, content, server, killed=True) as firm:
        await firm.until(lambda: len(server.said) == 7)
    with store_of_town.begin() as tx:
        assert cursors.read(tx, "wecom_kf") in ("6", "7")
        cursors.save(tx, "wecom_kf", "")
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm0", "菜单")
        await firm.until(lambda: len(firm.heard("wm0")) == 2)
    with store_of_town.read() as tx:
        assert tx.execute(select(func.count()).select_from(inbox)).scalar() == 8
    assert len(server.said) == 8 == len(set(server.refs))


async def test_a_message_whose_answer_was_lost_is_not_said_twice(store_of_town: Store, content: Content, server: KfServer) -> None:
    server.lost = 1
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: firm.statuses() == [("sent", "")])
    assert len(server.said) == 1
    assert [errcode for path, errcode in server.calls if path == "kf/send_msg"] == [0, 99999]


async def test_a_process_that_died_while_sending_says_it_once(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server, killed=True) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: len(server.said) == 1)
        # It dies before it has marked the row.
        firm.bot.senders[-1]._record = lambda *_: None  # type: ignore[method-assign]
    with store_of_town.begin() as tx:
        tx.execute(update(T).values(status="sending", owner=None, platform_ref=""))
    async with life(store_of_town, content, server) as firm:
        await firm.until(lambda: [status for status, _ in firm.statuses()] == ["sent"])
    assert len(server.said) == 1 and ("kf/send_msg", 99999) in server.calls


async def test_notices_leave_a_reserve_and_the_rest_comes_after_her_next_word(
    store_of_town: Store, content: Content, server: KfServer
) -> None:
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: len(firm.heard("wm1")) == 1)
        for number in range(4):
            await firm.told("wm1", f"通知{number}", "staff")
        await firm.until(lambda: len(firm.heard("wm1")) == 3 and firm.statuses().count(("kept", "window")) == 2)
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: {"通知0", "通知1", "通知2", "通知3"} <= set(firm.heard("wm1")))
        assert not [errcode for _, errcode in server.calls if errcode]


async def test_her_refusal_ends_the_row(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: firm.statuses() == [("sent", "")])
        server.tells(event_type="msg_send_fail", external_userid="wm1", fail_msgid=server.refs[0], fail_type=10)
        await firm.called()
        await firm.until(lambda: firm.statuses() == [("failed", "switched_off")])


async def test_a_refused_token_is_asked_for_again(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server) as firm:
        await firm.says("wm1", "你是谁")
        await firm.until(lambda: len(server.said) == 1)
        server.tokens.append("another")
        await firm.says("wm1", "菜单")
        await firm.until(lambda: len(server.said) == 2)


async def test_every_change_of_a_call_is_refused(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server) as firm:
        query, body = firm.call("<xml><Event>kf_msg_or_event</Event><Token>T</Token></xml>")
        for at in range(0, len(body), 7):
            changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            assert (await firm.client.post("/wecom", params=query, content=changed)).status_code in (400, 403), at
        for name in query:
            assert (await firm.client.post("/wecom", params=query | {name: query[name][:-1] + "x"}, content=body)).status_code == 403
        assert (await firm.client.post("/wecom", params=query | {"more": "1"}, content=body)).status_code == 403
        assert (await firm.client.post("/wecom", params=query, content=body)).status_code == 200


async def test_the_platform_sees_whose_address_it_is(store_of_town: Store, content: Content, server: KfServer) -> None:
    async with life(store_of_town, content, server) as firm:
        sealed = ElementTree.fromstring(WeChatCrypto(TOKEN, AES_KEY, CORP_ID).encrypt_message("4375120948", "1", "2"))
        query = {"timestamp": "2", "nonce": "1", "echostr": sealed.findtext("Encrypt") or ""}
        query["msg_signature"] = signature(TOKEN, "2", "1", query["echostr"])
        assert (await firm.client.get("/wecom", params=query)).text == "4375120948"
        assert (await firm.client.get("/wecom", params=query | {"msg_signature": "0" * 40})).status_code == 403
        assert (await firm.client.get("/wecom")).status_code == 403


def test_an_id_that_was_there_before_is_known_by_what_is_said_of_it() -> None:
    assert send_error(99999, "duplicate msgid").why == "sent_before"
    assert send_error(99999, "other").why == "errcode_99999" and send_error(95001, "msgid").why == "count"
