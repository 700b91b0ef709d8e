"""Suggestions that ask for the same thing in the same place get the same group, whatever their words and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["Grouped", "group"]

_HEARD = 5  # suggestions of a group that are asked for their topic


@dataclass(frozen=True, slots=True)
class Grouped:
    """The group of one suggestion, and its topic: one code of the codebook's topics."""

    group: str
    topic: str


def group(texts: Sequence[str]) -> list[Grouped]:
    """Group suggestions, in input order.

    A group is named after the first of its texts by spelling, so the name depends neither on the order nor on the other groups.
    Never raises; takes time in proportion to the number of texts.
    """
    from domain.grouping.clusters import clusters
    from domain.grouping.features import plain

    spelt = [plain(text) for text in texts]
    found: dict[int, Grouped] = {}
    for members in clusters(spelt):
        own = sorted({spelt[member] for member in members})
        name = blake2b(own[0].encode("utf-8", "replace"), digest_size=6).hexdigest()
        grouped = Grouped(f"g{name}", _topic(own))
        found.update(dict.fromkeys(members, grouped))
    return [found[position] for position in range(len(texts))]


def _topic(texts: Sequence[str]) -> str:
    """The topic that most suggestions of a group have; what the bot reads counts first, what the things are settles a tie."""
    from domain.grouping.features import signature
    from domain.grouping.vocabulary import vocabulary
    from domain.normal import normalise
    from domain.reading.topics import topics

    votes: Counter[str] = Counter()
    for text in texts[:: max(1, len(texts) // _HEARD)]:
        votes.update(code for code in topics(normalise(text))[:1] if code != "other")
        votes.update(vocabulary().topics[thing] for thing in signature(text).things)
    return min(votes, key=lambda code: (-votes[code], code), default="other")
