"""WeChat's callback in safe mode against a real process: 200 messages a second, a stalled interface, and every event three times over restarts.

`WECHAT_RATE`, `WECHAT_EVENTS` and `WECHAT_SECONDS` make it less (200 a second, 10,000 events and ten seconds are what is promised).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sqlite3
import time
import urllib.parse
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import uvloop
from aiohttp import web
from lxml import etree

from bench import bots, scenes
from channels.wechat import xml
from channels.wechat.crypto import MessageCipher
from channels.wechat.signature import sign

RATE, SECONDS = int(os.environ.get("WECHAT_RATE", "200")), int(os.environ.get("WECHAT_SECONDS", "10"))
EVENTS = int(os.environ.get("WECHAT_EVENTS", "10000"))
TOKEN, APP_ID, KEY = "bench-token", "wx0123456789abcdef", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
WORDS = ("你是谁", "找活", "菜单", "我的报名", "有什么班", "谢谢")
CIPHER = MessageCipher(KEY, APP_ID)
_nonces = itertools.count(1)
Event = tuple[str, str]


def main() -> None:
    """Print the slowest hundredth, the slowest of all behind a stalled interface, and whether three times was once."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_all())


async def _all() -> None:
    with scenes.folder() as folder:
        scenes.store(folder).close()
        await _steady(folder)
    with scenes.folder() as folder:
        scenes.store(folder).close()
        await _stalled(folder)
    with scenes.folder() as folder:
        scenes.store(folder).close()
        await _three_times(folder)


def _settings(folder: Path, *, api: str = "http://127.0.0.1:9", verified: bool = False) -> tuple[Path, int]:
    port, file = bots.free_port(), folder / "config.yaml"
    account = f"enabled: yes, token: {TOKEN}, app_id: {APP_ID}, app_secret: s, aes_key: {KEY}, verified: {'yes' if verified else 'no'}"
    file.write_text(
        f"database: sqlite:///{folder}/motherpost.db\nweb: {{port: {port}}}\nchannels: {{wechat: {{{account}, api_base: '{api}'}}}}\n",
        "utf-8",
    )
    return file, port


def _event(number: int) -> Event:
    sender = f"o{number % 997}"
    said = f"<Content>{xml.cdata(WORDS[number % len(WORDS)])}</Content><MsgId>{number + 1}</MsgId>"
    head = f"<ToUserName>gh</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>{int(time.time())}</CreateTime>"
    return sender, f"<xml>{head}<MsgType>text</MsgType>{said}</xml>"


async def _post(session: aiohttp.ClientSession, port: int, event: Event) -> tuple[int, str]:
    """One call; its status, and the text of the answer."""
    timestamp, nonce = str(int(time.time())), str(next(_nonces))
    encrypted = CIPHER.encrypt(event[1].encode())
    query = {"timestamp": timestamp, "nonce": nonce, "openid": event[0], "encrypt_type": "aes", "signature": sign(TOKEN, timestamp, nonce)}
    query["msg_signature"] = sign(TOKEN, timestamp, nonce, encrypted)
    body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    async with session.post(f"http://127.0.0.1:{port}/wechat?{urllib.parse.urlencode(query)}", data=body) as response:
        content = await response.read()
    if response.status != 200 or content in (b"", b"success"):
        return response.status, ""
    inside = CIPHER.decrypt(etree.fromstring(content).findtext("Encrypt") or "")
    return 200, etree.fromstring(inside).findtext("Content") or ""


@asynccontextmanager
async def _serving(config: Path) -> AsyncIterator[psutil.Process]:
    context = bots.ours(config)
    process = await asyncio.to_thread(context.__enter__)
    try:
        yield process
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


async def _timed(port: int, events: Sequence[Event], *, rate: float) -> tuple[list[float], int]:
    """Seconds of each call, made at a steady rate whatever the answers take; and how many were too late for their response."""
    began, waits, late = time.monotonic(), list[float](), 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(number: int, event: Event) -> None:
            nonlocal late
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            asked = time.monotonic()
            status, said = await _post(session, port, event)
            assert status == 200, status
            late += not said
            waits.append(time.monotonic() - asked)

        await asyncio.gather(*(one(number, event) for number, event in enumerate(events)))
    return waits, late


async def _steady(folder: Path) -> None:
    config, port = _settings(folder)
    async with _serving(config):
        await _timed(port, [_event(number) for number in range(1_000_000, 1_000_200)], rate=50)
        waits, late = await _timed(port, [_event(number) for number in range(RATE * SECONDS)], rate=RATE)
    scenes.show(f"wechat, {RATE} messages/s in safe mode, p99", 1000 * scenes.percentile(waits, 0.99), "ms", wanted="< 1,000 ms")
    print(f"wechat, too late for their response: {late} of {len(waits)}")


async def _stalled(folder: Path) -> None:
    """The platform's interface takes calls and never answers."""

    async def never(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", never)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config, port = _settings(folder, api="http://{}:{}".format(*runner.addresses[0]), verified=True)
    async with _serving(config):
        await _timed(port, [_event(number) for number in range(1_000_000, 1_000_100)], rate=25)
        waits, _ = await _timed(port, [_event(number) for number in range(RATE * 2)], rate=RATE / 2)
    await runner.cleanup()
    scenes.show("wechat, slowest callback behind a stalled interface", max(waits), "s", wanted="< 4.5 s")


async def _three_times(folder: Path) -> None:
    """Each event three times: at once, after the process was killed, and after it was killed again."""
    config, port = _settings(folder)
    events = [_event(number) for number in range(EVENTS)]
    heard: list[list[str]] = [[] for _ in events]
    for life in range(3):
        async with _serving(config) as process:
            await _delivered(port, events, heard, process if life < 2 else None)
    with sqlite3.connect(folder / "motherpost.db") as database:
        effects, answered = database.execute("select count(*), count(distinct event_id) from inbox").fetchone()
        rows = database.execute("select count(distinct inbox_id) from outbox where inbox_id is not null").fetchone()[0]
    assert effects == answered == rows == EVENTS, (effects, answered, rows)
    different = sum(len({said for said in answers if said}) > 1 for answers in heard)
    late = sum(not any(answers) for answers in heard)
    print(f"wechat, {EVENTS:,} events three times over two restarts: {effects:,} effects, {different} with different answers")
    print(f"wechat, too late for their response all three times, so that they wait for her next word: {late}")
    for answers in heard:
        if len(texts := {said for said in answers if said}) > 1:
            print("\n---\n".join(sorted(texts)))
            break
    assert not different


async def _delivered(port: int, events: Sequence[Event], heard: list[list[str]], process: psutil.Process | None) -> None:
    """All events, two at once of every seventh; where `process` is given it is killed in the middle, and what failed comes again."""
    done = itertools.count(1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as session:

        async def one(number: int) -> None:
            try:
                answers = await asyncio.gather(*(_post(session, port, events[number]) for _ in range(2 if number % 7 == 0 else 1)))
            except aiohttp.ClientError:
                return
            heard[number] += [said for status, said in answers if status == 200]
            if process is not None and next(done) == len(events) * 2 // 3:
                process.send_signal(signal.SIGKILL)

        await asyncio.gather(*(one(number) for number in range(len(events))))


if __name__ == "__main__":
    main()
