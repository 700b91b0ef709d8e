"""Questions that mothers ask, with their answers, found by meaning and answered only where it is certain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy

from domain.answers import vectors
from domain.answers.asked import is_asked, pieces, plain
from domain.reading.terms import FOLDER, load_yaml

# From which score an answer is given to what has the form of a question, and to what has not (我的工资卡被拿走了).
ASKED, SAID = 3.0, 7.5
# How far it has to be ahead of the next answer: what is nearer is asked back (您是问…，还是…？), from which score on.
AHEAD, ASKED_BACK = 1.0, 1.5
# What the meaning of the words counts beside the words themselves.
BY_MEANING = 0.5
# A shorter text that asks nothing is a word of its own (返回, 领回家做), not a question half said.
SHORTEST_SAID = 5
# Characters of a text that are searched with; what is longer is a story or a pasted text.
LONGEST = 400
# What is none of our questions, a group each: small talk, and what is asked clearly and is another's affair.
IDLE = tuple(FOLDER / "answers" / f"{name}.yaml" for name in ("small_talk", "elsewhere"))
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

    To that comes how near its words are to theirs in meaning. What is none of our questions counts as further answers, that nothing is given for.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.all = tuple(answers)

    @cached_property
    def _wordings(self) -> list[tuple[int, dict[str, float]]]:
        asked = [(at, question) for at, answer in enumerate(self.all) for question in answer.questions]
        return [(at, pieces(question)) for at, question in (*asked, *self._idle)]

    @cached_property
    def _idle(self) -> list[tuple[int, str]]:
        return [(at, str(line)) for at, file in enumerate(IDLE, len(self.all)) for line in load_yaml(file)]

    @cached_property
    def _exact(self) -> Mapping[str, Answer | None]:
        idle: dict[str, Answer | None] = {plain(line): None for _, line in self._idle}
        return idle | {plain(question): answer for answer in self.all for question in answer.questions}

    @cached_property
    def _rarity(self) -> Mapping[str, float]:
        seen = Counter(piece for _, found in self._wordings for piece in found)
        return {piece: math.log(1 + len(self._wordings) / count) for piece, count in seen.items()}

    @cached_property
    def _counts(self) -> list[dict[str, float]]:
        counts: list[dict[str, float]] = [{} for _ in range(len(self.all) + len(IDLE))]
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
        return {piece: weight for piece, weight in self._weighed(found).items() if piece in self._rarity}

    def _weighed(self, found: Mapping[str, float]) -> dict[str, float]:
        unknown = math.log(1 + len(self._wordings))
        weighed = {piece: weight * self._rarity.get(piece, unknown) for piece, weight in found.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {piece: weight / length for piece, weight in weighed.items()}

    def _scores(self, text: str) -> list[float]:
        asked = self._vector(pieces(text[:LONGEST]))
        known = [(weight, self._pieces[piece]) for piece, weight in asked.items()]
        against, whole = sum(weight * piece.against for weight, piece in known), sum(weight for weight, _ in known)
        scores = [against + whole * start for start in self._start]
        for weight, piece in known:
            for at, speaks in piece.speaks:
                scores[at] += weight * speaks
        both = numpy.array(scores) + BY_MEANING * numpy.std(scores) * self._means.of(self._meaning(plain(text[:LONGEST])))
        return [float(score) for score in both]

    @cached_property
    def _means(self) -> vectors.Means:
        asked = [(at, question) for at, answer in enumerate(self.all) for question in answer.questions]
        texts = [*asked, *self._idle]
        return vectors.Means([at for at, _ in texts], numpy.array([self._meaning(plain(text)) for _, text in texts]))

    def _meaning(self, asked: str) -> vectors.Vector:
        return vectors.meaning(asked, self._word_rarity)

    def _word_rarity(self, word: str) -> float:
        return math.log(1 + len(self._wordings) / (1 + self._words_seen[word]))

    @cached_property
    def _words_seen(self) -> Counter[str]:
        asked = [*(question for answer in self.all for question in answer.questions), *(line for _, line in self._idle)]
        return Counter(word for question in asked for word in set(vectors.words(plain(question))))

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
        scores = self._scores(text)
        at, after = _two_best(scores)
        if at >= len(self.all) or scores[at] < (ASKED if question else SAID):
            return None
        return None if after < len(self.all) and scores[at] - scores[after] < AHEAD else self.all[at]

    def either(self, text: str) -> tuple[Answer, ...]:
        """The two answers to one of which a question is likely to belong, where none is certain; empty where it is likely to be neither."""
        if not self.all or not is_asked(text) or plain(text) in self._exact:
            return ()
        scores = self._scores(text)
        found = _two_best(scores)
        likely = max(found) < len(self.all) and scores[found[1]] >= ASKED_BACK
        return tuple(self.all[at] for at in found) if likely else ()

    def alike(self, one: str, other: str) -> float:
        """How much two questions have in common, 0 to 1, by what each piece tells; pieces that no wording has tell most."""
        mine, theirs = self._weighed(pieces(one)), self._weighed(pieces(other))
        return sum(weight * theirs.get(piece, 0.0) for piece, weight in mine.items())


def _two_best(scores: Sequence[float]) -> tuple[int, int]:
    best = sorted(range(len(scores)), key=lambda at: -scores[at])[:2]
    return best[0], best[-1]
