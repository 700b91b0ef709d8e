"""What a question means by the words in it, also by words that no wording has: the mean of their vectors, rare words counting more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from domain.reading import word_classes

FILE = Path(word_classes.__file__).parent / "weights" / "word_vectors.npz"
LONGEST_WORD = 4
# What the spread inside the answers is widened by, as a share of its mean: few wordings tell little about so many directions.
WIDENED = 1e-3
Vector = NDArray[numpy.float64]


class _Words(NamedTuple):
    rows: dict[str, int]
    vectors: Vector


@cache
def _words() -> _Words:
    with numpy.load(FILE) as file:
        words, vectors = str(file["words"]).split("\n"), file["vectors"].astype(numpy.float64)
    return _Words({word: row for row, word in enumerate(words)}, vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True))


def words(text: str) -> Iterator[str]:
    """The words of a text that have a vector, the longest from the left first."""
    rows, start = _words().rows, 0
    while start < len(text):
        end = next((end for end in range(min(start + LONGEST_WORD, len(text)), start, -1) if text[start:end] in rows), 0)
        if end:
            yield text[start:end]
        start = end or start + 1


def meaning(text: str, rarity: Callable[[str], float]) -> Vector:
    """The direction in which the words of a text point together; zeros where none of them is known."""
    rows, vectors = _words()
    found = list(words(text))
    if not found:
        return numpy.zeros(vectors.shape[1])
    summed: Vector = numpy.array([rarity(word) for word in found]) @ vectors[[rows[word] for word in found]]
    length = float(numpy.linalg.norm(summed))
    return summed / length if length else summed


class Means:
    """How near a question's meaning is to that of each group of texts, the spread inside the groups being the measure (linear discriminant)."""

    def __init__(self, groups: Sequence[int], meanings: Vector) -> None:
        count, of = max(groups) + 1, numpy.array(groups)
        sums = numpy.zeros((count, meanings.shape[1]))
        numpy.add.at(sums, of, meanings)
        means = sums / numpy.bincount(of, minlength=count)[:, None].clip(1)
        inside = meanings - means[of]
        spread = inside.T @ inside / len(of)
        measure = numpy.linalg.inv(spread + WIDENED * numpy.trace(spread) * numpy.eye(len(spread)))
        self._towards: Vector = measure @ means.T
        self._own: Vector = 0.5 * numpy.einsum("ij,ji->i", means, self._towards)

    def of(self, meaning: Vector) -> Vector:
        """By group, in steps of the spread over all groups, 0 being their mean."""
        near: Vector = meaning @ self._towards - self._own
        steps: Vector = (near - near.mean()) / (near.std() or 1.0)
        return steps
