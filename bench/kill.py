"""Kills the real process again and again (400 times unless told otherwise) and checks what the tests check with a few kills."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from bot.sender import in_flight
from tests.support.kills import Scene, broadcast, notice, talk
from tests.support.process import telegram

EACH = 20


def main(kills: int = 400, seed: int = 1) -> None:
    """Print one line a round and the sums; an AssertionError tells what was lost, out of order, or repeated and not listed."""
    chance, done, repeats, bound = random.Random(seed), 0, 0, 0
    while done < kills:
        for name in ("broadcast", "polling", "broadcast", "webhook", "broadcast", "notice"):
            scene = _round(name, chance)
            done, repeats, bound = done + EACH, repeats + scene.repeats, bound + in_flight(scene.rate) * EACH
            print(f"killed {done} times ({name}): 0 lost, {scene.repeats} repeated in this round and listed", flush=True)
    print(f"{done} kills: 0 lost, {repeats} repeated, each listed   [wanted: 0, <= {bound} in flight]", flush=True)


def _round(name: str, chance: random.Random) -> Scene:
    with tempfile.TemporaryDirectory() as folder, telegram("--latency", "0.01") as server:
        if name in ("notice", "broadcast"):
            scene = Scene(Path(folder), server, rate=100)
            (notice if name == "notice" else broadcast)(scene, chance, kills=EACH)
        else:
            scene = Scene(Path(folder), server, name)
            talk(scene, chance, kills=EACH)
    return scene


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
