"""Print the heights of `domain.reading.danger` at which everyday texts raise as many alarms and questions as is wanted: `python -m train.heights FILE`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from domain.reading.canonical import canonical
from domain.reading.danger import alarm_odds, ask_odds
from domain.reading.model import trained

# Of 1,000 everyday texts, in which nearly nothing should be found.
ALARMS, ASKS = 0.5, 5.0


def heights(texts: Sequence[str]) -> tuple[float, float]:
    """ALARM and ASK: the lowest heights, in hundredths, above which no more of these texts lie."""
    opinions = [trained().opinion(canonical(text)) for text in texts]
    alarm = _height([alarm_odds(opinion) for opinion in opinions], ALARMS / 1000)
    return alarm, _height([ask_odds(opinion) for opinion in opinions if alarm_odds(opinion) < alarm], ASKS / 1000)


def _height(odds: Sequence[float], share: float) -> float:
    highest_below = sorted(odds, reverse=True)[int(len(odds) * share)]
    return round(highest_below + 0.005, 2)


def main() -> None:
    """Read the file, one text a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="everyday texts, one a line")
    lines = parser.parse_args().file.read_text(encoding="utf-8", errors="replace").splitlines()
    alarm, ask = heights(lines)
    print(f"{len(lines)} texts: ALARM, ASK = {alarm}, {ask}")


if __name__ == "__main__":
    main()
