"""Durable message to reply through the real webhook, 64 in flight: ours, aiogram with async SQLModel, python-telegram-bot with pickles."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import uvloop

from bench import bots, load, scenes
from bench.load import Figures, StandIn

CHATS = {"ours": 300, "aiogram": 100, "ptb": 100}


NAMES = {"aiogram": "aiogram + async SQLModel", "ptb": "python-telegram-bot + pickle"}


def main() -> None:
    """Print messages a second and the slowest hundredth."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(_all())
    ours = figures["ours"]
    peers = [(name, figures[name]) for name in figures if name != "ours"]
    rates = [(f"{NAMES[name]}:", one.rate) for name, one in peers]
    scenes.show("webhook, message to reply", ours.rate, "messages/s", *rates, wanted=">= 4x aiogram, >= 1.5x python-telegram-bot")
    waits = [(f"{NAMES[name]}:", one.p99) for name, one in peers]
    scenes.show("webhook, p99 of message to reply", ours.p99, "ms", *waits, wanted="< 100 ms", less_is_better=True)
    # Steadier than the rate where other work shares the machine.
    costs = [(f"{NAMES[name]}:", 1000 * one.cpu / len(one.waits)) for name, one in peers]
    scenes.show("webhook, processor time", 1000 * ours.cpu / len(ours.waits), "ms/message", *costs, less_is_better=True)


async def _all() -> dict[str, Figures]:
    found = {}
    for name in CHATS:
        with scenes.folder() as folder:
            async with StandIn() as server:
                found[name] = await (_ours(folder, server) if name == "ours" else _peer(name, folder, server))
    return found


async def _ours(folder: Path, server: StandIn) -> Figures:
    scenes.store(folder).close()
    config, port = bots.settings(folder, api=server.url)
    context = bots.ours(config)
    return await _measured(context, server, port, CHATS["ours"])


async def _peer(name: str, folder: Path, server: StandIn) -> Figures:
    port = bots.free_port()
    command = [sys.executable, "-m", f"bench.peer_{name}", server.url, str(port), str(folder)]
    context = bots.running(command, port=port)
    return await _measured(context, server, port, CHATS[name])


async def _measured(context: AbstractContextManager[psutil.Process], server: StandIn, port: int, chats: int) -> Figures:
    # The bot's first calls need the stand-in, so it is not waited for in this thread.
    process = await asyncio.to_thread(context.__enter__)
    try:
        await load.steadily(server, port, rate=20, seconds=1, first_chat=1_000_000)
        before = process.cpu_times()
        found = await load.drive(server, port, chats=chats)
        after = process.cpu_times()
        found.cpu = after.user + after.system - before.user - before.system
        return found
    finally:
        context.__exit__(None, None, None)


if __name__ == "__main__":
    main()
