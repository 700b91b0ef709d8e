"""Scores `screen` on labelled notices: verdicts, recall and precision per code, the errors, and the speed."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

from domain.screening import screen

# At most so many notices of a file.
ROWS = 1_000_000
HELD_OUT = [Path(__file__).parents[1] / "train" / "screening" / f"{name}.jsonl" for name in ("s01_4", "s01_5")]


def score(path: Path, *, errors: bool = True) -> None:
    """Print the figures for one file of `{"id", "text", "gold": {"verdict", "codes"}}`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][:ROWS]
    verdicts: Counter[tuple[str, str]] = Counter()
    hit: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    said: Counter[str] = Counter()
    started = time.perf_counter()
    results = [screen(row["text"]) for row in rows]
    spent = time.perf_counter() - started
    for row, result in zip(rows, results, strict=True):
        codes = {finding.code for finding in result.findings}
        wanted = set(row["gold"]["codes"])
        verdicts[row["gold"]["verdict"], result.verdict] += 1
        gold.update(wanted)
        said.update(codes)
        hit.update(codes & wanted)
        if errors and (codes != wanted or result.verdict != row["gold"]["verdict"]):
            wrong = [f"+{f.code}«{f.quote[:24]}»" for f in result.findings if f.code not in wanted] + [
                f"-{code}" for code in sorted(wanted - codes)
            ]
            print(f"  {row['id']} {row['gold']['verdict']}>{result.verdict} {' '.join(wrong)} | {row['text'][:160]!r}")
    _print_rates(path.name, verdicts, len(rows), spent)
    for code in sorted(gold | said):
        recall = hit[code] / gold[code] if gold[code] else 1.0
        precision = hit[code] / said[code] if said[code] else 1.0
        print(f"  {code:16} gold {gold[code]:4} recall {recall:6.1%} precision {precision:6.1%}")


def _print_rates(name: str, verdicts: Counter[tuple[str, str]], rows: int, spent: float) -> None:
    def rate(wanted: str, got: str) -> str:
        total = sum(count for (gold, _), count in verdicts.items() if gold == wanted)
        return f"{verdicts[wanted, got]}/{total} = {verdicts[wanted, got] / total:.1%}" if total else "none"

    print(f"{name}: {rows} notices, {spent / max(rows, 1) * 1e6:.0f} µs each")
    print(f"  block blocked {rate('block', 'block')}; pass blocked {rate('pass', 'block')}; query blocked {rate('query', 'block')}")
    print(f"  pass passed {rate('pass', 'pass')}; query queried {rate('query', 'query')}")


def main() -> None:
    """Score the files that are named, or our own held-out ones."""
    for name in sys.argv[1:] or HELD_OUT:
        score(Path(name))


if __name__ == "__main__":
    main()
