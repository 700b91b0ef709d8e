"""What a verified account says unasked: within what the stand-in allows, once, and with every error under its name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.wechat.channel import Pushes, WeChatChannel
from channels.wechat.client import Client
from channels.wechat.errors import ERRORS, SWITCHED_OFF, send_error
from channels.wechat.sending import Sending, Words
from domain.allowance import Way
from domain.errors import SendError
from domain.messages import Button, Outbound
from tests.channels.test_wechat_callback import Bot
from tests.support import wechat
from tests.support.wechat_server import SECRET, WeChatServer

PNG = ("image/png", b"\x89PNG\r\n")


class Paid:
    """A ledger that says yes as long as `ways` last; keeps what was used up and what was closed."""

    def __init__(self, *ways: Way) -> None:
        self.ways = list(ways)
        self.used: list[tuple[str, int]] = []
        self.shut: list[str] = []
        self.brief: list[int] = []

    async def way(self, row_id: int, address: str, messages: int) -> Way | None:
        if not self.ways:
            return None
        self.used.append((address, messages))
        return self.ways.pop(0)

    async def closed(self, address: str, way: Way) -> None:
        self.shut.append(f"{address} {way.kind}")

    async def told_briefly(self, row_id: int) -> None:
        self.brief.append(row_id)


@pytest.fixture
async def server() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as found:
        found.account.spoke("o1")
        yield found


class Account:
    def __init__(self, server: WeChatServer, ledger: Paid, *, secret: str = SECRET) -> None:
        self.clock = 1000.0
        client = Client(wechat.APP_ID, secret, server.url, clock=lambda: self.clock)
        sending = Sending(client, Words("回复看全文", "有新消息"), page="https://gang/", now=lambda: self.clock)
        pushes = Pushes(client, sending, ledger, lambda key: PNG if key == "k" else None)
        self.channel = WeChatChannel(Bot(), token=wechat.TOKEN, pushes=pushes)


@pytest.fixture
async def message(server: WeChatServer) -> AsyncIterator[Account]:
    account = Account(server, Paid(*[Way("message")] * 20))
    yield account
    await account.channel.close()


async def test_a_text_arrives_as_it_is(server: WeChatServer, message: Account) -> None:
    text = "您好<b>😀\n“明天”"
    await message.channel.send("o1", Outbound(text=text), 1)
    assert [one["text"] for one in server.account.person("o1").shown] == [text]


async def test_a_long_text_goes_in_pieces_and_is_paid_for(server: WeChatServer) -> None:
    ledger = Paid(Way("message"))
    account = Account(server, ledger)
    text = "早上送完孩子，九点到十一点有空，会缝纫，想领活回家做。" * 60
    await account.channel.send("o1", Outbound(text=text), 1)
    shown = [one["text"] for one in server.account.person("o1").shown]
    assert "".join(shown) == text and ledger.used == [("o1", len(shown))]
    await account.channel.close()


async def test_a_picture_is_uploaded_once(server: WeChatServer, message: Account) -> None:
    for row in (1, 2):
        await message.channel.send("o1", Outbound(text="看", picture="k"), row)
    assert [one["kind"] for one in server.account.person("o1").shown] == ["image", "text"] * 2
    assert len(server.account.media) == 1


async def test_a_refused_token_is_fetched_anew_and_the_message_sent_once(server: WeChatServer, message: Account) -> None:
    await message.channel.send("o1", Outbound(text="一"), 1)
    server.account.tokens.clear()
    await message.channel.send("o1", Outbound(text="二"), 2)
    assert [one["text"] for one in server.account.person("o1").shown] == ["一", "二"]
    assert [path for path, errcode in server.account.calls if "token" in path and errcode == 0] == ["/cgi-bin/stable_token"] * 2


async def test_a_token_that_is_refused_again_is_not_fetched_without_end(server: WeChatServer, message: Account) -> None:
    server.account.fail("custom/send", 40001, times=99)
    for row in (1, 2, 3):
        with pytest.raises(SendError):
            await message.channel.send("o1", Outbound(text="一"), row)
    assert len([path for path, _ in server.account.calls if path.endswith("stable_token")]) <= 6
    assert server.account.person("o1").shown == []


async def test_a_wrong_secret_is_a_wrong_setting(server: WeChatServer) -> None:
    account = Account(server, Paid(Way("message")), secret="wrong")
    with pytest.raises(SendError) as raised:
        await account.channel.send("o1", Outbound(text="一"), 1)
    assert (raised.value.kind, raised.value.why) == ("misconfigured", "app_secret")
    await account.channel.close()


async def test_what_was_surely_not_taken_is_not_paid_for_twice(server: WeChatServer) -> None:
    ledger = Paid(Way("message"), Way("message"))
    account = Account(server, ledger)
    server.account.fail("custom/send", -1)
    with pytest.raises(SendError):
        await account.channel.send("o1", Outbound(text="一"), 1)
    await account.channel.send("o1", Outbound(text="一"), 1)
    assert ledger.used == [("o1", 1)] and len(server.account.person("o1").shown) == 1
    await account.channel.close()


@pytest.mark.parametrize(("errcode", "why"), [(45015, "window"), (45047, "count"), (48002, SWITCHED_OFF), (48001, "no_right")])
async def test_where_the_platform_knows_better_the_ledger_is_closed(server: WeChatServer, errcode: int, why: str) -> None:
    ledger = Paid(Way("message"))
    account = Account(server, ledger)
    server.account.fail("custom/send", errcode)
    with pytest.raises(SendError) as raised:
        await account.channel.send("o1", Outbound(text="一"), 1)
    assert (raised.value.kind, raised.value.why) == ("window_closed", why) and ledger.shut == ["o1 message"]
    await account.channel.close()


async def test_without_a_way_nothing_is_called(server: WeChatServer) -> None:
    account = Account(server, Paid())
    with pytest.raises(SendError) as raised:
        await account.channel.send("o1", Outbound(text="一"), 1)
    assert raised.value.kind == "window_closed" and not server.account.calls
    await account.channel.close()


async def test_a_notice_goes_by_grant_or_template_with_fields_that_fit(server: WeChatServer) -> None:
    server.account.person("o1").grants["G1"] = 1
    ledger = Paid(Way("grant", "G1"), Way("template", "T1"), Way("grant", "G1"))
    account = Account(server, ledger)
    said = Outbound(text="明天上午九点\n在社区活动室开缝纫班，带上身份证，不收钱。", buttons=((Button("报名", "x"),),))
    await account.channel.send("o1", said, 1)
    sent = await account.channel.send("o1", said, 2)
    granted, template = server.account.person("o1").shown
    assert granted["fields"]["thing1"] == "明天上午九点 在社区活动室开缝纫班，带…" and granted["fields"]["phrase3"] == "有新消息"
    assert template["url"] == "https://gang/" and template["fields"]["keyword1"] == "回复看全文"
    assert ledger.brief == [1, 2] and sent.ref.isdecimal()
    with pytest.raises(SendError) as raised:
        await account.channel.send("o1", said, 3)
    assert raised.value.why == SWITCHED_OFF and ledger.shut == ["o1 grant"]
    await account.channel.close()


def test_every_error_of_the_platforms_pages_has_a_kind() -> None:
    known = [-1, 40001, 40014, 42001, 40003, 40037, 40164, 40200, 41030, 43004, 43019, 43101, 45002, 45009, 45011, 45015]
    known += [45047, 45065, 45066, 45067, 47003, 48001, 48002, 48004, 48008, 50002]
    assert set(known) <= set(ERRORS)
    assert send_error(48002).why == send_error(43101).why == SWITCHED_OFF
    unknown = send_error(99999)
    assert (unknown.kind, unknown.why) == ("rejected", "errcode_99999")
