"""The stand-in answers python-telegram-bot as the real server would, so that what passes against it means something."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.support import telegram_updates as raw
from tests.support.telegram_faults import BLOCKED, CHAT_NOT_FOUND, UNAUTHORIZED, migrated, throttled
from tests.support.telegram_server import TOKEN, TelegramServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture(autouse=True)
def timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot's way not to warn about the type of retry_after."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        yield bot


def markup(*labels: str, data: str = "a") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data) for label in labels]])


async def test_a_message_is_answered_as_a_message(bot: Bot, server: TelegramServer) -> None:
    sent = await bot.send_message(5, " 你好\n", reply_markup=markup("好", "不"))
    assert sent.from_user is not None
    assert (sent.text, sent.chat.id, sent.chat.type, sent.from_user.username) == ("你好", 5, "private", bot.username)
    assert sent.reply_markup == markup("好", "不")
    assert server.sent(5) == ["你好"]
    assert server.calls("sendMessage")[0].params["text"] == " 你好\n"


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2800", "字" * 4097])
async def test_text_that_the_api_refuses(bot: Bot, text: str) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(5, text)


async def test_text_that_just_fits(bot: Bot) -> None:
    assert (await bot.send_message(5, "😀" * 4096)).text == "😀" * 4096
    assert (await bot.send_message(5, "<b>" + "字" * 4096 + "</b>", parse_mode="HTML")).text == "字" * 4096


@pytest.mark.parametrize(
    "button",
    [
        InlineKeyboardButton("好", callback_data="字" * 22),
        InlineKeyboardButton("好", callback_data=""),
        InlineKeyboardButton("好"),
        InlineKeyboardButton(" ", callback_data="a"),
        InlineKeyboardButton("好", url="http://localhost/"),
    ],
)
async def test_buttons_that_the_api_refuses(bot: Bot, button: InlineKeyboardButton) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(5, "你好", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_a_keyboard_has_limits(bot: Bot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(5, "你好", reply_markup=markup(*"123456789"))


async def test_edits(bot: Bot) -> None:
    sent = await bot.send_message(5, "一", reply_markup=markup("好"))
    with pytest.raises(BadRequest, match="(?i)message is not modified"):
        await bot.edit_message_text("一", 5, sent.message_id, reply_markup=markup("好"))
    edited = await bot.edit_message_text("一", 5, sent.message_id)
    assert isinstance(edited, Message) and edited.reply_markup is None
    with pytest.raises(BadRequest, match="(?i)message to edit not found"):
        await bot.edit_message_text("二", 6, sent.message_id)
    await bot.delete_message(5, sent.message_id)
    with pytest.raises(BadRequest, match="(?i)message to edit not found"):
        await bot.edit_message_text("二", 5, sent.message_id)


async def test_updates_are_handed_out_until_the_offset_passes_them(bot: Bot, server: TelegramServer) -> None:
    await server.queue.add(raw.says(5, "一"), raw.says(5, "二"))
    assert [update.update_id for update in await bot.get_updates()] == [1, 2]
    assert [update.message.text for update in await bot.get_updates(offset=2) if update.message] == ["二"]
    assert await bot.get_updates(offset=3) == ()
    assert server.queue.offset == 3


async def test_a_long_poll_waits_for_an_update(bot: Bot, server: TelegramServer) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await server.until(lambda: bool(server.calls("getUpdates")))
    await server.queue.add(raw.says(5, "一"))
    assert len(await poll) == 1


async def test_the_second_poller_puts_the_first_out(bot: Bot, server: TelegramServer) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await server.until(lambda: bool(server.calls("getUpdates")))
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as other:
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="(?i)terminated by other getUpdates"):
            await first
        await server.queue.add(raw.says(5, "一"))
        assert len(await second) == 1


async def test_no_polling_beside_a_webhook(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/telegram/webhook")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("url", "secret"), [("http://example.org/", "s"), ("https://example.org/", "秘密"), ("https://example.org/", "s" * 257)]
)
async def test_webhooks_that_the_api_refuses(bot: Bot, url: str, secret: str) -> None:
    with pytest.raises(BadRequest):
        await bot.set_webhook(url, secret_token=secret)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (BLOCKED, Forbidden),
        (CHAT_NOT_FOUND, BadRequest),
        (UNAUTHORIZED, InvalidToken),
        (migrated(-100), ChatMigrated),
        (throttled(3), RetryAfter),
    ]
    + [({"status": 502}, NetworkError), ({"drop": "before"}, NetworkError), ({"drop": "after"}, NetworkError)],
)
async def test_faults_on_demand(bot: Bot, server: TelegramServer, fault: dict[str, object], error: type[Exception]) -> None:
    server.fail(fault, chat_id=5)
    await bot.send_message(6, "一")
    with pytest.raises(error):
        await bot.send_message(5, "二")
    assert server.sent(5) == (["二"] if fault.get("drop") == "after" else [])
    await bot.send_message(5, "三")


async def test_random_faults_come_again_with_the_same_seed() -> None:
    runs = []
    for _ in range(2):
        async with TelegramServer(seed=4) as server, Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
            server.fail(throttled(1), chance=0.5, times=None)
            await asyncio.gather(*(bot.send_message(number, "一") for number in range(1, 9)), return_exceptions=True)
            runs.append([call.status for call in server.calls("sendMessage")])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 429}


async def test_the_rate_is_kept() -> None:
    async with TelegramServer(rate=2, chat_interval=60) as server, Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        await bot.send_message(5, "一")
        with pytest.raises(RetryAfter):
            await bot.send_message(5, "二")
        await bot.send_message(6, "二")
        with pytest.raises(RetryAfter):
            await bot.send_message(7, "三")


async def test_a_process_is_steered_over_http() -> None:
    command = (sys.executable, "-m", "tests.support.telegram_server", "--port", "0", "--rate", "30")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        ready, url = (await process.stdout.readline()).decode().split()
        assert ready == "ready"
        async with httpx.AsyncClient(base_url=url) as client, Bot(TOKEN, base_url=f"{url}/bot") as bot:
            assert (await client.post("/_update", json=[raw.says(5, "一"), raw.says(5, "二")])).json() == [1, 2]
            assert len(await bot.get_updates(offset=2)) == 1
            await client.post("/_fault", json=BLOCKED)
            with pytest.raises(Forbidden):
                await bot.send_message(5, "好")
            log = (await client.get("/_log", params={"method": "sendmessage"})).json()
            assert [(call["params"]["text"], call["status"]) for call in log] == [("好", 403)]
            assert (await client.get("/_state")).json()["offset"] == 2
    finally:
        os.kill(process.pid, signal.SIGTERM)
        await process.wait()
