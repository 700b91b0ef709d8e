"""A second opinion on a notice: one linear model per code over the characters of its clauses, trained on whole notices (train/screening_model.py).

It doubts a rule that fired on harmless words, and adds what no rule knows. How the two were weighed: docs/decisions/0011.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "weights"
CODES = (
    *("fee", "deposit", "id_retention", "gender", "marital", "childbearing", "underage", "brushing", "account", "adult", "pyramid"),
    *("contact_off", "no_contract_pay", "vague_pay", "vague_duty", "hours"),
)
LONGEST = 3  # characters of a run
USUAL = 30  # fewer runs than this do not make each of them weigh more
READ = 4_000  # characters that are looked at; a notice has said what it offers by then
SCALE = 8.0  # keeps the weights near one
STEPS = 1_000  # weights are stored as whole thousandths

_CLAUSE = re.compile(r"[^,。;!?\n、:]+")
_DIGITS = re.compile(r"\d+")
_DENIAL = re.compile(r"[不无免没勿未禁拒谨防非别]|严禁|谢绝")


class Clause(NamedTuple):
    """Where a clause stands in the plain text, and its runs; a run after a denial has a mark before it."""

    start: int
    end: int
    runs: frozenset[str]


class Opinion(NamedTuple):
    """`scores` per code: above 0 the model thinks that it applies. `clauses` with their share, to say where."""

    scores: dict[str, float]
    clauses: tuple[Clause, ...]

    def of_clause(self, code: str, span: tuple[int, int]) -> float:
        """The score of the clauses that a span touches, as if they stood alone."""
        runs = [clause.runs for clause in self.clauses if clause.start < span[1] and clause.end > span[0]]
        return float(_scores(runs)[CODES.index(code)])

    def place(self, code: str) -> tuple[int, int]:
        """The clause that speaks most for a code."""
        column = CODES.index(code)
        shares: list[float] = [float(_scores([clause.runs])[column]) for clause in self.clauses]
        best = max(range(len(shares)), key=lambda index: (shares[index], -index))
        return self.clauses[best].start, self.clauses[best].end


class Weights(NamedTuple):
    """Row of each run in `table`, one column a code; `bias` per code."""

    rows: dict[str, int]
    known: frozenset[str]
    table: NDArray[numpy.int16]
    bias: NDArray[numpy.int64]


def clauses(plain: str) -> tuple[Clause, ...]:
    """The clauses of a plain text, figures read as one sign."""
    return tuple(Clause(*match.span(), _runs(match[0])) for match in _CLAUSE.finditer(plain[:READ]) if match[0].strip())


@lru_cache(maxsize=1024)  # a page that says the same again and again is read once
def _runs(clause: str) -> frozenset[str]:
    text = _DIGITS.sub("0", clause)
    denial = _DENIAL.search(text)
    found = {text[start : start + length] for length in range(1, LONGEST + 1) for start in range(len(text) - length + 1)}
    if denial is not None:
        after = text[denial.start() :]
        found.update("!" + after[start : start + length] for length in range(2, LONGEST + 1) for start in range(len(after) - length + 1))
    return frozenset(found)


def strength(count: int) -> float:
    """What one of `count` known runs of a notice weighs."""
    return SCALE / math.sqrt(max(count, USUAL))


def opinion(plain: str) -> Opinion:
    """What the model thinks of a plain text."""
    parts = clauses(plain)
    return Opinion(dict(zip(CODES, _scores([clause.runs for clause in parts]).tolist(), strict=True)), parts)


def _scores(runs: list[frozenset[str]]) -> NDArray[numpy.float64]:
    """The score of each code; whole numbers until the end, so that no machine adds them up otherwise."""
    weights = _weights()
    rows = sorted(weights.rows[run] for run in set().union(*runs) & weights.known)
    found: NDArray[numpy.float64] = (weights.table[rows].sum(axis=0, dtype=numpy.int64) * strength(len(rows)) + weights.bias) / STEPS
    return found


@cache
def _weights() -> Weights:
    runs = (FOLDER / "runs.txt").read_text(encoding="utf-8").split("\n")
    table = numpy.load(FOLDER / "weights.npy", allow_pickle=False)
    rows = {run: row for row, run in enumerate(runs)}
    return Weights(rows, frozenset(rows), table[:-1], table[-1].astype(numpy.int64))
