"""The learned reading of a message: how likely each intent, kind of dispute and hazard is; weights of `make train`, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from domain.reading.features import Keys, features, named

FILE = Path(__file__).parent / "weights" / "reading.npz"
INTENTS = (
    "dispute",
    "check_ad",
    "unsubscribe",
    "my_data",
    "wage",
    "suggest",
    "human",
    "find_training",
    "find_work",
    "register",
    "resubscribe",
    "help",
    "smalltalk",
    "other",
)
DISPUTES = (
    "in_laws",
    "marital",
    "children",
    "elder_support",
    "neighbour",
    "property_mgmt",
    "wage",
    "inheritance",
    "consumer",
    "other",
)
HAZARDS = ("child_harm", "medical", "self_harm", "threat", "violence")
# "danger": there is a hazard; "concern": there is a hazard or a worry; "idle": small talk that wants nothing. They and the hazards come
# first: for them nothing that a rule found is asked.
LEVELS = ("danger", "concern", "idle")
OUTPUTS = (*LEVELS, *HAZARDS, *(f"intent:{code}" for code in INTENTS), *(f"dispute:{code}" for code in DISPUTES))
_DISPUTES_FROM = len(LEVELS) + len(HAZARDS) + len(INTENTS)
RULE_WEIGHT = 0.5  # what one finding of a rule counts beside a text of usual length, which counts 1


class Opinion(NamedTuple):
    """Log odds: of danger, of danger or worry, of small talk, and by code."""

    danger: float
    concern: float
    idle: float
    hazards: dict[str, float]
    intents: dict[str, float]
    disputes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """`keys` is sorted; `rarity[i]` and `weights[i]` belong to `keys[i]`, one column an output. A weight is its root, to be squared with its sign
    and multiplied by `scale`: so one byte holds the many small weights that decide together as well as the few large ones."""

    keys: Keys
    rarity: NDArray[numpy.float32]
    weights: NDArray[numpy.int8]
    scale: NDArray[numpy.float32]
    bias: NDArray[numpy.float32]
    usual: float  # the length of a usual text as a vector

    def opinion(self, canonical: str, findings: tuple[str, ...] = ()) -> Opinion:
        """What a message in its canonical form means, `findings` being what rules read in it."""
        said = self._known(features(canonical))
        found = self._known(named(findings))
        odds = self._sum(said) * damped(self.rarity[said], self.usual)
        odds = (odds + self._sum(found) * RULE_WEIGHT) * self.scale + self.bias
        values = [round(value, 4) for value in odds.tolist()]
        return Opinion(
            values[0],
            values[1],
            values[2],
            dict(zip(HAZARDS, values[len(LEVELS) :], strict=False)),
            dict(zip(INTENTS, values[len(LEVELS) + len(HAZARDS) :], strict=False)),
            dict(zip(DISPUTES, values[_DISPUTES_FROM:], strict=False)),
        )

    def _sum(self, rows: NDArray[numpy.intp]) -> NDArray[numpy.int64]:
        roots = self.weights[rows].astype(numpy.int64)
        total: NDArray[numpy.int64] = (roots * numpy.abs(roots)).sum(0)  # whole numbers: the same in any order, on any machine
        return total

    def _known(self, keys: Keys) -> NDArray[numpy.intp]:
        at = numpy.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        known: NDArray[numpy.intp] = at[self.keys[at] == keys]
        return known


def damped(rarity: NDArray[numpy.float32] | NDArray[numpy.float64], usual: float) -> float:
    """What one feature of a text counts: long texts count for more than short ones, but not as much as their length."""
    length = float(numpy.sqrt(numpy.square(rarity, dtype=numpy.float64).sum())) or 1.0
    return float((usual * length) ** -0.5)


@cache
def trained() -> Model:
    """The weights of the repository, loaded at first use."""
    with numpy.load(FILE) as file:
        return Model(file["keys"], file["rarity"].astype(numpy.float32), file["weights"], file["scale"], file["bias"], float(file["usual"]))
