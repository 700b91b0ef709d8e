"""The web channel's promises towards the page and the bot, over real HTTP and real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from channels import Sent
from channels.web.limits import Flood, Tries
from channels.web.seats import Seats, same_origin
from domain import triage
from domain.messages import Button, Inbound, Outbound, Receipt
from tests.support.web_bot import SECRET, Served, WebBot

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def bot() -> WebBot:
    return WebBot(now=NOW)


@pytest_asyncio.fixture
async def served(bot: WebBot) -> AsyncIterator[Served]:
    served = Served(bot)
    await served.start()
    yield served
    await served.kill()


@pytest_asyncio.fixture
async def browser(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url) as client:
        yield client


class Page:
    """What the page's script does, without the page."""

    def __init__(self, connection: ClientConnection, address: str) -> None:
        self.address = address
        self._connection = connection

    async def send(self, **frame: Any) -> None:
        await self._connection.send(json.dumps(frame))

    async def send_raw(self, raw: str | bytes) -> None:
        await self._connection.send(raw)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            frame: dict[str, Any] = json.loads(await self._connection.recv())
            return frame

    async def until(self, kind: str) -> dict[str, Any]:
        while (frame := await self.next())["type"] != kind:
            pass
        return frame

    async def hello(self, after: int = 0) -> list[dict[str, Any]]:
        await self.send(type="hello", after=after)
        items: list[dict[str, Any]] = (await self.until("history"))["items"]
        return items

    async def say(self, text: str, event: str = "event-0001") -> dict[str, Any]:
        await self.send(type="say", event=event, text=text)
        while (frame := await self.next())["type"] not in {"ack", "nack"}:
            pass
        return frame


@contextlib.asynccontextmanager
async def opened(served: Served, seat: str = "", *, cookie: str | None = None, origin: str | None = None) -> AsyncIterator[Page]:
    cookie = await seated(served, seat) if cookie is None else cookie
    headers = {"Cookie": cookie} if cookie else {}
    url = f"{served.url.replace('http', 'ws')}/chat?as={seat}"
    async with connect(url, origin=served.url if origin is None else origin or None, additional_headers=headers) as connection:  # type: ignore[arg-type]
        yield Page(connection, address_in(cookie, seat))


async def seated(served: Served, seat: str = "") -> str:
    async with httpx.AsyncClient(base_url=served.url) as client:
        response = await client.get("/", params={"as": seat})
    return response.headers["set-cookie"].split(";")[0]


def address_in(cookie: str, seat: str = "") -> str:
    return Seats(SECRET, secure=False).address({name: morsel.value for name, morsel in SimpleCookie(cookie).items()}, seat)


# ----- The page


