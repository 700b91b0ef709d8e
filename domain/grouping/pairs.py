"""How likely two suggestions are the same request, from 0 to about 1."""

from __future__ import annotations

from dataclasses import dataclass

from domain.grouping.features import Signature
from domain.grouping.places import Place
from domain.grouping.vocabulary import vocabulary

WEAK = 0.3  # weight of a thing that is often named by the way
NEAR = 0.5  # weight of two things that are nearly the same
OTHER_ACT = 0.6  # what it costs that one wants it mended and the other wants one more


@dataclass(frozen=True, slots=True)
class Node:
    """Suggestions that are one for certain: `members` are their positions, `words` the weighted wording of one of them, of length 1."""

    signature: Signature
    text: str
    members: list[int]
    words: dict[str, float]


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
    """The score of two suggestions; 0 where they conflict."""
    one, two = a.signature, b.signature
    if conflict(one, two):
        return 0.0
    words = _cosine(a.words, b.words)
    if one.things and two.things:
        score = 0.8 * _overlap(one, two) + 0.3 * words
    elif (one.things or one.weak) and (two.things or two.weak):
        score = 0.5 * _overlap(one, two) + 0.8 * words
    else:
        score = 1.1 * words + (0.1 if one.place.named else 0.0)
    return score + _circumstances(one, two)


def _circumstances(a: Signature, b: Signature) -> float:
    score = 0.0
    if a.acts and b.acts:
        score += 0.05 if a.acts & b.acts else -0.1 if _against_it(a, b) else -OTHER_ACT
    if a.spots and b.spots:
        score += 0.05 if a.spots & b.spots else -0.2 if a.place.named else -0.5
    if a.place.named != b.place.named:
        score -= 0.1
    if a.times and b.times and not a.times & b.times:
        score -= 0.6
    elif bool(a.times) != bool(b.times):
        score -= 0.1
    return score


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
