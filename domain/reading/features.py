"""What the model sees of a message: runs of one to four characters, and classes of known words in the order they stand in; each as a number."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy
from numpy.typing import NDArray

from domain.reading.lexicon import Hit, scan

LONGEST_RUN = 4
# How many words further a pair of classes may reach, and over how many characters; likewise for three.
PAIR_WORDS, PAIR_SPAN, TRIPLE_SPAN = 4, 8, 12
_FIRST, _LAST = 0x2, 0x3  # code points that stand for the two ends of a message
_FACTOR = numpy.uint64(0x9E3779B97F4A7C15)
_TO_KEY = numpy.uint64(32)

Keys = NDArray[numpy.uint32]


def runs(canonical: str) -> Keys:
    """The key of each run of characters, a key once."""
    points = numpy.array([_FIRST, *map(ord, canonical), _LAST], dtype=numpy.uint64)
    found, hashed = [], numpy.zeros(len(points), dtype=numpy.uint64)
    for length in range(1, LONGEST_RUN + 1):
        count = len(points) - length + 1
        if count < 1:
            break
        hashed = (hashed[:count] + points[length - 1 :] + numpy.uint64(1)) * _FACTOR
        hashed ^= hashed >> numpy.uint64(29)
        found.append((hashed + numpy.uint64(length)) * _FACTOR >> _TO_KEY)
    return numpy.unique(numpy.concatenate(found).astype(numpy.uint32))


def classes(canonical: str) -> list[str]:
    """Names for the classes of words: each one, pairs and triples of danger that stand near each other, and pairs of quarrel anywhere."""
    hits = scan(canonical)
    danger = [hit for hit in hits if hit.kind == "danger"]
    quarrel = sorted({hit.code for hit in hits if hit.kind == "quarrel"})
    found = {f"{hit.kind}:{hit.code}" for hit in hits}
    found.update(_pairs(danger), _triples(danger))
    found.update(f"quarrel:{one}&{other}" for at, one in enumerate(quarrel) for other in quarrel[at + 1 :])
    return sorted(found)


def _pairs(danger: Sequence[Hit]) -> Iterable[str]:
    for at, one in enumerate(danger):
        for other in danger[at + 1 : at + 1 + PAIR_WORDS]:
            if other.start - one.end <= PAIR_SPAN:
                yield f"danger:{one.code}>{other.code}"


def _triples(danger: Sequence[Hit]) -> Iterable[str]:
    for one, other, third in zip(danger, danger[1:], danger[2:], strict=False):
        if third.start - one.end < TRIPLE_SPAN:
            yield f"danger:{one.code}>{other.code}>{third.code}"


def named(names: Iterable[str]) -> Keys:
    """The keys of names: of classes, of what the rules found."""
    return numpy.array(sorted({_key(name) for name in names}), dtype=numpy.uint32)


@lru_cache(maxsize=20_000)
def _key(name: str) -> int:
    return zlib.crc32(name.encode())
