"""What it costs to find the handler of a message, with 10 and with 200 of them: a look-up, whatever their number."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bench import scenes
from domain.messages import Inbound, Outbound
from handlers import routing
from handlers.capability import Route
from handlers.turn import Turn

ROUNDS = 20_000


def main() -> None:
    """Print microseconds a message, ours and of aiogram's filters."""
    few, many = ours(10), ours(200)
    scenes.show("routing with 200 handlers", many, "µs", ("with 10:", few), wanted="the same", less_is_better=True)
    few, many = asyncio.run(aiogram(10)), asyncio.run(aiogram(200))
    scenes.show("routing by aiogram's filters with 200 handlers", many, "µs", ("with 10:", few), less_is_better=True)


def ours(handlers: int) -> float:
    """Microseconds to route a command to the last of so many handlers."""
    commands = {"menu": Route(_nothing), **{f"c{n}": Route(_nothing) for n in range(handlers)}}
    said = Inbound(channel="web", event_id="1", sender="a", kind="command", text=f"c{handlers - 1}", sent_at=datetime.now(UTC))
    turn: Any = SimpleNamespace(content=SimpleNamespace(capabilities=SimpleNamespace(commands=commands)))
    began = time.perf_counter()
    for _ in range(ROUNDS):
        routing.route(turn, said)
    return (time.perf_counter() - began) / ROUNDS * 1e6


def _nothing(turn: Turn, argument: str) -> list[Outbound]:
    return []


async def aiogram(handlers: int) -> float:
    """Microseconds to route a command through a Dispatcher whose handlers each have a command filter."""
    from aiogram import Bot, Dispatcher
    from aiogram.filters import Command
    from aiogram.types import Update

    from tests.support import telegram_updates

    async def handler(message: Any) -> None:
        return None

    dispatcher = Dispatcher()
    for n in range(handlers):
        dispatcher.message(Command(f"c{n}"))(handler)
    bot = Bot("7:stand-in")
    update = Update.model_validate({"update_id": 1, **telegram_updates.says(5, f"/c{handlers - 1}")}, context={"bot": bot})
    began = time.perf_counter()
    for _ in range(200):
        await dispatcher.feed_update(bot, update)
    took = time.perf_counter() - began
    await bot.session.close()
    return took / 200 * 1e6


if __name__ == "__main__":
    main()
