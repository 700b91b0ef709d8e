"""A notice to a thousand people under Telegram's limit of 30 a second, alone and while mothers write."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import httpx
import uvloop

from bench import bots, load, scenes
from bench.load import StandIn
from tests.support.kills import Scene, announce, enlist
from tests.support.process import telegram

RATE, PEOPLE, WRITERS = 30, 1000, 2


def main() -> None:
    """Print how much of the limit was used, and whether it was ever broken."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for writers in (0, WRITERS):
            with scenes.folder() as where:
                runner.run(_run(where, writers))
    for chance in (0.0, 0.005):
        throttled(chance=chance)


async def _run(where: Path, writers: int) -> None:
    store = scenes.store(where)
    announce(store, PEOPLE, first=500_000)
    store.close()
    async with StandIn() as server:
        config, port = bots.settings(where, api=server.url, rate=RATE, rest=1.0)
        context = bots.ours(config)
        await asyncio.to_thread(context.__enter__)
        try:
            writing = asyncio.create_task(load.steadily(server, port, rate=writers, seconds=25, mothers=4)) if writers else None
            async with asyncio.timeout(120):
                while len({chat for _, chat in server.sends if chat >= 500_000}) < PEOPLE:  # noqa: ASYNC110 - a bench may look
                    await asyncio.sleep(0.1)
                figures = await writing if writing else None
        finally:
            context.__exit__(None, None, None)
    told = [at for at, chat in server.sends if chat >= 500_000]
    stamps = [at for at, _ in server.sends if at <= told[-1]]
    used = (len(stamps) - 1) / (stamps[-1] - stamps[0]) / RATE
    most, nearest = load.sliding_maximum(stamps), _nearest(server.sends)
    waited = f", a mother waits p50 {1000 * scenes.percentile(figures.waits, 0.5):.0f} ms, p99 {figures.p99:.0f} ms" if figures else ""
    print(
        f"notice to {PEOPLE}, {writers} messages/s meanwhile: {used:.1%} of the limit, at most {most} in any second, "
        f"{nearest:.2f} s between two in one chat{waited}   [wanted: >= 97 %, <= {RATE}, >= 1 s]",
        flush=True,
    )


def throttled(people: int = 600, chance: float = 0.005) -> None:
    """Print the same for a broadcast while Telegram answers 429 at random: what is used of the time in which it lets us send."""
    with tempfile.TemporaryDirectory() as folder, telegram() as server:
        scene = Scene(Path(folder), server, rate=RATE)
        enlist(scene.store, people)
        if chance:
            fault = {"method": "sendMessage", "status": 429, "description": "Too Many Requests: retry after 1", "chance": chance}
            httpx.post(f"{server.url}/_fault", json={**fault, "times": None, "parameters": {"retry_after": 1}}).raise_for_status()
        scene.finishes()
        calls = [(call["at"], call["status"]) for call in server.log() if call["method"].lower() == "sendmessage"]
    # Up to the last recipient: what the writer is told at the end is no part of it.
    last = [n for n, (_, status) in enumerate(calls) if status == 200][people - 1]
    del calls[last + 1 :]
    stamps, refused = [at for at, _ in calls], [at for at, status in calls if status == 429]
    # From each refusal on it must be left alone for a second.
    resting = sum(min(following - at, 1.0) for at, following in pairwise([*refused, float("inf")]))
    used = (len(stamps) - 1) / (stamps[-1] - stamps[0] - resting) / RATE
    print(
        f"broadcast to {people}, {len(refused)} random 429s: {used:.1%} of the limit outside the rests that they ask for, "
        f"at most {load.sliding_maximum(stamps)} in any second   [wanted: >= 97 %, <= {RATE}]",
        flush=True,
    )


def _nearest(sends: list[tuple[float, int]]) -> float:
    """The shortest time between two messages to one chat (seconds)."""
    by_chat: dict[int, list[float]] = defaultdict(list)
    for at, chat in sends:
        by_chat[chat].append(at)
    return min((b - a for stamps in by_chat.values() for a, b in zip(stamps, stamps[1:], strict=False)), default=float("nan"))


if __name__ == "__main__":
    main()
