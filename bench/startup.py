"""How soon the command answers and the bot is ready, and how much memory it takes, on a filled store."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path

from bench import bots, scenes
from bench.load import StandIn

TIMES = 3


def main() -> None:
    """Print seconds and megabytes; the best of a few starts."""
    took = min(_help() for _ in range(TIMES))
    print(f"motherpost --help: {took:.2f} s   [wanted: < 0.4 s]", flush=True)
    with scenes.folder() as where:
        scenes.store(where).close()
        alone = asyncio.run(_starts(where, telegram=False))
        both = asyncio.run(_starts(where, telegram=True))
    print(f"run without Telegram: ready in {alone[0]:.2f} s, {alone[1]:.0f} MB   [wanted: < 1.5 s, < 130 MB]")
    print(f"run with Telegram: ready in {both[0]:.2f} s, {both[1]:.0f} MB   [wanted: < 5 s, < 260 MB]", flush=True)


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([bots.BIN / "motherpost", "--help"], capture_output=True, check=True)
    return time.perf_counter() - began


async def _starts(where: Path, *, telegram: bool) -> tuple[float, float]:
    async with StandIn() as server:
        config, _ = bots.settings(where, api=server.url if telegram else "https://api.telegram.org")
        return min([await asyncio.to_thread(_start, config) for _ in range(TIMES)])


def _start(config: Path) -> tuple[float, float]:
    began = time.perf_counter()
    with bots.ours(config) as process:
        ready = time.perf_counter() - began
        # What it loads beside the first messages counts as well.
        time.sleep(3)
        return ready, process.memory_info().rss / 2**20


if __name__ == "__main__":
    main()
