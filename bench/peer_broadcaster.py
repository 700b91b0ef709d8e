"""The peer: aiogram-broadcaster with its own file storage, as its README runs it; killed and started again it takes up its mailers.

As a process: `python -m bench.peer_broadcaster API FOLDER PEOPLE RATE`; it prints `done` when its mailer is completed.
"""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bench import scenes
from tests.support.kills import Scene, enlist
from tests.support.process import Telegram, telegram, until

FIRST = 10_001
PEOPLE, RATE = 1000, 100
TEXT = "明天上午九点，社区活动室开缝纫班。"


async def serve(api: str, folder: Path, people: int, rate: float) -> None:
    """Make the mailer, or take up the one that is stored, and run it to its end."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import TextContent
    from aiogram_broadcaster.intervals import SimpleInterval
    from aiogram_broadcaster.storages.file import FileStorage

    bot = Bot("7:stand-in", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    storage = FileStorage(folder / "mailers.json")
    broadcaster = Broadcaster(bot, storage=storage)
    await storage.startup()
    await broadcaster.restore_mailers()
    if not list(broadcaster):
        chats, interval = range(FIRST, FIRST + people), SimpleInterval(interval=1 / rate)
        await broadcaster.create_mailer(chats=chats, content=TextContent(text=TEXT), interval=interval)
    await asyncio.gather(*(mailer.start() for mailer in broadcaster if mailer.can_started))
    await bot.session.close()
    print("done", flush=True)


def main(kills: int = 8) -> None:
    """Print our speed and its, and what is lost and repeated when both are killed equally often."""
    for killed in (0, kills):
        with scenes.folder() as where, telegram("--latency", "0.01") as server:
            scene = Scene(where, server, rate=RATE)
            enlist(scene.store, PEOPLE, first=FIRST)
            began, chance = time.monotonic(), random.Random("broadcast")
            for _ in range(killed):
                scene.killed(chance.randint(2, PEOPLE // killed), chance.uniform(0, 0.02))
            scene.finishes()
            took, taken = time.monotonic() - began, Counter(chat for chat, text in server.taken() if text == TEXT)
        _show("ours", killed, took, taken, ended=True)
        with scenes.folder() as where, telegram("--latency", "0.01") as server:
            began = time.monotonic()
            ended = _lives(server, where, killed)
            taken = Counter(chat for chat, _ in server.taken())
            took = time.monotonic() - began
        _show("aiogram-broadcaster", killed, took, taken, ended=ended)


def _show(who: str, killed: int, took: float, taken: Counter[str], *, ended: bool) -> None:
    lost, repeated = PEOPLE - len(taken), sum(taken.values()) - len(taken)
    print(
        f"{who}, {PEOPLE} chats at {RATE}/s, killed {killed} times: {sum(taken.values()) / took:.1f} messages/s with its starts, "
        f"lost {lost}, repeated {repeated}, {'ended' if ended else 'could not go on'}",
        flush=True,
    )


def _lives(server: Telegram, where: Path, kills: int) -> bool:
    """So many lives that end with SIGKILL, as ours do in tests.support.kills, then one that may end itself; whether it did."""
    command = [sys.executable, "-m", "bench.peer_broadcaster", server.url, str(where), str(PEOPLE), str(RATE)]
    chance = random.Random("broadcast")
    for _ in range(kills):
        before, calls = server.count(), chance.randint(2, PEOPLE // kills)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            until(lambda before=before, calls=calls, process=process: server.count() - before >= calls or process.poll() is not None)
            time.sleep(chance.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
    last = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=180)
    return "done" in last.stdout


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
