"""How a vote ends: whether enough took part, and which option won; nothing of it is known before the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

# For, against, and neither: what a vote asks unless it has options of its own.
STANDARD = ("for", "against", "abstain")
Outcome = Literal["passed", "failed", "tied", "no_quorum"]
# A secret vote of fewer would tell who said what.
SECRET_FEWEST = 3


def needed(electorate: int, quorum: float, *, secret: bool) -> int:
    """How many have to take part: more than this share of those who may, and never fewer than keep a secret."""
    least = math.floor(electorate * quorum) + 1
    return max(1, min(electorate, least), SECRET_FEWEST if secret else 1)


def outcome(options: Sequence[str], counts: Sequence[int], *, quorum: int) -> Outcome:
    """What became of it; an abstention takes part and decides nothing. With options of its own it passed where one has most."""
    if sum(counts) < quorum:
        return "no_quorum"
    deciding = [(count, option) for option, count in zip(options, counts, strict=True) if option != "abstain"]
    most = max(count for count, _ in deciding)
    first = [option for count, option in deciding if count == most]
    if len(first) > 1:
        return "tied"
    return "failed" if first == ["against"] else "passed"


def winner(options: Sequence[str], counts: Sequence[int]) -> str:
    """The option with most votes; the first of them where several have as many."""
    return max(zip(counts, options, strict=True), key=lambda pair: pair[0])[1]
