"""Train the second opinion of screening (domain/screening/weights) on train/screening: the same texts give the same bytes.

Files in HELD_OUT are left out, so that `python -m bench.screening` judges on notices that no weight was learned from.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy  # noqa: E402 - the thread count comes first
import scipy.optimize  # noqa: E402
import scipy.sparse  # noqa: E402

from domain.screening.disguise import unmask  # noqa: E402
from domain.screening.opinion import CODES, FOLDER, STEPS, clauses, strength  # noqa: E402

TEXTS = Path(__file__).parent / "screening"
HELD_OUT = ("s01_4", "s01_5")
SEEN_AT_LEAST = 2  # notices that a run must occur in
PENALTY = 0.3  # on the squared weights of one code
ROUNDS = 60


class Example(NamedTuple):
    """The runs of one labelled notice and its codes."""

    runs: frozenset[str]
    codes: frozenset[str]


def examples() -> list[Example]:
    """All notices in the order of files and lines, but those held out."""
    found = []
    for path in sorted(TEXTS.glob("*.jsonl")):
        if path.stem not in HELD_OUT:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            found += [_example(row) for row in rows]
    return found


def _example(row: dict[str, Any]) -> Example:
    runs = frozenset().union(*(clause.runs for clause in clauses(unmask(row["text"]).text)))
    return Example(runs, frozenset(row["gold"]["codes"]))


def fit(seen: Sequence[Example]) -> tuple[list[str], Any]:
    """The runs in use and their weights in thousandths, the bias as last row."""
    counted = Counter(run for example in seen for run in example.runs)
    runs = sorted(run for run, count in counted.items() if count >= SEEN_AT_LEAST and "\n" not in run)
    rows = {run: row for row, run in enumerate(runs)}
    table = _table(seen, rows)
    columns = [_column(table, numpy.array([1.0 if code in example.codes else -1.0 for example in seen])) for code in CODES]
    return runs, numpy.rint(numpy.stack(columns, axis=1) * STEPS).astype(numpy.int16)


def _table(seen: Sequence[Example], rows: dict[str, int]) -> Any:
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for example in seen:
        known = sorted(rows[run] for run in example.runs if run in rows)
        indices += known
        values += [strength(len(known))] * len(known)
        ends.append(len(indices))
    return scipy.sparse.csr_matrix((values, indices, ends), shape=(len(seen), len(rows)))


def _column(table: Any, wanted: Any) -> Any:
    turned = table.T.tocsr()

    def loss(weights: Any) -> tuple[float, Any]:
        margin = wanted * (table @ weights[:-1] + weights[-1])
        pull = -wanted / (1.0 + numpy.exp(margin))
        penalised = PENALTY * weights[:-1]
        value = numpy.logaddexp(0.0, -margin).sum() + 0.5 * float((penalised * weights[:-1]).sum())
        return value, numpy.append(turned @ pull + penalised, pull.sum())

    start = numpy.zeros(table.shape[1] + 1)
    return scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x


def write(runs: Sequence[str], weights: Any, folder: Path = FOLDER) -> None:
    """Put the model into `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "runs.txt").write_text("\n".join(runs), encoding="utf-8", newline="\n")
    numpy.save(folder / "weights.npy", weights, allow_pickle=False)


def main() -> None:
    """Train and write."""
    runs, weights = fit(examples())
    write(runs, weights)
    print(f"{len(runs)} runs, {weights.nbytes} bytes of weights in {FOLDER}")


if __name__ == "__main__":
    main()
