"""Who decides on a spending: others than who asked, two of them above an amount and wherever it helps one person."""

from __future__ import annotations

from collections.abc import Sequence

# Settings `fund.two_above` overrules it; 2,000 yuan.
TWO_ABOVE_FEN = 200_000


def needed(estimate_fen: int, purpose: str, *, two_above_fen: int = TWO_ABOVE_FEN) -> int:
    """How many have to agree."""
    return 2 if estimate_fen > two_above_fen or purpose == "hardship" else 1


def decided(words: Sequence[bool], needs: int) -> bool | None:
    """True: approved; False: refused, by one word; None: not decided yet."""
    if not all(words):
        return False
    return True if len(words) >= needs else None
