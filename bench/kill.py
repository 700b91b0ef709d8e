"""Kills the real process again and again (400 times unless told otherwise) and checks what the tests check with a few kills."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.support.kills import Scene, broadcast, notice, talk
from tests.support.process import telegram

EACH = 20


def main(kills: int = 400, seed: int = 1) -> None:
    """Print one line a round; an AssertionError tells what was lost, repeated or out of order."""
    chance, done = random.Random(seed), 0
    while done < kills:
        for name in ("broadcast", "polling", "broadcast", "webhook", "broadcast", "notice"):
            with tempfile.TemporaryDirectory() as folder, telegram("--latency", "0.01") as server:
                if name in ("notice", "broadcast"):
                    (notice if name == "notice" else broadcast)(Scene(Path(folder), server, rate=100), chance, kills=EACH)
                else:
                    talk(Scene(Path(folder), server, name), chance, kills=EACH)
            done += EACH
            print(f"killed {done} times ({name}): nothing lost, repeats within what was in flight, all listed", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
