"""Pictures on the channels: shown by the page, sent as photos by Telegram, and never a reason why words do not arrive."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
import segno
import telegram
from PIL import Image
from starlette.applications import Starlette

from channels import NotStored
from channels.telegram import MAX_CAPTION, TelegramChannel
from channels.web import Item, WebChannel, pictures
from channels.web.pictures import MOST
from domain.errors import SendError
from domain.messages import Button, Inbound, Outbound, Receipt
from tests.support.telegram_faults import BLOCKED, Fault, throttled
from tests.support.telegram_server import TOKEN, TelegramServer

KEY = "k" * 32
BUTTONS = ((Button("我想去", "apply:1"),),)


def png() -> bytes:
    written = io.BytesIO()
    segno.make("https://example.org/?start=abc").save(written, kind="png", scale=4)
    return written.getvalue()


PNG = png()
STORED = {KEY: ("image/png", PNG), "s" * 32: ("image/svg+xml", b"<svg onload='alert(1)'/>"), "t" * 32: ("image/png", b"no picture")}


async def no_history(_address: str, _after: int) -> list[Item]:
    return []


async def not_seen(_address: str, _ids: list[int]) -> None:
    return None


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, api_base=server.url, pictures=STORED.get)
    yield channel
    await channel.close()


def message(server: TelegramServer, ref: str) -> telegram.Message:
    return telegram.Message.de_json(server.messages[5, int(ref)], None)


async def test_a_short_text_stands_below_its_photo(channel: TelegramChannel, server: TelegramServer) -> None:
    sent = await channel.send("5", Outbound(text="停水通知", picture=KEY, buttons=BUTTONS), 1)
    [(_, content)] = server.files.items()
    found = message(server, sent.ref)
    assert content == PNG
    assert (found.caption, len(found.photo), found.text) == ("停水通知", 1, None)
    assert found.reply_markup is not None and found.reply_markup.inline_keyboard[0][0].callback_data == "apply:1"
    assert len(server.messages) == 1


@pytest.mark.parametrize(("length", "messages"), [(MAX_CAPTION, 1), (MAX_CAPTION + 1, 2), (5000, 3)])
async def test_a_long_text_follows_its_photo(channel: TelegramChannel, server: TelegramServer, length: int, messages: int) -> None:
    sent = await channel.send("5", Outbound(text="字" * length, picture=KEY, buttons=BUTTONS), 1)
    assert len(server.messages) == messages
    assert "".join(server.sent(5)) == "字" * length
    assert "photo" in server.messages[5, 1], "the picture comes first"
    assert [ref for (_, ref), one in server.messages.items() if "reply_markup" in one] == [int(sent.ref)], "buttons stand under the last"


async def test_a_picture_is_uploaded_once(channel: TelegramChannel, server: TelegramServer) -> None:
    for row in (1, 2, 3):
        await channel.send(str(row), Outbound(text="同一张", picture=KEY), row)
    assert len(server.files) == 1 and len(server.calls("sendPhoto")) == 3
    server.files.clear()  # Telegram no longer knows it
    await channel.send("4", Outbound(text="又一次", picture=KEY), 4)
    assert list(server.files.values()) == [PNG]


@pytest.mark.parametrize("key", ["gone" * 8, "t" * 32])
@pytest.mark.parametrize("length", [10, 2000])
async def test_words_arrive_without_a_picture_that_is_gone_or_refused(
    channel: TelegramChannel, server: TelegramServer, key: str, length: int
) -> None:
    sent = await channel.send("5", Outbound(text="字" * length, picture=key, buttons=BUTTONS), 1)
    assert server.sent(5) == ["字" * length]
    assert "reply_markup" in server.messages[5, int(sent.ref)]


async def test_a_photo_fails_as_text_does(channel: TelegramChannel, server: TelegramServer) -> None:
    for fault, kind in ((BLOCKED, "gone"), (throttled(3), "throttled")):
        server.fail(fault, method="sendPhoto")
        with pytest.raises(SendError) as raised:
            await channel.send("5", Outbound(text="有照片", picture=KEY), 1)
        assert raised.value.kind == kind
    assert server.messages == {}


async def test_a_second_try_does_not_repeat_the_photo(channel: TelegramChannel, server: TelegramServer) -> None:
    outbound = Outbound(text="字" * 2000, picture=KEY)
    server.faults.append(Fault(method="sendMessage"))
    with pytest.raises(SendError):
        await channel.send("5", outbound, 1)
    await channel.send("5", outbound, 1)
    assert len(server.calls("sendPhoto")) == 1
    assert server.sent(5) == ["", "字" * 2000]


async def test_what_was_a_photo_is_not_edited_but_said_anew(channel: TelegramChannel, server: TelegramServer) -> None:
    sent = await channel.send("5", Outbound(text="报名吗", picture=KEY, buttons=BUTTONS), 1)
    again = await channel.send("5", Outbound(text="第一个问题", edits=sent.ref), 2)
    assert again.ref != sent.ref
    assert server.sent(5) == ["报名吗", "第一个问题"]


async def test_the_stand_in_takes_photos_as_another_client_sends_them(server: TelegramServer) -> None:
    bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot")
    async with bot:
        sent = await bot.send_photo(5, PNG, caption="停水")
        again = await bot.send_photo(6, sent.photo[-1].file_id)
        with pytest.raises(telegram.error.BadRequest, match="caption is too long"):
            await bot.send_photo(5, PNG, caption="字" * (MAX_CAPTION + 1))
        with pytest.raises(telegram.error.BadRequest):
            await bot.send_photo(5, b"no picture")
    assert sent.caption == "停水" and again.photo[-1].file_id == sent.photo[-1].file_id


# ----- The page


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    web = WebChannel(b"s", "http://127.0.0.1", no_history, not_seen, pictures=STORED.get)

    async def submit(_inbound: object) -> Receipt:
        return Receipt(inbox_id=None)

    transport = httpx.ASGITransport(Starlette(routes=web.routes(submit)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_the_page_gets_a_picture_by_its_key_and_may_keep_it(browser: httpx.AsyncClient) -> None:
    response = await browser.get(f"/picture/{KEY}")
    assert (response.status_code, response.content, response.headers["content-type"]) == (200, PNG, "image/png")
    assert "immutable" in response.headers["cache-control"] and "private" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


@pytest.mark.parametrize("key", ["x" * 32, "s" * 32, "short", "a" * 65, "%2e%2e%2fetc", "k" * 31 + "'", "图" * 20])
async def test_nothing_else_is_given_out(browser: httpx.AsyncClient, key: str) -> None:
    response = await browser.get(f"/picture/{key}")
    assert response.status_code == 404
    assert response.headers.get("cache-control", "no-store") == "no-store"


# ----- Sent from the page


@pytest_asyncio.fixture
async def taken() -> AsyncIterator[tuple[httpx.AsyncClient, list[Inbound]]]:
    """A browser with a seat, and what the bot was handed."""
    got: list[Inbound] = []

    async def submit(inbound: Inbound) -> Receipt:
        if len(got) == 2:
            raise NotStored
        got.append(inbound)
        return Receipt(inbox_id=len(got))

    web = WebChannel(b"s", "http://127.0.0.1", no_history, not_seen)
    transport = httpx.ASGITransport(Starlette(routes=web.routes(submit)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        await client.get("/")
        yield client, got


OURS = {"Origin": "http://127.0.0.1"}


async def test_a_picture_from_the_page_reaches_the_bot_whole(taken: tuple[httpx.AsyncClient, list[Inbound]]) -> None:
    client, got = taken
    assert (await client.post("/picture", content=PNG, headers=OURS)).status_code == 204
    assert (await client.post("/picture", content=PNG, headers=OURS)).status_code == 204
    assert [(one.kind, one.picture) for one in got] == [("image", PNG)] * 2
    assert len({one.event_id for one in got}) == 2 and len({one.sender for one in got}) == 1


async def test_a_picture_is_taken_only_from_our_page_with_a_seat_and_not_too_large(
    taken: tuple[httpx.AsyncClient, list[Inbound]],
) -> None:
    client, got = taken
    assert (await client.post("/picture", content=PNG)).status_code == 403
    assert (await client.post("/picture", content=PNG, headers={"Origin": "https://evil.example"})).status_code == 403
    assert (await client.post("/picture?as=other", content=PNG, headers=OURS)).status_code == 403
    assert (await client.post("/picture?as=../x", content=PNG, headers=OURS)).status_code == 403
    assert (await client.post("/picture", content=b"0" * (MOST + 1), headers=OURS)).status_code == 413
    assert got == []


async def test_a_picture_that_is_not_stored_is_to_be_sent_again(taken: tuple[httpx.AsyncClient, list[Inbound]]) -> None:
    client, got = taken
    assert [(await client.post("/picture", content=PNG, headers=OURS)).status_code for _ in range(3)] == [204, 204, 503]


def photo(*, size: tuple[int, int] = (40, 20), kind: str = "JPEG") -> bytes:
    """A photo as a phone takes it: turned on its side, with the place it was taken at."""
    image, written = Image.new("RGB", size, "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(written, kind, exif=exif)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_what_a_phone_writes_into_a_photo_is_not_kept(taken: tuple[httpx.AsyncClient, list[Inbound]], kind: str) -> None:
    client, got = taken
    assert (await client.post("/picture", content=photo(kind=kind), headers=OURS)).status_code == 204
    with Image.open(io.BytesIO(got[0].picture)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (20, 40), {})
    assert b"Phone" not in got[0].picture


async def test_pixels_are_counted_before_they_are_decoded(taken: tuple[httpx.AsyncClient, list[Inbound]]) -> None:
    client, got = taken
    small = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(small, "PNG")
    assert len(small.getvalue()) < 200_000
    response = await client.post("/picture", content=small.getvalue(), headers=OURS)
    assert (response.status_code, response.text) == (415, "图片太大了，最多 2400 万像素")
    for nothing in (b"", b"no picture", PNG[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
        assert (await client.post("/picture", content=nothing, headers=OURS)).status_code == 415
    assert got == []


async def test_role_and_size_are_asked_before_a_byte_is_read() -> None:
    async def submit(_inbound: Inbound) -> Receipt:
        return Receipt(inbox_id=None)

    for may_send, length, status in ((False, "10", 403), (True, str(MOST + 1), 413)):

        async def may(_address: str, may_send: bool = may_send) -> bool:
            return may_send

        web = WebChannel(b"s", "http://127.0.0.1", no_history, not_seen, may_send=may)
        transport = httpx.ASGITransport(Starlette(routes=web.routes(submit)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await client.get("/")
            request = client.build_request("POST", "/picture", content=PNG, headers=OURS | {"Content-Length": length})
            request.stream = httpx.AsyncByteStream()  # raises when it is read
            assert (await client.send(request)).status_code == status


async def test_a_picture_that_trickles_in_is_given_up(
    taken: tuple[httpx.AsyncClient, list[Inbound]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, got = taken
    monkeypatch.setattr(pictures, "SECONDS", 0.0)

    async def never(_request: object) -> bytes:
        await asyncio.Event().wait()
        return b""

    monkeypatch.setattr(pictures, "_body", never)
    assert (await client.post("/picture", content=PNG, headers=OURS)).status_code == 408
    assert got == []
