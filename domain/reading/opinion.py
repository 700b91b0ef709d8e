"""A second opinion where no rule decides: a linear model over characters and lexicon hits, as data in content/lexicon/opinion.json."""

from __future__ import annotations

import base64
import itertools
import json
import math
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.reading.lexicon import FOLDER, scan

FILE = FOLDER / "opinion.json"
LONGEST = 120  # characters that are looked at; keeps the time bounded
_KINDS = frozenset({"quarrel", "topic", "intent", "hint", "cue"})


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` is features by classes, its last row the constants; a class is an intent and, of a dispute, the kind."""

    index: dict[str | tuple[str, str], int]
    weights: Any
    classes: tuple[tuple[str, str], ...]
    enough: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """The likeliest intent with its chance from 0 to 1, whether that is enough to say it, and the likeliest kind of a dispute."""

    intent: str
    chance: float
    sure: bool
    kind: str


def features(text: str) -> Iterator[str | tuple[str, str]]:
    """The pieces of one to three characters of a normalised text, and kind and code of the words that the lexicon finds in it."""
    start = text[:LONGEST]
    pairs = list(map(operator.add, start, start[1:]))
    words = [(kind, code) for _, _, kind, code, _ in scan(text) if kind in _KINDS]
    return itertools.chain(start, pairs, map(operator.add, pairs, start[2:]), words[:LONGEST])


def split(name: str) -> tuple[str, str]:
    """Intent and kind of a class: `dispute:wage` or `human`."""
    intent, _, kind = name.partition(":")
    return intent, kind


@cache
def model(path: Path = FILE) -> Model | None:
    """The trained weights, read at first use; None where there are none."""
    if not path.exists():
        return None
    import numpy as np  # only here: a tenth of a second that few messages need

    content = json.loads(path.read_bytes())
    names = [tuple(name) if isinstance(name, list) else name for name in content["features"]]
    whole = np.frombuffer(base64.b64decode(content["weights"]), dtype=np.int8).reshape(len(names) + 1, -1)
    weights = whole.astype(np.float32) * content["scale"]
    return Model({name: i for i, name in enumerate(names)}, weights, tuple(split(name) for name in content["classes"]), content["enough"])


def opinion(text: str, model: Model | None) -> Opinion | None:
    """What the model thinks a normalised message wants; None without a model or where it knows nothing of the text."""
    if model is None:
        return None
    known: set[int | None] = set(map(model.index.get, features(text)))
    known.discard(None)
    if not known:
        return None
    totals = (model.weights.take(list(known), 0).sum(0) / len(known) ** 0.5 + model.weights[-1]).tolist()
    highest = max(totals)
    return _weighed(model, [math.exp(total - highest) for total in totals])


def _weighed(model: Model, powers: list[float]) -> Opinion:
    """The opinion that the weights of the classes add up to; the kinds of dispute are one intent."""
    intents: dict[str, float] = {}
    kinds: dict[str, float] = {}
    for (intent, kind), power in zip(model.classes, powers, strict=True):
        intents[intent] = intents.get(intent, 0.0) + power
        if kind:
            kinds[kind] = power
    best = max(intents, key=intents.__getitem__)
    chance = intents[best] / sum(powers)
    return Opinion(best, chance, chance >= model.enough, max(kinds, key=kinds.__getitem__, default="other"))
