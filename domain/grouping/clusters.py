"""Joins likely pairs into groups without chaining: two groups become one only where they are alike on average and nothing in them conflicts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from domain.grouping.features import Signature, signature, wording
from domain.grouping.pairs import Node, conflict, likeness
from domain.grouping.vocabulary import vocabulary

JOIN = -0.5  # least log-odds of a pair
AVERAGE = -0.5  # least average log-odds between two groups
FEW = 300  # up to so many texts all pairs are compared
PRIOR = 100  # texts imagined beside those that are given, so that few texts are compared as many are
RARE = 6  # words by which a text is looked up
# Bounds that keep the work in proportion to the number of texts, whatever they are:
LEADERS = 24  # nodes kept under one key of the index, those that stand for most suggestions
COMPARED = 12  # earlier nodes that a node is compared with, those that share most keys
SAMPLE = 4  # nodes of a group that speak for it


def clusters(texts: Sequence[str]) -> list[list[int]]:
    """Positions of plain texts, by group; which texts are together does not depend on their order."""
    nodes = distinct(texts)
    groups = {index: [index] for index in range(len(nodes))}
    home = list(range(len(nodes)))
    apart: set[tuple[int, int, int, int]] = set()
    scored = ((likeness(nodes[a], nodes[b]), a, b) for a, b in _candidates(nodes))
    for _, a, b in sorted((item for item in scored if item[0] >= JOIN), key=lambda item: (-item[0], item[1], item[2])):
        low, high = sorted((home[a], home[b]))
        state = (low, high, len(groups[low]), len(groups[high])) if low != high else None
        if state is None or state in apart:
            continue
        if not _fit([nodes[i] for i in groups[low][:SAMPLE]], [nodes[i] for i in groups[high][:SAMPLE]]):
            apart.add(state)
            continue
        for index in groups[high]:
            home[index] = low
        groups[low] = sorted(groups[low] + groups.pop(high))
    return [[member for index in group for member in nodes[index].members] for group in groups.values()]


def distinct(texts: Sequence[str]) -> list[Node]:
    """Equal requests in one node, the most frequent first."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(texts):
        positions[text].append(position)
    same: dict[tuple[Signature, str], list[str]] = defaultdict(list)
    wordings: list[tuple[Counter[str], Counter[str]]] = []
    for text in sorted(positions):
        read = signature(text)
        spelt = same[read, "" if read.things else text]
        if not spelt:
            wordings.append((wording(text), Counter(sorted(set(vocabulary().fillers.sub("", text))))))
        spelt.append(text)
    words = _weighted_all([pair[0] for pair in wordings])
    characters = _weighted_all([pair[1] for pair in wordings])
    made = [
        Node(read, spelt[0], [at for text in spelt for at in positions[text]], words[number], characters[number])
        for number, ((read, _), spelt) in enumerate(same.items())
    ]
    return sorted(made, key=lambda node: (-len(node.members), node.text))


def _weighted_all(counted: Sequence[Counter[str]]) -> list[dict[str, float]]:
    documents = Counter(term for words in counted for term in words)
    return [_weighted(words, documents, len(counted)) for words in counted]


def _weighted(words: Counter[str], documents: Counter[str], total: int) -> dict[str, float]:
    weights = {term: count * math.log(1 + (total + PRIOR) / documents[term]) for term, count in words.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _candidates(nodes: Sequence[Node]) -> Iterator[tuple[int, int]]:
    """All pairs of few nodes; of many, pairs at one place that share a thing or one of their rarest words."""
    if len(nodes) <= FEW:
        yield from combinations(range(len(nodes)), 2)
        return
    index: dict[tuple[object, str], list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        shared: Counter[int] = Counter()
        keys = _keys(node)
        for name in node.signature.place.named or (None,):
            for key in keys:
                leaders = index[name, key]
                shared.update(leaders)
                if len(leaders) < LEADERS:
                    leaders.append(number)
        for leader in sorted(shared, key=lambda leader: (-shared[leader], leader))[:COMPARED]:
            yield leader, number


def _keys(node: Node) -> list[str]:
    near = vocabulary().near
    things = [*node.signature.things, *node.signature.weak]
    pairs = [pair for thing in things for pair in near.get(thing, {}).values()]
    return [*things, *pairs, *sorted(node.words, key=lambda term: (-node.words[term], term))[:RARE]]


def _fit(group: Sequence[Node], other: Sequence[Node]) -> bool:
    """Whether two groups are alike on average and do not conflict."""
    pairs = [(a, b) for a in group for b in other]
    if any(conflict(a.signature, b.signature) for a, b in pairs):
        return False
    return sum(likeness(a, b) for a, b in pairs) >= AVERAGE * len(pairs)
