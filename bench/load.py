"""Mothers who write through Telegram's webhook, each waiting for the answer before she goes on, and the stand-in that takes the answers.

Both live in one process of their own and are lean, so that it is the bot that is measured. Times are of one monotonic clock.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httptools
import orjson

from bench import scenes
from tests.support import telegram_updates

SECRET = "s3cret"
_CHAT = re.compile(rb"chat_id\D{1,40}?(-?\d+)")
_ME = {"id": 7, "is_bot": True, "first_name": "bench", "username": "bench_bot"}


@dataclass
class Figures:
    """Seconds from the post to the answer, for each message, for all together, and of the bot's processor."""

    waits: list[float] = field(default_factory=list)
    took: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.waits) / self.took

    @property
    def p99(self) -> float:
        return 1000 * scenes.percentile(self.waits, 0.99)


class StandIn:
    """Answers every method of the Bot API with success; whoever waits for a chat's message is told when it comes."""

    def __init__(self) -> None:
        self.heard: dict[int, asyncio.Future[float]] = {}
        self.sends: list[tuple[float, int]] = []
        self.url = ""
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> StandIn:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def answer(self, method: str, body: bytes) -> Any:
        if method == "getme":
            return _ME
        if method != "sendmessage":
            return True
        found = _CHAT.search(body)
        chat, now = int(found[1]) if found else 0, time.monotonic()
        self.sends.append((now, chat))
        waiting = self.heard.get(chat)
        if waiting is not None and not waiting.done():
            waiting.set_result(now)
        return {"message_id": next(self._numbers), "date": int(time.time()), "chat": telegram_updates.chat(chat), "text": "x"}


class _Connection(asyncio.Protocol):
    def __init__(self, server: StandIn) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._body = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url, self._body = url, b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._url.rpartition(b"/")[2].partition(b"?")[0].decode().lower()
        body = orjson.dumps({"ok": True, "result": self._server.answer(method, self._body or self._url)})
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def drive(
    server: StandIn, port: int, *, chats: int, at_once: int = 64, path: str = "/telegram/webhook", first_chat: int = 1
) -> Figures:
    """Let so many mothers have their whole talk, `at_once` of them at any time."""
    figures, mothers, numbers = Figures(), iter(range(first_chat, first_chat + chats)), itertools.count(1000 * first_chat)

    async def line() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for mother in mothers:
            for words in scenes.TALK:
                figures.waits.append(await _exchange(server, (reader, writer), path, mother, words, next(numbers)))
        writer.close()

    began = time.monotonic()
    await asyncio.gather(*(line() for _ in range(at_once)))
    figures.took = time.monotonic() - began
    return figures


async def steadily(server: StandIn, port: int, *, rate: float, seconds: float, first_chat: int = 1, mothers: int = 100) -> Figures:
    """So many messages a second, whoever is still waiting; each mother has her talk in order."""
    figures, lines, numbers = Figures(), asyncio.Queue[Any](), itertools.count(1_000_000 + first_chat)
    script = [(chat, words) for block in range(1000) for words in scenes.TALK for chat in range(block * mothers, (block + 1) * mothers)]
    tasks, began = [], time.monotonic()

    async def one(chat: int, words: str) -> None:
        line = lines.get_nowait() if not lines.empty() else None
        # The server closes what is idle for long.
        if line is None or line[0].at_eof():
            line = await asyncio.open_connection("127.0.0.1", port)
        figures.waits.append(await _exchange(server, line, "/telegram/webhook", first_chat + chat, words, next(numbers)))
        lines.put_nowait(line)

    for n, (chat, words) in enumerate(script[: int(rate * seconds)]):
        await asyncio.sleep(max(0.0, began + n / rate - time.monotonic()))
        tasks.append(asyncio.create_task(one(chat, words)))
    await asyncio.gather(*tasks)
    figures.took = time.monotonic() - began
    return figures


async def _exchange(server: StandIn, line: Any, path: str, chat: int, words: str, number: int) -> float:
    reader, writer = line
    body = orjson.dumps({"update_id": number, **telegram_updates.says(chat, words)})
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    heard = server.heard[chat] = asyncio.get_running_loop().create_future()
    began = time.monotonic()
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the webhook answered {answer[:60]!r}")
    length = re.search(rb"(?i)content-length: *(\d+)", answer)
    if length and int(length[1]):
        await reader.readexactly(int(length[1]))
    elif re.search(rb"(?i)transfer-encoding: *chunked", answer):
        await reader.readuntil(b"0\r\n\r\n")
    async with asyncio.timeout(60):
        waited: float = await heard - began
        return waited


def sliding_maximum(stamps: Sequence[float], *, period: float = 1.0) -> int:
    """The most stamps that any period holds, wherever it begins."""
    first, most = 0, 0
    for last, stamp in enumerate(stamps):
        while stamps[first] <= stamp - period:
            first += 1
        most = max(most, last - first + 1)
    return most
