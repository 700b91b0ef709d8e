"""A second opinion by a linear model over characters, pairs of characters and lexicon codes: how sure it is of each class of a message."""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from domain.reading.terms import FOLDER

_BREAKS = re.compile(r"[\s,。!?;:、]+")


@dataclass(frozen=True, slots=True)
class Model:
    """Per feature its weight for the first class, and for the others, which are asked only where the first one is likely; in units of `unit`."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    unit: float
    first: dict[str, int]
    others: dict[str, list[int]]


def features(text: str, codes: Iterable[str]) -> set[str]:
    """Characters, pairs of characters and `codes` (longer than a pair) of a normalised text; linear in its length."""
    line = _BREAKS.sub(",", f"^{text}$")
    return {*line, *map(operator.add, line, line[1:]), *codes}


def load(path: Path) -> Model:
    """A model as bench/train_hazards.py writes it."""
    data = json.loads(path.read_bytes())
    return Model(tuple(data["classes"]), tuple(data["bias"]), data["unit"], data["first"], data["others"])


@cache
def model(name: str) -> Model:
    """The project's own model of that name, read at first use."""
    return load(FOLDER / f"{name}.weights.json")


def likelihood(found: set[str], model: Model) -> float:
    """How much the features speak for the first class, as a logit: above 0 it is more likely than not."""
    return model.bias[0] + model.unit * sum(map(model.first.get, found, repeat(0))) / math.sqrt(len(found))


def likely(found: set[str], model: Model) -> list[str]:
    """Which of the other classes are more likely than not; the likeliest one at least."""
    rows = [model.others[feature] for feature in found if feature in model.others]
    scores = {
        name: bias + model.unit * sum(row[at] for row in rows) / math.sqrt(len(found))
        for at, (name, bias) in enumerate(zip(model.classes[1:], model.bias[1:], strict=True))
    }
    best = max(scores.values())
    return sorted(name for name, score in scores.items() if score > 0 or score == best)
