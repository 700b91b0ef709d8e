"""The words by which suggestions are grouped: content/lexicon/grouping, compiled once at first use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TypedDict

import ahocorasick_rs

from domain.reading import terms
from domain.reading.lexicon import Matcher, build

FOLDER = terms.FOLDER / "grouping"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The compiled terms, and what the files say about their codes; see the comments in things.yaml and wishes.yaml."""

    matcher: Matcher
    alike: Callable[[str], list[tuple[int, int, int]]]
    spoken: list[tuple[str, str]]
    sounds: dict[int, str]
    topics: dict[str, str]
    weak: frozenset[str]
    timed: dict[str, frozenset[str]]
    nuisance: frozenset[str]
    near: dict[str, dict[str, str]]
    over: dict[str, list[str]]
    acts: dict[str, str]
    states: dict[str, str]
    opposite: dict[str, frozenset[str]]
    fillers: re.Pattern[str]


class _Things(TypedDict):
    """things.yaml: names of things, which are near, weak, over others, or a nuisance."""

    codes: dict[str, str]
    near: list[tuple[str, str]]
    weak: list[str]
    timed: dict[str, list[str]]
    nuisance: list[str]
    over: dict[str, list[str]]


class _Wishes(TypedDict):
    """wishes.yaml: acts with their wishes, what is a state, which acts are opposite."""

    acts: dict[str, list[str]]
    states: dict[str, str]
    opposite: dict[str, list[str]]


@cache
def vocabulary() -> Vocabulary:
    """The project's own lexicon for grouping."""
    things: _Things = terms.load_yaml(FOLDER / "things.yaml")
    wishes: _Wishes = terms.load_yaml(FOLDER / "wishes.yaml")
    sounds = terms.load_shared(terms.FOLDER).sounds
    spoken = list(_spoken(FOLDER))
    heard = ahocorasick_rs.AhoCorasick([term.translate(sounds) for term, _ in spoken], store_patterns=False)
    near: dict[str, dict[str, str]] = defaultdict(dict)
    for one, other in things["near"]:
        near[one][other] = near[other][one] = f"{one}~{other}"
    return Vocabulary(
        # Sound is asked only where a suggestion names nothing, by `alike` below; asked of every text it would cost a quarter of the time.
        replace(build(FOLDER), alike=lambda text: []),
        partial(heard.find_matches_as_indexes, overlapping=True),
        spoken,
        sounds,
        things["codes"],
        frozenset(things["weak"]),
        {thing: frozenset(times) for thing, times in things["timed"].items()},
        frozenset(things["nuisance"]),
        dict(near),
        things["over"],
        {wish: act for act, members in wishes["acts"].items() for wish in members},
        wishes["states"],
        {act: frozenset(others) for act, others in wishes["opposite"].items()},
        re.compile("|".join(sorted(terms.load_shared(FOLDER).sets["filler"].split("|"), key=len, reverse=True))),
    )


def _spoken(folder: Path) -> Iterator[tuple[str, str]]:
    """Terms of two characters and more that name a thing, and the thing."""
    shared = terms.load_shared(folder)
    for kind, thing, term in terms.entries(folder):
        if kind == "thing" and thing != terms.BLOCK and terms.GAP not in term:
            yield from ((word, thing) for word in terms.expand(term, shared) if len(word) > 1)
