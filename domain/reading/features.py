"""What the model sees of a message: runs of characters and of sounds, and classes of words in the order they stand in; each as a number."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy
from numpy.typing import NDArray

from domain.reading.dialect import plainly
from domain.reading.lexicon import Hit, scan
from domain.reading.sounds import sounds
from domain.reading.word_classes import classes_of_words

LONGEST_RUN = 4
# How many words further a pair of classes may reach, and over how many characters; likewise for three.
PAIR_WORDS, PAIR_SPAN, TRIPLE_SPAN = 4, 8, 12
_FIRST, _LAST = 0x2, 0x3  # code points that stand for the two ends of a message
_FACTOR = numpy.uint64(0x9E3779B97F4A7C15)
_TO_KEY = numpy.uint64(32)

Keys = NDArray[numpy.uint32]


@lru_cache(maxsize=16)  # a message is looked at for danger, and then for what it means
def features(canonical: str) -> Keys:
    """The keys of all that is seen of a message in its canonical form."""
    plain = plainly(canonical)
    spoken = runs([_FIRST, *map(ord, plain), _LAST])
    heard = runs(sounds(plain), shortest=2)
    return numpy.concatenate([spoken, heard, named([*classes(canonical), *classes_of_words(plain)])])


def runs(points: Sequence[int], *, shortest: int = 1) -> Keys:
    """The key of each run of `shortest` to LONGEST_RUN numbers, a key once."""
    numbers = numpy.array(points, dtype=numpy.uint64)
    found, hashed = [numpy.zeros(0, dtype=numpy.uint64)], numpy.zeros(len(numbers), dtype=numpy.uint64)
    for length in range(1, min(LONGEST_RUN, len(numbers)) + 1):
        hashed = (hashed[: len(numbers) - length + 1] + numbers[length - 1 :] + numpy.uint64(1)) * _FACTOR
        hashed ^= hashed >> numpy.uint64(29)
        if length >= shortest:
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
