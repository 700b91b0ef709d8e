"""Which open suggestions ask for the same as new words: found by the words they share, ordered by how likely they are one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.grouping.clusters import distinct
from domain.grouping.features import plain, signature, wording
from domain.grouping.pairs import likeness

# Log-odds from which on a suggestion is shown to her, who decides herself; and from which on paper slips are put together.
SHOWN = -3.5
SAME = 0.5
MOST = 3


class Like(NamedTuple):
    """A suggestion, and the log-odds that it is the same request."""

    id: int
    likeness: float


def terms(text: str) -> list[str]:
    """By what a suggestion is found: the things it names, and its pairs of characters."""
    spelt = plain(text)
    read = signature(spelt)
    return [*(f"thing:{thing}" for thing in sorted(read.things | read.weak)), *wording(spelt)]


def ranked(text: str, candidates: Mapping[int, str], *, least: float = SHOWN) -> list[Like]:
    """Those of the candidates that may be the same request, likeliest first."""
    numbers = sorted(candidates)
    spelt = [plain(text), *(plain(candidates[number]) for number in numbers)]
    nodes = distinct(spelt)
    mine = next(node for node in nodes if 0 in node.members)
    likes = [Like(numbers[member - 1], _certain) for member in mine.members if member]
    for node in nodes:
        if node is not mine and (odds := likeness(mine, node)) >= least:
            likes += [Like(numbers[member - 1], odds) for member in node.members]
    return sorted(likes, key=lambda like: (-like.likeness, like.id))


_certain = 99.0


def rarest(counts: Mapping[int, int], *, postings: int) -> Sequence[int]:
    """The terms that are looked up: the rarest first, as long as they are on no more than so many suggestions together."""
    chosen: list[int] = []
    for term, count in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if chosen and postings < count:
            break
        chosen.append(term)
        postings -= count
    return chosen
