"""Questions that mothers ask, with their answers, found by meaning; answered only where the likeness is high and no other answer is near."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain.normal import normalise

# Cosine from which an answer is given, and by how much it has to lead the next other answer.
CERTAIN, LEAD = 0.6, 0.15
_NOISE = re.compile(r"[\W_]+")
# As people say it, and as it is written.
_SPOKEN = (("咋整", "怎么办"), ("咋办", "怎么办"), ("咋", "怎么"), ("啥", "什么"), ("娃", "孩子"), ("俺", "我"), ("中不中", "行不行"))
# Words that carry no question: they stand in all of them.
_EMPTY = re.compile("请问|我想问一?下?|想问一?下?|问一?下|你们这?里?|你们|您|咱们|咱|我们|的话|一下|呀|啊|呢|吗|嘛|吧|哦|么")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: the wordings that ask for it, its source, the day to look at it again, and who is responsible for it."""

    name: str
    questions: tuple[str, ...]
    answer: str
    source: str
    look_again: date
    responsible: str


def _grams(text: str) -> Counter[str]:
    plain = _NOISE.sub("", normalise(text, join=True).text)
    for spoken, written in _SPOKEN:
        plain = plain.replace(spoken, written)
    plain = _EMPTY.sub("", plain) or plain
    return Counter(plain[i : i + n] for n in (1, 2, 3) for i in range(len(plain) - n + 1))


class Catalogue:
    """All answers, ready to be searched: character pieces weighed by how rare they are among the wordings."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.all = tuple(answers)
        self._wordings = [(answer, _grams(question)) for answer in self.all for question in answer.questions]

    @cached_property
    def _rarity(self) -> Mapping[str, float]:
        seen = Counter(piece for _, pieces in self._wordings for piece in pieces)
        return {piece: math.log(1 + len(self._wordings) / count) for piece, count in seen.items()}

    @cached_property
    def _vectors(self) -> list[tuple[Answer, dict[str, float]]]:
        return [(answer, self._vector(pieces)) for answer, pieces in self._wordings]

    def _vector(self, pieces: Counter[str]) -> dict[str, float]:
        unknown = math.log(1 + len(self._wordings))
        weighed = {piece: self._rarity.get(piece, unknown) * len(piece) ** 0.5 for piece in pieces}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {piece: weight / length for piece, weight in weighed.items()}

    def ranked(self, text: str) -> list[tuple[float, Answer]]:
        """Catalogue by likeness to the nearest of their wordings, best first."""
        asked = self._vector(_grams(text))
        best: dict[str, tuple[float, Answer]] = {}
        for answer, vector in self._vectors:
            likeness = sum(weight * vector[piece] for piece, weight in asked.items() if piece in vector)
            if likeness > best.get(answer.name, (0.0, answer))[0]:
                best[answer.name] = (likeness, answer)
        return sorted(best.values(), key=lambda found: (-found[0], found[1].name))

    def best(self, text: str) -> Answer | None:
        """The answer, where one is certain; None where none is, or two are about as near."""
        ranked = self.ranked(text) if text.strip() else []
        if not ranked or ranked[0][0] < CERTAIN:
            return None
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        return ranked[0][1] if ranked[0][0] - second >= LEAD or ranked[0][0] > 0.9 else None
