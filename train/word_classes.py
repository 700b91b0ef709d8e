"""Write domain/reading/weights/word_classes.txt: word vectors in word2vec's binary form, grouped by the direction they point in.

The committed file comes from the 125,796 vectors of Chinese Wikipedia in the package synonyms 3.10.2 (MIT licence); `make train` does not need them.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy

from domain.reading.word_classes import FILE

WORDS = 60_000  # the most frequent, as the file orders them
CLASSES = 1_000
ROUNDS = 25
_CHINESE = re.compile(r"[\u4e00-\u9fff]{1,4}")


def load(path: Path) -> tuple[list[str], Any]:
    """The first WORDS Chinese words of up to four characters, and their vectors of length 1, a row a word."""
    data = path.read_bytes()
    header, _, body = data.partition(b"\n")
    count, width = map(int, header.split())
    words, rows, at = [], [], 0
    for _ in range(count):
        end = body.index(b" ", at)
        word = body[at:end].decode("utf-8", "ignore").strip()
        at = end + 1 + 4 * width
        if _CHINESE.fullmatch(word):
            words.append(word)
            rows.append(numpy.frombuffer(body[end + 1 : at], dtype=numpy.float32))
        if len(words) == WORDS:
            break
    vectors = numpy.array(rows)
    return words, vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def group(vectors: Any, *, seed: int = 0) -> Any:
    """The class of each row: spherical k-means."""
    chance = numpy.random.default_rng(seed)
    centres = vectors[chance.choice(len(vectors), CLASSES, replace=False)]
    for _ in range(ROUNDS):
        nearest = numpy.concatenate([(part @ centres.T).argmax(1) for part in numpy.array_split(vectors, 1 + len(vectors) // 4000)])
        centres = numpy.zeros_like(centres)
        numpy.add.at(centres, nearest, vectors)
        lengths = numpy.linalg.norm(centres, axis=1, keepdims=True)
        empty = lengths[:, 0] == 0
        centres[empty] = vectors[chance.choice(len(vectors), int(empty.sum()))]
        lengths[empty] = 1
        centres /= lengths
    return nearest


def main() -> None:
    """Write the classes, each with its words in the order of the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=Path, help="vectors in word2vec's binary form")
    words, vectors = load(parser.parse_args().vectors)
    nearest = group(vectors)
    lines = [" ".join(words[row] for row in numpy.flatnonzero(nearest == number)) for number in range(CLASSES)]
    FILE.write_text("".join(f"{line}\n" for line in lines if line), encoding="utf-8")
    print(f"{len(words)} words in {sum(map(bool, lines))} classes")


if __name__ == "__main__":
    main()
