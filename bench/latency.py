"""Fifty messages a second through the real webhook: how long a mother waits for the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvloop

from bench import bots, load, scenes
from bench.load import Figures, StandIn

RATE, SECONDS = 50, 20


def main() -> None:
    """Print the median and the slowest hundredth."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, scenes.folder() as where:
        found = runner.run(_run(where))
    median = 1000 * scenes.percentile(found.waits, 0.5)
    print(f"{RATE} messages/s, message to reply: median {median:.1f} ms, p99 {found.p99:.1f} ms   [wanted: p99 < 50 ms]", flush=True)


async def _run(where: Path) -> Figures:
    async with StandIn() as server:
        scenes.store(where).close()
        config, port = bots.settings(where, api=server.url)
        context = bots.ours(config)
        await asyncio.to_thread(context.__enter__)
        try:
            await load.steadily(server, port, rate=20, seconds=1, first_chat=1_000_000)
            return await load.steadily(server, port, rate=RATE, seconds=SECONDS)
        finally:
            context.__exit__(None, None, None)


if __name__ == "__main__":
    main()
