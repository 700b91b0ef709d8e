import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Iterator

import pytest
import telegram
from aiogram import exceptions
from aiogram.methods import GetMe
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import Sent
from channels.telegram import KINDS, TelegramChannel, send_error
from domain.errors import ContentError, SendError
from domain.messages import Button, Outbound
from tests.support.telegram_faults import BLOCKED, CHAT_NOT_FOUND, UNAUTHORIZED, migrated, throttled
from tests.support.telegram_server import TOKEN, TelegramServer

YES_NO = ((Button("我想去", "apply:1"), Button("算了", "decline:1")),)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, api_base=server.url)
    yield channel
    await channel.close()


async def fails(channel: TelegramChannel, outbound: Outbound, address: str = "5") -> SendError:
    with pytest.raises(SendError) as raised:
        await channel.send(address, outbound, 1)
    return raised.value


async def test_text_and_buttons_arrive_as_they_are(channel: TelegramChannel, server: TelegramServer) -> None:
    text = "5 < 6 & *星* _下划_ [链](x)"
    sent = await channel.send("5", Outbound(text=text, buttons=(*YES_NO, (Button("网页", "", "https://example.org/a"),))), 1)
    message = telegram.Message.de_json(server.messages[5, int(sent.ref)], None)
    assert message.text == text
    assert message.reply_markup is not None
    flat = [(b.text, b.callback_data, b.url) for row in message.reply_markup.inline_keyboard for b in row]
    assert flat == [("我想去", "apply:1", None), ("算了", "decline:1", None), ("网页", None, "https://example.org/a")]
    assert sent.address == ""


async def test_an_edit_changes_the_message(channel: TelegramChannel, server: TelegramServer) -> None:
    sent = await channel.send("5", Outbound(text="选一个", buttons=YES_NO), 1)
    again = await channel.send("5", Outbound(text="选好了", edits=sent.ref), 2)
    assert again.ref == sent.ref
    assert server.sent(5) == ["选好了"]
    assert "reply_markup" not in server.messages[5, int(sent.ref)]


async def test_an_edit_that_changes_nothing_is_done(channel: TelegramChannel, server: TelegramServer) -> None:
    sent = await channel.send("5", Outbound(text="选一个", buttons=YES_NO), 1)
    assert await channel.send("5", Outbound(text="选一个", buttons=YES_NO, edits=sent.ref), 2) == sent
    assert len(server.calls("sendMessage")) == 1


@pytest.mark.parametrize("ref", ["999", "not-from-here", "-4", "²"])
async def test_what_cannot_be_edited_is_said_anew(channel: TelegramChannel, server: TelegramServer, ref: str) -> None:
    sent = await channel.send("5", Outbound(text="选好了", buttons=YES_NO, edits=ref), 1)
    assert server.sent(5) == ["选好了"]
    assert sent.ref not in ("", ref)


async def test_an_edit_that_is_refused_otherwise_fails(channel: TelegramChannel, server: TelegramServer) -> None:
    sent = await channel.send("5", Outbound(text="选一个"), 1)
    server.fail(method="editMessageText", status=400, description="Bad Request: something else")
    assert (await fails(channel, Outbound(text="选好了", edits=sent.ref))).kind == "rejected"


async def test_long_text_comes_in_pieces_with_the_buttons_last(channel: TelegramChannel, server: TelegramServer) -> None:
    text = "\n\n".join(f"第{number}段。" + "字" * 1500 for number in range(4))
    sent = await channel.send("5", Outbound(text=text, buttons=YES_NO), 1)
    assert "\n\n".join(server.sent(5)) == text
    assert [("reply_markup" in m) for m in server.messages.values()] == [False] * (len(server.messages) - 1) + [True]
    assert sent.ref == str(len(server.messages))


async def test_a_long_edit_goes_on_in_new_messages(channel: TelegramChannel, server: TelegramServer) -> None:
    first = await channel.send("5", Outbound(text="选一个"), 1)
    sent = await channel.send("5", Outbound(text="甲" * 4096 + "乙", edits=first.ref), 2)
    assert server.sent(5) == ["甲" * 4096, "乙"]
    assert sent.ref != first.ref


@pytest.mark.parametrize("fault", [throttled(3), {"status": 500}, {"drop": "before"}])
async def test_a_second_try_goes_on_at_the_piece_that_failed(
    channel: TelegramChannel, server: TelegramServer, fault: dict[str, object]
) -> None:
    text = Outbound(text="甲" * 4096 + "乙")
    server.fail(fault, spare=1)
    await fails(channel, text)
    await channel.send("5", text, 1)
    assert [piece[0] for piece in server.sent(5)] == ["甲", "乙"]
    await channel.send("5", text, 1)
    assert [piece[0] for piece in server.sent(5)] == ["甲", "乙", "甲", "乙"]


async def test_a_row_that_failed_for_good_starts_anew(channel: TelegramChannel, server: TelegramServer) -> None:
    text = Outbound(text="甲" * 4096 + "乙")
    server.fail(BLOCKED, spare=1)
    await fails(channel, text)
    await channel.send("5", text, 1)
    assert [piece[0] for piece in server.sent(5)] == ["甲", "甲", "乙"]


async def test_a_group_that_moved_gets_it_at_its_new_address(channel: TelegramChannel, server: TelegramServer) -> None:
    server.fail(migrated(-100200), chat_id=-200, times=None)
    sent = await channel.send("-200", Outbound(text="通知", buttons=YES_NO), 1)
    assert sent == Sent("1", "-100200")
    assert server.sent(-100200) == ["通知"]


