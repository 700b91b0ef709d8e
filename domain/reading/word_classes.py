"""Classes of words that are used alike (揍 踹 一拳, 薪水 月薪 报酬): what was learnt of one word holds for words that no training text has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

# One line a class, its words between blanks (`python -m train.word_classes`).
FILE = Path(__file__).parent / "weights" / "word_classes.txt"
LONGEST_WORD = 4
PAIR_SPAN = 4  # characters that may stand between two words of a pair


def classes_of_words(text: str) -> set[str]:
    """Names for the classes of the words in `text`, and for pairs that stand near each other."""
    found = list(_words(text))
    names = {f"word:{number}" for _, _, number in found}
    pairs = zip(found, found[1:], strict=False)
    names.update(f"word:{one}>{other}" for (_, end, one), (start, _, other) in pairs if start - end <= PAIR_SPAN)
    return names


def _words(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and class of each word, the longest from the left first."""
    table, start = _table(), 0
    while start < len(text):
        for end in range(min(start + LONGEST_WORD, len(text)), start, -1):
            if (number := table.get(text[start:end])) is not None:
                yield start, end, number
                start = end
                break
        else:
            start += 1


@cache
def _table() -> dict[str, int]:
    return {word: number for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()) for word in line.split()}
