"""One browser floods the chat page, with forty tabs at the pace that is allowed to one, or with five of the longest texts: how long another woman waits."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Iterator

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench import bots, scenes

# Seconds: no longer, for the twenty-first time that she is answered alike within five minutes stays unsaid.
TABS, LONG_TABS, SECONDS = 40, 5, 12.0
# Of one address in a second (channels.web.limits): what each of the tabs says, though they are one address.
ALLOWED = 3.0
LONG = "他" * 4000
# What the victim says in turn, twice a second.
SAID, EVERY = ("有什么活", "你好", "登记", "1 2 3", "返回", "稍后"), 0.5


def main() -> None:
    """Print what the slowest hundredth of her messages waits for its answer, alone and under each attack."""
    with scenes.folder() as where:
        scenes.store(where).close()
        config, port = bots.settings(where)
        with bots.ours(config):
            asyncio.run(_attacks(port))


async def _attacks(port: int) -> None:
    talk = (f"我想问问第{number}件事" for number in itertools.count())
    flood = (f"{LONG[:-6]}{number:06}" for number in itertools.count())
    for what, tabs, words, pause in (
        ("nobody floods", 0, talk, 1.0),
        (f"{TABS} tabs at the allowed pace", TABS, talk, 1 / ALLOWED),
        (f"{LONG_TABS} tabs of 4,000 characters", LONG_TABS, flood, 1 / ALLOWED),
    ):
        waits = await _under(port, tabs, words, pause)
        p99 = 1000 * scenes.percentile(waits, 0.99)
        scenes.show(f"{what}: {len(waits)} answers to another, p99", p99, "ms", wanted="< 1000")


async def _under(port: int, tabs: int, words: Iterator[str], pause: float) -> list[float]:
    """Seconds from each of her messages to its answer, while one browser has so many tabs open."""
    attacker, victim = _cookie(port), _cookie(port)
    flooding = [asyncio.create_task(_tab(port, attacker, number, lambda: next(words), pause)) for number in range(tabs)]
    try:
        return await _talk(port, victim)
    finally:
        for task in flooding:
            task.cancel()
        await asyncio.gather(*flooding, return_exceptions=True)


def _cookie(port: int) -> str:
    """A browser of its own."""
    with httpx.Client() as browser:
        browser.get(f"http://127.0.0.1:{port}/").raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def _page(port: int, cookie: str) -> connect:
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    return connect(f"ws://127.0.0.1:{port}/chat", additional_headers=headers, max_queue=None)


async def _tab(port: int, cookie: str, number: int, words: Callable[[], str], pause: float) -> None:
    """Says something at this pace whatever is answered, as a script does."""
    with contextlib.suppress(ConnectionClosed):
        async with _page(port, cookie) as page:
            await page.send(orjson.dumps({"type": "hello", "after": 0}).decode())
            hearing = asyncio.create_task(_hear(page))
            for said in itertools.count():
                await page.send(orjson.dumps({"type": "say", "event": f"t{number}-{said}", "text": words()}).decode())
                await asyncio.sleep(pause)
            hearing.cancel()


async def _hear(page: ClientConnection) -> None:
    async for _frame in page:
        pass


async def _talk(port: int, cookie: str) -> list[float]:
    waits: list[float] = []
    async with _page(port, cookie) as page:
        await page.send(orjson.dumps({"type": "hello", "after": 0}).decode())
        await _until(page, "history")
        began = time.monotonic()
        for number in itertools.count():
            if (since := time.monotonic() - began) > SECONDS:
                return waits
            await _drain(page, number * EVERY - since)
            sent = time.monotonic()
            await page.send(orjson.dumps({"type": "say", "event": f"v{number}", "text": SAID[number % len(SAID)]}).decode())
            await _until(page, "message")
            waits.append(time.monotonic() - sent)
    return waits


async def _drain(page: ClientConnection, seconds: float) -> None:
    """Hear what else comes for so long: an answer may be several messages."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.01, seconds)):
            async for _frame in page:
                pass


async def _until(page: ClientConnection, kind: str) -> None:
    async with asyncio.timeout(60):
        while orjson.loads(await page.recv())["type"] != kind:
            pass


if __name__ == "__main__":
    main()