@pytest.mark.parametrize(
    ("fault", "kind", "after"),
    [
        (BLOCKED, "gone", None),
        (CHAT_NOT_FOUND, "gone", None),
        ({"status": 400, "description": "Bad Request: PEER_ID_INVALID"}, "gone", None),
        ({"status": 400, "description": "Bad Request: not enough rights to send text messages to the chat"}, "gone", None),
        ({"status": 403, "description": "Forbidden: user is deactivated"}, "gone", None),
        ({"status": 400, "description": "Bad Request: can't parse entities"}, "rejected", None),
        (throttled(17), "throttled", 17.0),
        ({"status": 429, "description": "Too Many Requests"}, "retry", None),
        (UNAUTHORIZED, "misconfigured", None),
        ({"status": 404, "description": "Not Found"}, "misconfigured", None),
        ({"status": 500}, "retry", None),
        ({"status": 502, "description": "Bad Gateway: restart"}, "retry", None),
        ({"drop": "before"}, "retry", None),
        ({"drop": "after"}, "retry", None),
    ],
)
async def test_failures_are_told_by_kind(
    channel: TelegramChannel, server: TelegramServer, fault: dict[str, object], kind: str, after: float | None
) -> None:
    server.fail(fault)
    error = await fails(channel, Outbound(text="你好"))
    assert (error.kind, error.after) == (kind, after)
    assert "你好" not in str(error)
    assert (channel.trouble is not None) == (kind == "misconfigured")
    await channel.send("5", Outbound(text="你好"), 1)
    assert channel.trouble is None


async def test_a_server_that_is_not_there_is_tried_again(server: TelegramServer) -> None:
    await server.stop()
    channel = TelegramChannel(TOKEN, api_base=server.url)
    error = await fails(channel, Outbound(text="你好"))
    await channel.close()
    assert error.kind == "retry"
    assert TOKEN not in str(error)


async def test_choices_that_are_too_long_are_rejected(channel: TelegramChannel) -> None:
    assert (await fails(channel, Outbound(text="你好", buttons=((Button("好", "字" * 22),),)))).kind == "rejected"


@pytest.mark.parametrize("button", [Button("好", "\ud83d"), Button("好", "", "https://example.org/\ud83d")])
async def test_what_cannot_be_written_is_rejected(channel: TelegramChannel, button: Button) -> None:
    assert (await fails(channel, Outbound(text="你好", buttons=((button,),)))).kind == "rejected"


async def test_private_text_never_leaves_by_telegram(channel: TelegramChannel, server: TelegramServer) -> None:
    assert (await fails(channel, Outbound(text="他打我", private=True))).kind == "rejected"
    assert server.log == []


async def test_an_answer_of_a_new_shape_still_counts_as_sent(
    channel: TelegramChannel, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def strange(params: dict[str, object]) -> dict[str, object]:
        return {"message_id": 77, "chat": "a chat is text now"}

    monkeypatch.setitem(server._methods, "sendmessage", strange)
    monkeypatch.setitem(server._methods, "editmessagetext", strange)
    assert (await channel.send("5", Outbound(text="你好"), 1)).ref == "77"
    assert (await channel.send("5", Outbound(text="你好", edits="77"), 2)).ref == "77"
    assert [call.method for call in server.log] == ["sendMessage", "editMessageText"]


def test_every_error_of_the_client_has_a_kind() -> None:
    classes = {cls for _, cls in inspect.getmembers(exceptions, inspect.isclass) if issubclass(cls, Exception)}
    assert {cls.__name__ for cls in classes - KINDS.keys()} == set()


def test_an_error_nobody_foresaw_is_tried_again_unless_it_can_only_fail_again() -> None:
    assert send_error(RuntimeError("x")).kind == "retry"
    assert send_error(TimeoutError()).kind == "retry"
    assert send_error(UnicodeError()).kind == "rejected"
    assert send_error(exceptions.TelegramNetworkError(GetMe(), "x")).kind == "retry"


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"token": "nonsense"}, "channels.telegram.token"),
        ({"token": ""}, "channels.telegram.token"),
        ({"mode": "webhook"}, "channels.telegram.webhook_secret"),
        ({"api_base": "api.telegram.org"}, "channels.telegram.api_base"),
    ],
)
def test_settings_that_cannot_work_are_told_by_their_path(settings: dict[str, str], where: str) -> None:
    with pytest.raises(ContentError) as raised:
        TelegramChannel(**{"token": TOKEN, **settings})  # type: ignore[arg-type]
    assert raised.value.where == where


@pytest.fixture(scope="module")
def talk() -> Iterator[tuple[asyncio.Runner, TelegramServer, TelegramChannel]]:
    with asyncio.Runner() as runner:
        server = runner.run(TelegramServer().__aenter__())
        channel = TelegramChannel(TOKEN, api_base=server.url)
        yield runner, server, channel
        runner.run(channel.close())
        runner.run(server.stop())


ANY_TEXT = st.text(st.characters())


@settings(max_examples=60, deadline=None)
@given(
    text=ANY_TEXT | ANY_TEXT.map(lambda text: text * 900), labels=st.lists(st.lists(ANY_TEXT, max_size=10), max_size=4), edit=st.booleans()
)
def test_any_text_and_any_labels_go_through(
    talk: tuple[asyncio.Runner, TelegramServer, TelegramChannel], text: str, labels: list[list[str]], edit: bool
) -> None:
    runner, server, channel = talk
    buttons = tuple(tuple(Button(label, "a") for label in row) for row in labels)
    ref = runner.run(channel.send("5", Outbound(text="旧"), 1)).ref if edit else ""
    server.log.clear()
    sent = runner.run(channel.send("5", Outbound(text=text, buttons=buttons, edits=ref), 2))
    assert telegram.Message.de_json(json.loads(json.dumps(server.messages[5, int(sent.ref)])), None).text
    assert all(call.status == 200 for call in server.log)