async def test_page_is_locked_down(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/")
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == CSP
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    assert "://" not in response.text, "the page names no other host"


async def test_static_files_are_revalidated(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/static/chat.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["x-content-type-options"] == "nosniff"
    again = await browser.get("/static/chat.js", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await browser.get("/static/chat.js", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_named_by_its_content_a_file_is_kept_for_good_and_comes_packed(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    names = {part.split('"')[0] for part in page.split('"/static/')[1:]}
    assert {name.partition("?v=")[0] for name in names} >= {"chat.js", "chat.css", "manifest.webmanifest"}
    size = 0
    for name in names:
        response = await browser.get(f"/static/{name}")
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers.get("content-encoding") == "gzip" or name.startswith("icon-")
        size += int(response.headers["content-length"]) if not name.startswith("icon") else 0
        if ".js" in name:
            assert "from './" not in response.text or ".js?v=" in response.text
    assert size < 30_000
    assert (await browser.get("/static/chat.js?v=other")).headers["cache-control"] == "no-cache"
    plain = await browser.get("/static/chat.css", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_the_page_can_be_installed(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/static/manifest.webmanifest")
    assert response.headers["content-type"].startswith("application/manifest+json")
    for icon in response.json()["icons"]:
        assert (await browser.get(icon["src"])).headers["content-type"] == icon["type"]


async def test_only_her_own_page_takes_her_cookie_away(browser: httpx.AsyncClient, served: Served) -> None:
    await browser.get("/")
    assert (await browser.post("/leave", headers={"Origin": "https://evil.example"})).status_code == 403
    assert "seat" in browser.cookies
    assert (await browser.post("/leave", headers={"Origin": served.url})).status_code == 204
    assert "seat" not in browser.cookies


@pytest.mark.parametrize("name", ["page.html", "..%2Fchannel.py", "%2e%2e/channel.py", "nothing.js"])
async def test_nothing_else_is_served(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404


async def test_every_file_the_page_names_is_served(browser: httpx.AsyncClient) -> None:
    names = {part.split('"')[0] for part in (await browser.get("/")).text.split('"/static/')[1:]}
    assert any(name.startswith("chat.css?v=") for name in names)
    for name in names:
        assert (await browser.get(f"/static/{name}")).status_code == 200


@pytest.mark.parametrize(
    ("cookie", "asked", "lang"),
    [("", "zh-CN,zh;q=0.9", "zh-Hans"), ("", "zh-TW", "zh-Hant"), ("zh-Hant", "zh-CN", "zh-Hant"), ("zh", "zh-HK", "zh-Hans")],
)
async def test_page_comes_in_her_script(browser: httpx.AsyncClient, cookie: str, asked: str, lang: str) -> None:
    headers = {"Accept-Language": asked} | ({"Cookie": f"language={cookie}"} if cookie else {})
    text = (await browser.get("/", headers=headers)).text
    assert f'<html lang="{lang}">' in text
    assert ("發送" in text, "发送" in text) == ((lang == "zh-Hant"), (lang == "zh-Hans"))


# ----- Who she is


async def test_cookie_is_kept_from_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    cookie = (await browser.get("/")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=31536000" in cookie
    assert "secure" not in cookie, "over plain http a secure cookie would be lost"


def test_cookie_is_secure_behind_https() -> None:
    from starlette.responses import Response

    response = Response()
    Seats(SECRET, secure=True).seat(response, "", "")
    assert "secure" in response.headers["set-cookie"].lower()
    assert response.headers["set-cookie"].startswith("__Host-seat=") and "Path=/" in response.headers["set-cookie"]


def test_who_sat_down_before_https_stays_who_she_is() -> None:
    from starlette.responses import Response

    response = Response()
    Seats(SECRET, secure=False).seat(response, "", "anna")
    value = response.headers["set-cookie"].split(";")[0].removeprefix("seat=")
    assert Seats(SECRET, secure=True).address({"seat": value}, "") == "anna"


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_was_set_wrong_makes_nobody_somebody_else(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    from itsdangerous import TimestampSigner
    from starlette.responses import Response

    seats, response, real = Seats(SECRET, secure=False), Response(), TimestampSigner.get_timestamp
    with monkeypatch.context() as other_host:
        other_host.setattr(TimestampSigner, "get_timestamp", lambda signer: real(signer) + days * 86_400)
        seats.seat(response, "", "anna")
    value = response.headers["set-cookie"].split(";")[0].removeprefix("seat=")
    assert seats.address({"seat": value}, "") == "anna"


async def test_she_stays_who_she_is(browser: httpx.AsyncClient) -> None:
    first = address_in((await browser.get("/")).headers["set-cookie"])
    again = address_in((await browser.get("/")).headers["set-cookie"])
    assert first and first == again


async def test_two_seats_are_two_people(browser: httpx.AsyncClient) -> None:
    mother = address_in((await browser.get("/")).headers["set-cookie"])
    coordinator = address_in((await browser.get("/?as=coordinator")).headers["set-cookie"], "coordinator")
    assert mother and coordinator and mother != coordinator
    assert set(browser.cookies) == {"seat", "seat_coordinator"}


async def test_forged_or_moved_cookie_is_nobody(served: Served) -> None:
    cookie = await seated(served)
    value = cookie.split("=", 1)[1]
    seats = Seats(SECRET, secure=False)
    assert seats.address({"seat": value}, "")
    assert seats.address({"seat": "x" + value}, "") == ""
    assert seats.address({"seat_other": value}, "other") == ""
    assert Seats(b"another secret", secure=False).address({"seat": value}, "") == ""


@pytest.mark.parametrize("seat", ["A", "a b", "a" * 17, "ä"])
async def test_unknown_seat_is_refused(served: Served, browser: httpx.AsyncClient, seat: str) -> None:
    assert (await browser.get("/", params={"as": seat})).status_code == 400


# ----- Who may open a socket


@pytest.mark.parametrize("origin", ["", "https://evil.example", "null", "http://127.0.0.1:1"])
async def test_foreign_page_gets_no_socket(served: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(served, origin=origin):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://[", False),
        ("https://bot.example", True),  # public address, the proxy rewrote Host
        ("http://10.0.0.1:8000", True),
        ("http://bot.example", False),
        ("https://bot.example.evil.example", False),
        ("ftp://10.0.0.1:8000", False),
        ("", False),
    ],
)
def test_origin_is_host_or_public_url(origin: str, ours: bool) -> None:
    assert same_origin(origin, "10.0.0.1:8000", "https://bot.example/") is ours


@pytest.mark.parametrize("cookie", ["", "seat=forged"])
async def test_socket_without_seat_tells_the_page_to_load_anew(served: Served, cookie: str) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        async with opened(served, cookie=cookie) as page:
            await page.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


# ----- What she says


async def test_words_reach_the_bot(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        assert await page.say("  我会踩缝纫机\n上午有空 ") == {"type": "ack", "event": "event-0001"}
        assert bot.inbounds == [
            Inbound(
                channel="web",
                event_id=f"{page.address}:event-0001",
                sender=page.address,
                kind="text",
                text="我会踩缝纫机\n上午有空",
                sent_at=NOW,
                language="zh",
            )
        ]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("/start", "command", "start"),
        ("/start ABC-12_x", "command", "start ABC-12_x"),
        ("/START  x", "command", "start x"),
        ("/menu", "command", "menu"),
        ("/stop", "command", "stop"),
        ("/startle", "text", "/startle"),
        ("/language zh", "text", "/language zh"),
        ("去 /start", "text", "去 /start"),
    ],
)
async def test_commands(served: Served, bot: WebBot, said: str, kind: str, text: str) -> None:
    async with opened(served) as page:
        await page.say(said)
        assert [(inbound.kind, inbound.text) for inbound in bot.inbounds] == [(kind, text)]


async def test_tap_reaches_the_bot_with_its_message(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.send(type="tap", event="event-0002", choice="skills", label="填一填", ref=17)
        await page.until("ack")
        tapped = bot.inbounds[0]
        assert (tapped.kind, tapped.choice, tapped.text, tapped.message_ref) == ("choice", "skills", "填一填", "17")


async def test_language_is_a_command(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.send(type="language", event="event-0003", language="zh-Hant")
        await page.until("ack")
        assert (bot.inbounds[0].kind, bot.inbounds[0].text, bot.inbounds[0].language) == ("command", "language zh-Hant", "zh-Hant")


async def test_ack_comes_only_after_it_is_stored(served: Served, bot: WebBot) -> None:
    bot.acks.clear()
    async with opened(served) as page:
        await page.send(type="say", event="event-0001", text="你好")
        await page.send(type="ping")
        assert (await page.next())["type"] == "pong"
        bot.acks.set()
        assert await page.next() == {"type": "ack", "event": "event-0001"}


async def test_what_was_not_stored_is_asked_for_again(served: Served, bot: WebBot) -> None:
    bot.failures = 1
    async with opened(served) as page:
        answer = await page.say("你好")
        assert (answer["type"], answer["again"]) == ("nack", True)
        assert (await page.say("你好"))["type"] == "ack"
        assert bot.said("你好") == 1


async def test_messages_are_submitted_in_order(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        for number in range(20):
            await page.send(type="say", event=f"event-{number:04}", text=str(number))
        acks = [await page.until("ack") for _ in range(20)]
        assert [inbound.text for inbound in bot.inbounds] == [str(number) for number in range(20)]
        assert len(acks) == 20


async def test_nobody_can_repeat_anothers_event(served: Served, bot: WebBot) -> None:
    async with opened(served) as one, opened(served, "other") as other:
        await one.say("一", "same-event")
        await other.say("二", "same-event")
        assert [inbound.text for inbound in bot.inbounds] == ["一", "二"]
        assert len({inbound.event_id for inbound in bot.inbounds}) == 2


async def test_message_goes_on_when_the_page_goes_away(served: Served, bot: WebBot) -> None:
    finished = asyncio.Event()

    async def submit(inbound: Inbound) -> Receipt:
        with contextlib.suppress(TimeoutError):  # cancelled, it would never set `finished`
            await bot.acks.wait()
        finished.set()
        return Receipt(inbox_id=None)

    bot.acks.clear()
    served.bot.submit = submit  # type: ignore[method-assign]
    await served.kill()
    await served.start()
    async with opened(served) as page:
        await page.send(type="say", event="event-0001", text="你好")
        await page.send(type="ping")
        await page.until("pong")
    bot.acks.set()
    async with asyncio.timeout(5):
        await finished.wait()


# ----- What is refused


@pytest.mark.parametrize("text", ["长" * 4001, "", " \n ", None, 7])
async def test_unfit_text_is_refused_for_good(served: Served, bot: WebBot, text: Any) -> None:
    async with opened(served) as page:
        await page.send(type="say", event="event-0001", text=text)
        answer = await page.next()
        assert (answer["type"], answer["event"], answer["again"]) == ("nack", "event-0001", False)
        assert any("\u4e00" <= char <= "\u9fff" for char in answer["why"])
        assert bot.inbounds == []


async def test_longest_text_is_taken(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        assert (await page.say("😀" * 4000))["type"] == "ack"
        assert bot.said("😀" * 4000) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "7",
        '"say"',
        "{}",
        '{"type":"nothing"}',
        '{"type":["say"]}',
        '{"type":"say","text":"x"}',
        '{"type":"say","event":"../../x","text":"x"}',
        '{"type":"say","event":"event-0001","text":"\\ud800"}',
        '{"type":"hello"}',
        '{"type":"hello","after":-1}',
        '{"type":"hello","after":true}',
        '{"type":"hello","after":99999999999999999999}',
        '{"type":"seen","ids":7}',
        '{"type":"seen","ids":["1"]}',
        json.dumps({"type": "seen", "ids": [1] * 201}),
        "[" * 5000,
        json.dumps({"type": "say", "event": "event-0001", "text": "x" * 70_000}),
    ],
)
async def test_malformed_frames_are_refused_and_the_socket_lives(served: Served, bot: WebBot, raw: str) -> None:
    async with opened(served) as page:
        await page.send_raw(raw)
        answer = await page.next()
        assert answer["type"] == "error"
        assert any("\u4e00" <= char <= "\u9fff" for char in answer["why"])
        assert (await page.say("还在"))["type"] == "ack"
        assert [inbound.text for inbound in bot.inbounds] == ["还在"]
        assert bot.seen == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"choice": "", "label": "x", "ref": 1},
        {"choice": "长" * 22, "label": "x", "ref": 1},
        {"choice": "x", "label": "x" * 201, "ref": 1},
        {"choice": "x", "label": "x", "ref": "1"},
        {"choice": "x", "label": "x"},
    ],
)
async def test_unfit_taps_are_refused(served: Served, bot: WebBot, fields: dict[str, Any]) -> None:
    async with opened(served) as page:
        await page.send(type="tap", event="event-0001", **fields)
        assert (await page.next())["again"] is False
        assert bot.inbounds == []


async def test_nul_never_reaches_the_store(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.say("你\0好")
        assert bot.inbounds[0].text == "你好"


async def test_bytes_end_the_socket(served: Served) -> None:
    async with opened(served) as page:
        await page.send_raw(b"\x00\x01")
        with pytest.raises(ConnectionClosed):
            await page.next()


@pytest.mark.usefixtures("lexicons")
async def test_flood_is_slowed_down_not_lost(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        for number in range(40):
            await page.send(type="say", event=f"event-{number:04}", text=f"第{number}句")
        answers = [await page.next() for _ in range(40)]
        slowed = [answer for answer in answers if answer["type"] == "nack"]
        assert len(slowed) == 10
        assert all(answer["again"] for answer in slowed)
        assert len(bot.inbounds) == 30


def test_flood_opens_again() -> None:
    flood = Flood(2, 10.0)
    assert [flood.allows(now) for now in (0.0, 1.0, 9.9, 10.0, 10.5, 11.0)] == [True, True, False, True, False, True]


def test_flood_weighs_what_it_lets_through() -> None:
    flood = Flood(10, 10.0)
    assert [flood.allows(now, cost) for now, cost in ((0.0, 8), (1.0, 3), (2.0, 2), (10.0, 8))] == [True, False, True, True]


@pytest.fixture
def lexicons() -> None:
    """They are loaded, as in a process that runs."""
    triage.look("您好")


@pytest.mark.usefixtures("lexicons")
async def test_limits_count_by_address_whatever_the_tab(served: Served, bot: WebBot) -> None:
    cookie = await seated(served)
    async with contextlib.AsyncExitStack() as tabs:
        pages = [await tabs.enter_async_context(opened(served, cookie=cookie)) for _ in range(8)]
        answers = [await page.say(f"第{number}句", f"event-{number:04}") for number, page in enumerate(pages * 5)]
        assert [answer["type"] for answer in answers] == ["ack"] * 30 + ["nack"] * 10
        async with opened(served) as other:
            assert (await other.say("你好"))["type"] == "ack"


@pytest.mark.usefixtures("lexicons")
async def test_long_texts_have_a_smaller_limit(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        answers = [(await page.say("他" * 4000, f"event-{number:04}"))["type"] for number in range(5)]
        assert answers == ["ack"] * 3 + ["nack"] * 2


@pytest.mark.usefixtures("lexicons")
async def test_danger_is_never_cut_off_by_a_limit(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        for number in range(30):
            await page.say("你好", f"event-{number:04}")
        assert (await page.say("还在吗", "event-0030"))["type"] == "nack"
        assert (await page.say("他打我，我不想活了", "event-0031"))["type"] == "ack"
        assert (await page.say("/stop 他又打我了", "event-0032"))["type"] == "ack"
        assert [inbound.text for inbound in bot.inbounds[30:]] == ["他打我，我不想活了", "stop 他又打我了"]


async def test_codes_are_not_guessed(served: Served, bot: WebBot) -> None:
    for _ in range(2):  # a new cookie helps nobody
        async with opened(served) as page:
            answers = [await page.say(f"/start wrong{number}", f"event-{number:04}") for number in range(11)]
            assert [answer["type"] for answer in answers] == ["ack"] * 10 + ["nack"]
            assert answers[-1]["why"] == "试的次数太多了，请过十分钟再试"
            assert (await page.say("/start", "event-0099"))["type"] == "ack"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "say", "text": "start {code}"},
        {"type": "say", "text": "Start {code}"},
        {"type": "tap", "choice": "takeover:{code}:yes", "label": "是", "ref": 0},
        {"type": "tap", "choice": "phone_code:yes:{code}", "label": "是", "ref": 0},
    ],
)
async def test_codes_are_not_guessed_in_another_way(served: Served, bot: WebBot, frame: dict[str, Any]) -> None:
    async with opened(served) as page:
        await page.hello()
        for number in range(11):
            code = f"abcdefgh{number:02}"
            filled = {name: value.format(code=code) if isinstance(value, str) else value for name, value in frame.items()}
            await page.send(**filled, event=f"event-{number:04}")
            while (answer := await page.next())["type"] not in {"ack", "nack"}:
                pass
            assert answer["type"] == ("nack" if number == 10 else "ack")
        await page.send(type="tap", event="event-9999", choice="menu:register", label="登记", ref=0)
        await page.until("ack")


def test_tries_of_one_host_end_and_open_again() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    assert [tries.allow("10.0.0.1", str(n)) for n in range(61)] == [True] * 60 + [False]
    assert tries.allow("10.0.0.2", "1")
    now[0] = 600.0
    assert tries.allow("10.0.0.1", "1")


# ----- What the bot says


async def test_answer_is_pushed_to_all_her_pages_and_nobody_elses(served: Served, bot: WebBot) -> None:
    cookie = await seated(served)
    async with opened(served, cookie=cookie) as phone, opened(served, cookie=cookie) as desk, opened(served, "other") as other:
        for page in (phone, desk, other):
            assert await page.hello() == []
        outbound = Outbound(
            text="有新活儿", buttons=((Button("我想去", "want:1"), Button("看地图", "", "https://example.org")),), edits="3"
        )
        assert await served.bot.channel.send(phone.address, outbound, 7) == Sent("7")
        item = {
            "id": 7,
            "from": "bot",
            "text": "有新活儿",
            "buttons": [
                [{"label": "我想去", "choice": "want:1", "url": ""}, {"label": "看地图", "choice": "", "url": "https://example.org"}]
            ],
            "at": NOW.isoformat(),
            "edits": "3",
        }
        assert await phone.next() == {"type": "message", "item": item}
        assert await desk.next() == {"type": "message", "item": item}
        await other.send(type="ping")
        assert (await other.next())["type"] == "pong"


async def test_closed_page_finds_it_in_her_history(served: Served, bot: WebBot) -> None:
    cookie = await seated(served)
    row_id = await bot.say(address_in(cookie), Outbound(text="您不在的时候"))
    async with opened(served, cookie=cookie) as page:
        assert [(item["id"], item["text"]) for item in await page.hello()] == [(row_id, "您不在的时候")]
        assert await page.hello(after=row_id) == []


async def test_history_knows_her_events(served: Served) -> None:
    async with opened(served) as page:
        await page.say("你好", "event-0009")
        mine = [item for item in await page.hello() if item["from"] == "me"]
        assert [item["event"] for item in mine] == ["event-0009"]


async def test_rows_are_pushed_only_after_history(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.send(type="ping")
        await page.until("pong")
        row_id = await bot.say(page.address, Outbound(text="早上好"))
        await page.send(type="hello", after=0)
        first = await page.next()
        assert first["type"] == "history"
        assert [item["id"] for item in first["items"]] == [row_id]


async def test_while_the_store_is_down_she_can_write_and_danger_is_answered(served: Served, bot: WebBot) -> None:
    bot.down = True
    async with opened(served) as page:
        await page.send(type="hello", after=0)
        await page.until("down")
        await page.send(type="say", event="e12345678", text="救命")
        assert (await page.until("ack"))["event"] == "e12345678"
        item = (await page.until("help"))["item"]
        assert "110" in item["text"] and isinstance(item["id"], str), "no row number: the page neither reports nor asks for it"
        bot.down = False
        await page.send(type="hello", after=0)
        assert (await page.until("history"))["items"] == []


async def test_seen_rows_are_stored(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.send(type="seen", ids=[3, 4])
        await page.send(type="ping")
        await page.until("pong")
        assert bot.seen == {page.address: {3, 4}}


async def test_page_that_never_reads_is_let_go(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.hello()
        for row_id in range(1, 300):  # without a pause, so that nothing can be written in between
            await bot.channel.send(page.address, Outbound(text="x"), row_id)
        with pytest.raises(ConnectionClosed):
            while True:
                await page.next()
        assert await bot.channel.send(page.address, Outbound(text="x"), 300) == Sent("300")


async def test_close_lets_all_pages_go(served: Served, bot: WebBot) -> None:
    async with opened(served) as page:
        await page.hello()
        await bot.channel.close()
        with pytest.raises(ConnectionClosed):
            await page.next()
