"""Danger while fifty messages a second come in: how long until the person on duty is alerted, reads her next word, and she reads theirs."""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench import bots, load, scenes
from bench.load import StandIn
from bot.commands.town import invitation
from tests.support import telegram_updates

RATE, SECONDS = 50, 25
ROUNDS = 12
# Ids of chats that no mother of the load has.
FIRST_DUTY, FIRST_HER = 9_000_000, 8_000_000
COMMUNITIES = 11
_CHAT, _THREAD = re.compile(rb"chat_id\D{1,40}?(-?\d+)"), re.compile(rb"thread(?::|%3A)(\d+)")
_numbers = itertools.count(50_000_000)


def main() -> None:
    """Print the slowest of each, over several dangers in as many communities."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, scenes.folder() as where:
        found = runner.run(_run(where))
    for what, waits in found.items():
        slowest, middle = max(waits), statistics.median(waits)
        print(
            f"{what}, {RATE} messages/s: median {1000 * middle:.0f} ms, slowest of {len(waits)} {1000 * slowest:.0f} ms   [wanted: 1 s]",
            flush=True,
        )


class _Remembering(StandIn):
    """Knows what was said last at each chat."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[int, bytes] = {}

    def answer(self, method: str, body: bytes) -> Any:
        if method == "sendmessage" and (found := _CHAT.search(body)):
            self.said[int(found[1])] = self.said.get(int(found[1]), b"") + body
        return super().answer(method, body)


async def _run(where: Path) -> dict[str, list[float]]:
    async with _Remembering() as server:
        store, now = scenes.store(where), datetime.now(UTC)
        places = [f"YT{1 + number % COMMUNITIES:02}" for number in range(ROUNDS)]
        codes = [invitation(store, "coordinator", community=code, expires_at=now + timedelta(hours=1), now=now) for code in places]
        store.close()
        config, port = bots.settings(where, api=server.url)
        context = bots.ours(config)
        await asyncio.to_thread(context.__enter__)
        try:
            for number, code in enumerate(codes):
                await _arrives(server, port, telegram_updates.says(FIRST_DUTY + number, f"/start {code}"), FIRST_DUTY + number)
            busy = asyncio.create_task(load.steadily(server, port, rate=RATE, seconds=SECONDS))
            await asyncio.sleep(2)
            found = await _dangers(server, port)
            await busy
            return found
        finally:
            context.__exit__(None, None, None)


async def _dangers(server: _Remembering, port: int) -> dict[str, list[float]]:
    """One danger after the other. Whoever is on duty takes it, so that her next words go to that person."""
    alerts, nexts, answers = [], [], []
    for number in range(ROUNDS):
        her, duty = FIRST_HER + number, FIRST_DUTY + number
        for said in ("登记", "1", str(1 + number % COMMUNITIES)):
            await _arrives(server, port, telegram_updates.says(her, said), her)
        alerts.append(await _arrives(server, port, telegram_updates.says(her, "他昨晚又打我，还不让我出门"), duty))
        thread = _THREAD.findall(server.said[duty])[-1].decode()
        await _arrives(server, port, telegram_updates.taps(duty, f"thread:{thread}:take", 1), duty)
        nexts.append(await _arrives(server, port, telegram_updates.says(her, "我在楼下小卖部，孩子跟着我"), duty))
        await _arrives(server, port, telegram_updates.taps(duty, f"thread:{thread}:reply", 1), duty)
        answers.append(await _arrives(server, port, telegram_updates.says(duty, "我马上到，您就待在那里"), her))
    return {"alert at the person on duty": alerts, "her next word at staff": nexts, "staff's word at her": answers}


async def _arrives(server: StandIn, port: int, update: dict[str, Any], at: int) -> float:
    """Seconds from the post of an update to the next message at a chat."""
    loop = asyncio.get_running_loop()
    heard = server.heard[at] = loop.create_future()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = orjson.dumps({"update_id": next(_numbers), **update})
    head = (
        f"POST /telegram/webhook HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {load.SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    began = asyncio.get_running_loop().time()
    writer.write(head.encode() + body)
    await reader.read()
    writer.close()
    async with asyncio.timeout(20):
        await heard
    return loop.time() - began


if __name__ == "__main__":
    main()
