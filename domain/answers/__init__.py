"""Questions that mothers ask, with their answers, found by meaning and answered only where it is certain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from domain.answers.asked import is_asked, pieces, plain
from domain.reading.terms import FOLDER, load_yaml

# From which score an answer is given to what has the form of a question, and to what has not (我的工资卡被拿走了).
ASKED, SAID = 3.5, 7.5
# A shorter text that asks nothing is a word of its own (返回, 领回家做), not a question half said.
SHORTEST_SAID = 5
SMALL_TALK = FOLDER / "answers" / "small_talk.yaml"
# Characters of a text that are searched with; what is longer is a story or a pasted text.
LONGEST = 400
# What an answer is taken to say of a piece that none of its wordings has.
UNSEEN = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: the wordings that ask for it, its source, the day to look at it again, and who is responsible for it."""

    name: str
    questions: tuple[str, ...]
    answer: str
    source: str
    look_again: date
    responsible: str


class _Piece(NamedTuple):
    """What one piece says: how rare it is, what it counts against every answer, and for those whose wordings have it."""

    rarity: float
    against: float
    speaks: tuple[tuple[int, float], ...]


class Catalogue:
    """All answers, ready to be searched: for each, how much likelier its wordings have a piece than those of all others (complement Bayes).

    Small talk counts as one more answer, that nothing is given for.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.all = tuple(answers)

    @cached_property
    def _wordings(self) -> list[tuple[int, dict[str, float]]]:
        asked = [(at, question) for at, answer in enumerate(self.all) for question in answer.questions]
        idle = [(len(self.all), str(line)) for line in load_yaml(SMALL_TALK)]
        return [(at, pieces(question)) for at, question in (*asked, *idle)]

    @cached_property
    def _exact(self) -> Mapping[str, Answer | None]:
        idle: dict[str, Answer | None] = {plain(str(line)): None for line in load_yaml(SMALL_TALK)}
        return idle | {plain(question): answer for answer in self.all for question in answer.questions}

    @cached_property
    def _rarity(self) -> Mapping[str, float]:
        seen = Counter(piece for _, found in self._wordings for piece in found)
        return {piece: math.log(1 + len(self._wordings) / count) for piece, count in seen.items()}

    @cached_property
    def _counts(self) -> list[dict[str, float]]:
        counts: list[dict[str, float]] = [{} for _ in range(len(self.all) + 1)]
        for at, found in self._wordings:
            for piece, weight in self._vector(found).items():
                counts[at][piece] = counts[at].get(piece, 0.0) + weight
        return counts

    @cached_property
    def _pieces(self) -> Mapping[str, _Piece]:
        total = dict.fromkeys(self._rarity, 0.0)
        for counts in self._counts:
            for piece, own in counts.items():
                total[piece] += own
        speaks: dict[str, list[tuple[int, float]]] = {piece: [] for piece in total}
        for at, counts in enumerate(self._counts):
            for piece, own in counts.items():
                others = (total[piece] - own + UNSEEN) / (total[piece] + UNSEEN)
                speaks[piece].append((at, math.log((own + UNSEEN) / UNSEEN) - math.log(others)))
        return {piece: _Piece(self._rarity[piece], math.log(UNSEEN / (total[piece] + UNSEEN)), tuple(speaks[piece])) for piece in total}

    @cached_property
    def _start(self) -> list[float]:
        sizes = [sum(counts.values()) for counts in self._counts]
        unseen = UNSEEN * len(self._rarity)
        return [math.log((sum(sizes) - size + unseen) / (size + unseen)) for size in sizes]

    def _vector(self, found: Mapping[str, float]) -> dict[str, float]:
        unknown = math.log(1 + len(self._wordings))
        weighed = {piece: weight * self._rarity.get(piece, unknown) for piece, weight in found.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {piece: weight / length for piece, weight in weighed.items() if piece in self._rarity}

    def _scores(self, text: str) -> list[float]:
        asked = self._vector(pieces(text[:LONGEST]))
        known = [(weight, self._pieces[piece]) for piece, weight in asked.items()]
        against, whole = sum(weight * piece.against for weight, piece in known), sum(weight for weight, _ in known)
        scores = [against + whole * start for start in self._start]
        for weight, piece in known:
            for at, speaks in piece.speaks:
                scores[at] += weight * speaks
        return scores

    def ranked(self, text: str) -> list[tuple[float, Answer]]:
        """All answers, what speaks most for itself first."""
        scored = zip(self._scores(text), self.all, strict=False)
        return sorted(scored, key=lambda found: (-found[0], found[1].name))

    def worded(self, text: str) -> Answer | None:
        """The answer that has this very wording."""
        return self._exact.get(plain(text))

    def best(self, text: str) -> Answer | None:
        """The answer, where one is certain; None where none is."""
        if not self.all or not text.strip():
            return None
        if (asked := plain(text)) in self._exact:
            return self._exact[asked]
        if not (question := is_asked(text)) and len(asked) < SHORTEST_SAID:
            return None
        *scores, idle = self._scores(text)
        at = max(range(len(scores)), key=scores.__getitem__)
        return self.all[at] if scores[at] >= max(ASKED if question else SAID, idle) else None
