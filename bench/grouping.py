"""Scores `group` on labelled suggestions: pairwise precision, recall and F1, the wrong pairs, topics, and the time for up to 10,000 texts."""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from domain.grouping import group

FRESH = Path(__file__).parents[1] / "train" / "grouping" / "grouping_fresh.jsonl"
HELD_OUT = [Path(__file__).parents[1] / "train" / "grouping" / f"{name}.jsonl" for name in ("g02", "g03")]
OWN = Path(__file__).parents[1] / "tests" / "data" / "grouping.jsonl"
_BUILDING = re.compile(r"[0-9一二三四五六七八九十]+[号號][楼樓]")
SIZES = (1_000, 2_000, 5_000, 10_000)
# At most so many suggestions of a file; so many for the peer.
ROWS, FOR_THE_PEER = 1_000_000, 2_000


def load(path: Path) -> list[dict[str, Any]]:
    """Rows `{"id", "text", "group", "topic"}`."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][:ROWS]


def pairwise(gold: Sequence[str], said: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs of suggestions."""

    def pairs(labels: Sequence[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    both = pairs(list(zip(gold, said, strict=True)))
    precision = both / pairs(said) if pairs(said) else 1.0
    recall = both / pairs(gold) if pairs(gold) else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def score(rows: Sequence[dict[str, Any]], name: str, *, errors: bool = True) -> None:
    """Print the figures for one set, and what is wrong: joined although different, apart although the same."""
    found = group([row["text"] for row in rows])
    precision, recall, f1 = pairwise([row["group"] for row in rows], [item.group for item in found])
    right = sum(row["topic"] == item.topic for row, item in zip(rows, found, strict=True))
    print(f"{name}: {len(rows)} texts, precision {precision:.1%} recall {recall:.1%} F1 {f1:.1%}; topic {right / len(rows):.1%}")
    if errors:
        _print_errors(rows, [item.group for item in found], [item.topic for item in found])


def _print_errors(rows: Sequence[dict[str, Any]], said: Sequence[str], topics: Sequence[str]) -> None:
    homes: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        homes[row["group"]].append(index)
    for members in homes.values():
        pieces = {said[member] for member in members}
        if len(pieces) > 1:
            print(f"  apart {index}")
            for piece in sorted(pieces, key=lambda piece: -sum(said[member] == piece for member in members)):
                print("    " + " | ".join(rows[member]["text"] for member in members if said[member] == piece))
    for a, b in combinations(range(len(rows)), 2):
        if said[a] == said[b] and rows[a]["group"] != rows[b]["group"]:
            print(f"  joined {rows[a]['group']} {rows[b]['group']}: {rows[a]['text']} | {rows[b]['text']}")
    for row, topic in zip(rows, topics, strict=True):
        if row["topic"] != topic:
            print(f"  topic {row['topic']}>{topic}: {row['text']}")


def many(rows: Sequence[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    """As many suggestions as asked for: the labelled ones with other house numbers, openings and endings."""
    dice = random.Random(size)
    made = []
    for index in range(size):
        row = dice.choice(rows)
        number = dice.randrange(20, 60)
        text = _BUILDING.sub(f"{number}号楼", row["text"])
        changed = f" {number}" if text != row["text"] else ""
        text = (
            dice.choice(["", "你好，", "反映个事，", "提个建议："])
            + text
            + dice.choice(["", "谢谢", "！", "🙏", "。辛苦了", "，大家都这么说"])
        )
        made.append({"id": str(index), "text": text, "group": row["group"] + changed, "topic": row["topic"]})
    return made


def timing(rows: Sequence[dict[str, Any]]) -> None:
    """Print how long larger sets take, and their F1."""
    group(["路灯坏了"])
    for size in SIZES:
        made = many(rows, size)
        started = time.process_time()
        found = group([row["text"] for row in made])
        spent = time.process_time() - started
        f1 = pairwise([row["group"] for row in made], [item.group for item in found])[2]
        print(f"{size} texts: {spent * 1e3:.0f} ms of one core, {spent / size * 1e6:.0f} µs each, F1 {f1:.1%}")
    _peer(many(rows, FOR_THE_PEER))


def _peer(made: Sequence[dict[str, Any]]) -> None:
    """All pairs by rapidfuzz, where it is installed."""
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        print("rapidfuzz is not installed: no peer")
        return
    started = time.perf_counter()
    texts = [row["text"] for row in made]
    ratios = process.cdist(texts, texts, scorer=fuzz.token_set_ratio, workers=1)
    said = list(range(len(texts)))
    for a, b in combinations(range(len(texts)), 2):
        if ratios[a][b] >= 70:
            old, new = said[b], said[a]
            said = [new if label == old else label for label in said] if old != new else said
    f1 = pairwise([row["group"] for row in made], [str(label) for label in said])[2]
    print(f"rapidfuzz, all pairs of {len(texts)}: {(time.perf_counter() - started) * 1e3:.0f} ms, F1 {f1:.1%}")


def main() -> None:
    """Score the files that are named, or our own two, and time larger sets."""
    for path in [Path(name) for name in sys.argv[1:]] or [FRESH, OWN]:
        if path.exists():
            score(load(path), path.name)
    timing(load(FRESH))


if __name__ == "__main__":
    main()
