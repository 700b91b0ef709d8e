"""Calls of WeChat: taken only as they were signed, answered in time, and answered the same when they come again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from channels import NotStored
from channels.wechat.callback import FOR_ANSWER, Fetch, Taken
from channels.wechat.channel import WeChatChannel, no_pictures
from channels.wechat.crypto import Keys, MessageCipher, Undecryptable
from channels.wechat.signature import sign
from domain.messages import Inbound, Receipt
from tests.support import wechat
from tests.support.wechat import AES_KEY, APP_ID, OLD_KEY, TOKEN, event, message, plain, safe

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "wechat_vectors.json").read_text("utf-8"))


class Bot:
    """Says what it is told to say, once an event; keeps what came in."""

    def __init__(self, text: str = "收到") -> None:
        self.text = text
        self.inbounds: list[Inbound] = []
        self.given_rows: list[tuple[int, ...]] = []
        self.kept: list[tuple[int, ...]] = []
        self.stored, self.slow, self.taking = True, asyncio.Event(), asyncio.Event()
        self.slow.set()
        self.taking.set()

    async def submit(self, inbound: Inbound) -> Receipt:
        await self.slow.wait()
        if not self.stored:
            raise NotStored
        known = [one.event_id for one in self.inbounds]
        if inbound.event_id in known:
            return Receipt(inbox_id=known.index(inbound.event_id) + 1, repeated=True)
        self.inbounds.append(inbound)
        return Receipt(inbox_id=len(self.inbounds))

    async def take(self, receipt: Receipt, address: str) -> Taken:
        await self.taking.wait()
        return Taken(f"{self.text}" if self.text else "", (receipt.inbox_id or 0,))

    def given(self, rows: tuple[int, ...]) -> None:
        self.given_rows.append(rows)

    def kept_back(self, rows: tuple[int, ...]) -> None:
        self.kept.append(rows)

    async def close(self) -> None:
        return None


async def never(*_: object) -> bytes:
    await asyncio.Event().wait()
    return b""


@asynccontextmanager
async def opened(bot: Bot, *keys: str, patience: float = 60.0, fetch: Fetch = no_pictures) -> AsyncIterator[httpx.AsyncClient]:
    channel = WeChatChannel(bot, token=TOKEN, app_id=APP_ID, aes_keys=keys, fetch=fetch)
    channel._callback._patience = patience
    app = Starlette(routes=channel.routes(bot.submit))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot") as client:
        yield client
    await channel.close()


async def post(client: httpx.AsyncClient, call: wechat.Call) -> httpx.Response:
    return await client.post("/wechat", params=call[0], content=call[1])


@pytest.mark.parametrize("vector", VECTORS["plain"], ids=lambda vector: vector["nonce"])
def test_signatures_are_those_of_the_platforms_pages(vector: dict[str, str]) -> None:
    assert sign(vector["token"], vector["timestamp"], vector["nonce"]) == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS["aes"], ids=lambda vector: vector["source"])
def test_ciphertext_is_that_of_the_platforms_pages(vector: dict[str, str]) -> None:
    cipher = MessageCipher(vector["key"], vector["receiveid"])
    opened = cipher.decrypt(vector["encrypt"]).decode()
    assert opened == vector.get("msg", opened) and vector.get("msg_contains", "") in opened
    if "msg_signature" in vector:
        parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
        assert sign(*parts) == vector["msg_signature"]
    if "random" in vector and "msg" in vector:
        assert cipher.encrypt(vector["msg"].encode(), random=vector["random"].encode()) == vector["encrypt"]


def test_each_part_inside_is_checked() -> None:
    cipher, other = MessageCipher(AES_KEY, APP_ID), MessageCipher(AES_KEY, "wx1111111111111111")
    for wrong in ("", "AAAA", "A" * 64, cipher.encrypt(b"x")[:-4], other.encrypt(b"<xml/>"), MessageCipher(OLD_KEY, APP_ID).encrypt(b"x")):
        with pytest.raises(Undecryptable):
            cipher.decrypt(wrong)
    keys = Keys(cipher, MessageCipher(OLD_KEY, APP_ID))
    assert keys.open(MessageCipher(OLD_KEY, APP_ID).encrypt("旧".encode()))[0].decode() == "旧"


async def test_the_platform_sees_whose_address_it_is() -> None:
    query = {
        "signature": sign(TOKEN, "1714036504", "1514711492"),
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    async with opened(Bot(), AES_KEY) as client:
        assert (await client.get("/wechat", params=query)).text == "4375120948345356249"
        assert (await client.get("/wechat", params=query | {"signature": "0" * 40})).status_code == 403
        assert (await client.get("/wechat", params=query | {"signature": "签"})).status_code == 403
        assert (await client.get("/wechat")).status_code == 403


async def test_a_word_is_answered_in_plain_mode() -> None:
    bot = Bot("您好 ]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[ <b>&")
    async with opened(bot) as client:
        response = await post(client, plain(message("o1", Content="你好"), openid="o1"))
    said = wechat.answer(response.content)
    assert response.headers["content-type"].startswith("text/xml")
    assert said["Content"] == bot.text and said["MsgType"] == "text" and said["ToUserName"] == "o1"
    assert bot.inbounds[0].text == "你好" and bot.inbounds[0].kind == "text" and bot.given_rows == [(1,)]


@pytest.mark.parametrize("key", [AES_KEY, OLD_KEY], ids=["present", "previous"])
async def test_a_word_is_answered_in_safe_mode_under_the_key_it_came_with(key: str) -> None:
    bot = Bot("您好😀")
    async with opened(bot, AES_KEY, OLD_KEY) as client:
        call = safe(message("o1", Content="你好"), key=key, openid="o1")
        response = await post(client, call)
    said = wechat.opened(response.content, key=key)
    assert wechat.answer(said)["Content"] == "您好😀"
    assert wechat.answer(response.content)["Nonce"] == call[0]["nonce"]


async def test_every_change_of_one_byte_is_refused() -> None:
    bot = Bot()
    async with opened(bot, AES_KEY) as client:
        query, body = safe(message("o1", Content="你好"), openid="o1")
        for at in range(len(body)):
            for flip in (1, 0x20, 0x80):
                changed = body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :]
                assert (await post(client, (query, changed))).status_code in (400, 403), (at, changed)
        for name, value in query.items():
            for at in range(len(value)):
                changed_value = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
                assert (await post(client, (query | {name: changed_value}, body))).status_code in (400, 403), (name, changed_value)
        assert not bot.inbounds
        assert (await post(client, (query, body))).status_code == 200


@pytest.mark.parametrize("aes_keys", [(), (AES_KEY,)], ids=["plain", "safe"])
async def test_a_call_without_a_right_signature_is_refused(aes_keys: tuple[str, ...]) -> None:
    bot = Bot()
    call = safe if aes_keys else plain
    async with opened(bot, *aes_keys) as client:
        query, body = call(message("o1", Content="x"))
        name = "msg_signature" if aes_keys else "signature"
        wrong = [
            query | {name: "0" * 40},
            query | {"extra": "1"},
            query | {"openid": "o2"},
            {},
            {k: v for k, v in query.items() if k != name},
        ]
        for one in wrong:
            assert (await post(client, (one, body))).status_code == 403
        # Safe mode is not left by asking for plain mode.
        other = plain(message("o1", Content="x")) if aes_keys else safe(message("o1", Content="x"))
        assert (await post(client, other)).status_code == 403
    assert not bot.inbounds


@pytest.mark.parametrize("shift", [-700, 700])
async def test_an_old_call_is_refused(shift: int) -> None:
    bot = Bot()
    async with opened(bot, AES_KEY) as client:
        assert (await post(client, safe(message("o1", Content="x"), at=int(time.time()) + shift))).status_code == 403
    assert not bot.inbounds


async def test_a_signature_serves_one_body_only() -> None:
    bot = Bot()
    async with opened(bot) as client:
        query, body = plain(message("o1", Content="x"))
        assert (await post(client, (query, body))).status_code == 200
        assert (await post(client, (query, message("o1", Content="y").encode()))).status_code == 403
        # The platform's own repeats of the very call pass, no more of them than it makes.
        statuses = [(await post(client, (query, body))).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 403]
    assert [one.text for one in bot.inbounds] == ["x"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"<html></html>",
        b'<!DOCTYPE xml [<!ENTITY a "x">]><xml><ToUserName>a</ToUserName></xml>',
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>',
        message("o1", Content="x", raw="<MsgType>event</MsgType>").encode(),
        message("", Content="x").encode(),
        message("o1", Content="x", CreateTime="soon").encode(),
        "<xml>字".encode("gb18030"),
    ],
)
async def test_what_is_no_message_of_the_platform_is_refused(body: bytes) -> None:
    bot = Bot()
    async with opened(bot) as client:
        query, _ = plain("")
        assert (await post(client, (query, body))).status_code == 400
    assert not bot.inbounds


async def test_control_characters_do_not_break_the_reader() -> None:
    bot = Bot("好\x1d的\x00\ufffe")
    async with opened(bot) as client:
        response = await post(client, plain(message("o1", Content="a\x1db\x0bc&#x1d;d \U0001f600")))
    assert bot.inbounds[0].text == "abcd 😀" and wechat.answer(response.content)["Content"] == "好的"


async def test_nothing_to_say_is_success() -> None:
    bot = Bot("")
    async with opened(bot, AES_KEY) as client:
        assert (await post(client, safe(event("o1", "unsubscribe")))).text == "success"
        assert (await post(client, safe(event("o1", "VIEW", "https://x/")))).text == "success"
        assert (await post(client, safe(event("o1", "LOCATION", Latitude="37.5")))).text == "success"
    assert [one.kind for one in bot.inbounds] == ["stopped"]


async def test_what_was_not_stored_comes_again() -> None:
    bot = Bot()
    bot.stored = False
    async with opened(bot) as client:
        assert (await post(client, plain(message("o1", Content="x")))).status_code == 503


async def test_what_takes_too_long_is_answered_in_time_and_goes_another_way() -> None:
    bot = Bot()
    async with opened(bot, patience=0.02) as client:
        bot.slow.clear()
        assert (await post(client, plain(message("o1", Content="x")))).text == "success"
        bot.slow.set()
        bot.taking.clear()
        assert (await post(client, plain(message("o1", Content="y")))).text == "success"
        bot.taking.set()
        while not bot.kept:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
    assert bot.given_rows == [] and len(bot.kept) == 1


async def test_one_deadline_is_over_all_that_an_answer_waits_for() -> None:
    """A body that stops in the middle, a picture that never comes, a store that says nothing: none of them holds the answer up."""
    bot = Bot()
    query, body = plain(message("o1", "image", PicUrl="http://mmbiz.qpic.cn/x/0", MediaId="m1"))

    async def stops() -> AsyncIterator[bytes]:
        yield body[:20]
        await never()

    async with opened(bot, patience=0.02, fetch=never) as client:
        assert (await client.post("/wechat", params=query, content=stops())).status_code == 408
        assert not bot.inbounds
    async with opened(bot, patience=FOR_ANSWER + 0.02, fetch=never) as client:
        assert wechat.answer((await post(client, (query, body))).content)["Content"] == "收到"
    assert [(one.kind, one.picture) for one in bot.inbounds] == [("image", b"")]
    bot.slow.clear()
    async with opened(bot, patience=0.02, fetch=never) as client:
        query, body = plain(message("o1", "image", PicUrl="http://mmbiz.qpic.cn/x/0", MediaId="m2"))
        assert (await post(client, (query, body))).text == "success"


async def test_a_body_without_end_is_not_read() -> None:
    async with opened(Bot()) as client:
        query, _ = plain("")
        assert (await post(client, (query, b"x" * 300_000))).status_code == 413
