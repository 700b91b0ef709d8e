"""How well and how fast a message is read: figures per field with the errors listed, speed, growth with length, start and memory."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import reading_danger  # noqa: E402 - the path comes first
from train import texts  # noqa: E402

RUNS = 5
LISTS = ("sectors", "modes", "skills", "learn", "hazards", "topics")
# At most so many messages of a writer; characters of long ones; processes that are started.
SPOKEN, LENGTHS, STARTS = 1_000_000, (1_000, 10_000, 100_000), 3
KEYS = (*LISTS, "windows", "pay", "distance_m", "age", "children", "phone", "dispute")


def items(key: str, value: Any) -> Counter[str]:
    """A slot's value as things to count: each code and window one, an amount as a whole."""
    if value in (None, [], {}):
        return Counter()
    parts = value if key in {*LISTS, "windows"} else [value]
    return Counter(json.dumps(part, sort_keys=True, ensure_ascii=False) for part in parts)


def score(path: Path, *, show: str | None) -> None:
    """Print intent accuracy, precision, recall and F1 per field, and the errors."""
    from domain.reading import read

    right: Counter[str] = Counter()
    read_too: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    intents = whole = lines = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        gold, said = example["gold"], read(example["text"])
        lines += 1
        intents += gold["intent"] == said["intent"]
        wrong: dict[str, tuple[object, object]] = {} if gold["intent"] == said["intent"] else {"intent": (gold["intent"], said["intent"])}
        for key in KEYS:
            want, got = items(key, gold.get(key)), items(key, said.get(key))
            right[key] += (want & got).total()
            read_too[key] += (got - want).total()
            missed[key] += (want - got).total()
            if want != got:
                wrong[key] = (gold.get(key), said.get(key))
        whole += not wrong
        shown = {key: pair for key, pair in wrong.items() if show in (key, "all")}
        if shown:
            print(example["id"], example["text"])
            for key, (meant, heard) in shown.items():
                print(f"    {key}: {json.dumps(meant, ensure_ascii=False)} read as {json.dumps(heard, ensure_ascii=False)}")
    print(f"{path.name}: {lines} messages, intent {intents / lines:.1%}, wholly right {whole / lines:.1%}")
    for key in KEYS:
        print(f"    {key:12} {figures(right[key], read_too[key], missed[key])}")
    print(f"    {'all slots':12} {figures(right.total(), read_too.total(), missed.total())}")


def figures(right: int, too: int, missed: int) -> str:
    """Precision, recall and F1 from counts."""
    if not right:
        return f"P 0 R 0 F1 0 (0 right, {too} too many, {missed} missed)" if too + missed else "none"
    return (
        f"P {right / (right + too):.3f} R {right / (right + missed):.3f} F1 {2 * right / (2 * right + too + missed):.3f}"
        f" ({right} right, {too} too many, {missed} missed)"
    )


def held_out() -> None:
    """Judge on the repository's own writers on whom the model was never trained."""
    for writer in (*texts.HELD_OUT, *texts.WAITING):
        mine = [one for one in texts.load() if one.writer == writer][:SPOKEN]
        golds = [{"intent": one.intent, "hazards": one.hazards, "worry": one.worry, "dispute": one.dispute} for one in mine]
        reading_danger.labelled(
            f"writer {writer}", [reading_danger.Labelled(one.text, gold) for one, gold in zip(mine, golds, strict=True)]
        )


def messages() -> Iterator[str]:
    """The texts of the writers left out, of up to 120 characters."""
    for one in texts.load():
        if one.writer in texts.HELD_OUT and len(one.text) <= 120:
            yield one.text


def speed() -> None:
    """Median and 99th percentile of a message in processor time; the best of several runs each, so that other processes hardly count."""
    from domain.reading import lexicon, read

    spoken = list(messages())[:SPOKEN]
    best = [float("inf")] * len(spoken)
    for _ in range(RUNS):
        for i, text in enumerate(spoken):
            lexicon.scan.cache_clear()
            start = time.thread_time_ns()
            read(text)
            best[i] = min(best[i], (time.thread_time_ns() - start) / 1000)
    best.sort()
    print(
        f"speed: {len(spoken)} messages, median {statistics.median(best):.0f} µs, p99 {best[int(len(best) * 0.99)]:.0f} µs, worst {best[-1]:.0f} µs"
    )
    for length in LENGTHS:
        long = ("，".join(spoken) * (length // 1000 + 1))[:length]
        start = time.thread_time_ns()
        read(long)
        print(f"    {length:7} characters: {(time.thread_time_ns() - start) / 1000 / length:.2f} µs a character")


def start() -> None:
    """Time and memory that the first reading costs a fresh process."""
    program = (
        "import time; rss = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096 / 2**20; a, m = time.perf_counter(), rss();"
        "from domain.reading import read; read('我想登记'); print(f'{(time.perf_counter() - a) * 1000:.0f} ms, {rss() - m:.0f} MB')"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        for _ in range(STARTS)
    ]
    print("start of the reading room:", min(runs, key=lambda run: int(run.split()[0])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="labelled examples, one JSON object a line, or .txt with everyday messages; default: the writers left out of training",
    )
    parser.add_argument("--show", help="list the errors of one field, or of 'all'")
    parser.add_argument("--quiet", action="store_true", help="only the quality, no speed")
    options = parser.parse_args()
    for path in options.files:
        if path.suffix == ".txt":
            reading_danger.everyday(path.name, path.read_text(encoding="utf-8", errors="replace").splitlines())
            continue
        score(path, show=options.show)
        examples = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        reading_danger.labelled(path.name, [reading_danger.Labelled(example["text"], example["gold"]) for example in examples])
    if not options.files:
        held_out()
    if not options.quiet:
        speed()
        start()


if __name__ == "__main__":
    main()
