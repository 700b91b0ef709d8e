"""Scores the answers on questions of bench/data/questions.tsv: right ones given, wrong ones given, and how long the search takes.

A line has its round, the names of the answers that are right (`-` where nothing answers), and the question. The wordings of content/answers
were widened after the first three rounds were looked at, so that only the round `last` tells how questions of others fare.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.content import CONTENT
from domain.answers.load import load

FILE = Path(__file__).parent / "data" / "questions.tsv"


class Asked(NamedTuple):
    """A question; `right` is empty where no answer of ours fits."""

    group: str
    right: frozenset[str]
    text: str


def questions() -> Iterator[Asked]:
    """All questions of the file."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        group, names, text = line.split("\t")
        yield Asked(group, frozenset() if names == "-" else frozenset(names.split("|")), text)


def main() -> None:
    """Print the figures of each round."""
    catalogue, asked = load(CONTENT / "answers"), list(questions())
    catalogue.best("x")
    started = time.perf_counter()
    given = {one: catalogue.best(one.text) for one in asked}
    spent = time.perf_counter() - started
    for group in dict.fromkeys(one.group for one in asked):
        some = [(one, found.name if (found := given[one]) else None) for one in asked if one.group == group]
        answerable = [(one, name) for one, name in some if one.right]
        right = sum(name in one.right for one, name in answerable)
        wrong = sum(name is not None and name not in one.right for one, name in some)
        first = sum(catalogue.ranked(one.text)[0][1].name in one.right for one, _ in answerable)
        print(f"{group}: {len(some)} questions, of those answerable {right / len(answerable):.0%} answered right", end="")
        print(f" ({first / len(answerable):.0%} found first), wrong ones given {wrong / len(some):.1%} of all")
    print(f"{spent / len(asked) * 1e3:.2f} ms a question")


if __name__ == "__main__":
    main()
