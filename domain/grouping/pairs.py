"""How likely two suggestions are the same request: measures of the pair, weighed by what was learned from labelled pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.grouping.features import Signature
from domain.grouping.places import Place
from domain.grouping.vocabulary import vocabulary

WEAK = 0.3  # weight of a thing that is often named by the way
NEAR = 0.5  # weight of two things that are nearly the same
CONFLICT = -8.0  # log-odds of two suggestions that cannot be one
ALIKE_BUT_FOR = 0.15  # the most that wordings count where something named differs
FILE = Path(__file__).parent / "weights" / "pairs.json"


@dataclass(frozen=True, slots=True)
class Node:
    """Suggestions that are one for certain: `members` are their positions, `words` and `characters` the weighted wording of one of them, of length 1."""

    signature: Signature
    text: str
    members: list[int]
    words: dict[str, float]
    characters: dict[str, float]


def conflict(a: Signature, b: Signature) -> bool:
    """Whether two suggestions cannot be one: another place, or the opposite wish."""
    return not _same_place(a.place, b.place) or (_opposite(a, b) and not _against_it(a, b))


def _same_place(a: Place, b: Place) -> bool:
    if a.named != b.named and not (a.named and b.named and (a.named < b.named or b.named < a.named)):
        return False
    parts = dict(b.parts)
    return not any(slot in parts and not values & parts[slot] for slot, values in a.parts)


def _opposite(a: Signature, b: Signature) -> bool:
    return not a.acts & b.acts and any(
        one in a.acts and not others.isdisjoint(b.acts) or one in b.acts and not others.isdisjoint(a.acts)
        for one, others in vocabulary().opposite.items()
    )


def _against_it(a: Signature, b: Signature) -> bool:
    """Whether both are against the same nuisance: then a barrier that is set up and a ban are one wish."""
    shared = (a.things & b.things) or (a.weak & b.weak)
    return not shared.isdisjoint(vocabulary().nuisance)


def likeness(a: Node, b: Node) -> float:
    """Log-odds that two suggestions are one request; `CONFLICT` where they cannot be."""
    if conflict(a.signature, b.signature):
        return CONFLICT
    known = weights()
    return known["bias"] + sum(known[name] * value for name, value in measures(a, b).items() if value)


def measures(a: Node, b: Node) -> dict[str, float]:
    """What is compared, each between 0 and about 1."""
    one, two = a.signature, b.signature
    topics_one, topics_two = _topics(one), _topics(two)
    words, characters = _cosine(a.words, b.words), _cosine(a.characters, b.characters)
    nameless = not (one.things or one.weak) or not (two.things or two.weak)
    if nameless:  # single characters say too little where nothing is known of the thing itself
        characters = min(words, characters)
    most = ALIKE_BUT_FOR if _differ(one, two) else 1.0
    return {
        "words": min(most, words),
        "characters": min(most, characters),
        "same_thing": float(bool(one.things & two.things)),
        "same_weak_thing": float(bool(one.weak & two.weak)),
        "other_thing": float(bool(one.things and two.things) and not one.things & two.things),
        "things": _overlap(one, two),
        "nothing_named": float(nameless),
        "same_place": float(bool(one.place.named & two.place.named)),
        "one_place": float(bool(one.place.named) != bool(two.place.named)),
        "same_act": float(bool(one.acts & two.acts)),
        "other_act": float(bool(one.acts and two.acts) and not one.acts & two.acts and not _against_it(one, two)),
        "same_spot": float(bool(one.spots & two.spots)),
        "other_spot": float(bool(one.spots and two.spots) and not one.spots & two.spots),
        "other_time": float(bool(one.times and two.times) and not one.times & two.times),
        "one_time": float(bool(one.times) != bool(two.times)),
        "same_topic": float(bool(topics_one & topics_two)),
        "other_topic": float(bool(topics_one and topics_two) and not topics_one & topics_two),
    }


def _differ(a: Signature, b: Signature) -> bool:
    """Whether they name different things, spots, times or acts: then equal words around them say little (编织班 and 直播班)."""
    return (
        any(one and two and not one & two for one, two in ((a.things, b.things), (a.spots, b.spots), (a.times, b.times)))
        or bool(a.acts and b.acts and not a.acts & b.acts and not _against_it(a, b))
        or bool(a.times) != bool(b.times)
    )


@cache
def weights() -> dict[str, float]:
    """Weight of each measure, learned by train/grouping_model.py."""
    return {name: float(value) for name, value in json.loads(FILE.read_text(encoding="utf-8")).items()}


def _topics(signature: Signature) -> frozenset[str]:
    known = vocabulary().topics
    return frozenset(known[thing] for thing in signature.things | signature.weak)


def _overlap(a: Signature, b: Signature) -> float:
    shared = len(a.things & b.things) + WEAK * len(a.weak & b.weak)
    if not a.things & b.things:
        near = vocabulary().near
        others = b.things | b.weak
        shared += NEAR * any(not others.isdisjoint(near.get(thing, ())) for thing in a.things | a.weak)
    if not shared:
        return 0.0
    size_a = len(a.things) + WEAK * len(a.weak)
    size_b = len(b.things) + WEAK * len(b.weak)
    return 0.5 * min(1.0, shared / min(size_a, size_b)) + 0.5 * min(1.0, shared / (size_a + size_b - shared))


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[term] for term, weight in a.items() if term in b)
