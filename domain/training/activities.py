"""Activities of a community: what kinds there are, how many may come, and what was thought of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

About = Literal["clinic", "parenting", "dance", "children", "other"]
KINDS: tuple[About, ...] = ("clinic", "parenting", "dance", "children", "other")
# A place for everybody: what is out of doors has no number of places.
NO_LIMIT = 100_000
# What she thought of it: good, so-so, not good.
MARKS = (3, 2, 1)


class Thought(NamedTuple):
    """How many said what; `words` are their own, without names."""

    good: int
    fair: int
    poor: int
    words: list[str]


def thought(said: Iterable[tuple[int | None, str | None]]) -> Thought:
    """Marks and words of those who were there."""
    rows = list(said)
    marks = Counter(mark for mark, _ in rows)
    return Thought(marks[3], marks[2], marks[1], sorted(word for _, word in rows if word))
