"""Learn the weights of grouping (domain/grouping/weights/pairs.json) from labelled pairs in train/grouping; the same texts give the same bytes.

Files in HELD_OUT are left out, so that `python -m bench.grouping` judges on suggestions that no weight was learned from.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy  # noqa: E402 - the thread count comes first
import scipy.optimize  # noqa: E402

from domain.grouping import pairs  # noqa: E402
from domain.grouping.clusters import distinct  # noqa: E402
from domain.grouping.features import plain  # noqa: E402

TEXTS = Path(__file__).parent / "grouping"
HELD_OUT = ("g02", "g03")
PENALTY = 1.0  # on the squared weights
OTHER_ACT = -3.0  # at most: mending a slide and setting up another are two requests, however alike they are worded


def examples() -> Iterator[tuple[dict[str, float], bool]]:
    """The measures of every pair that does not conflict, and whether it is one request."""
    for path in sorted(TEXTS.glob("*.jsonl")):
        if path.stem not in HELD_OUT:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            for one, two in combinations(distinct([plain(row["text"]) for row in rows]), 2):
                if not pairs.conflict(one.signature, two.signature):
                    yield pairs.measures(one, two), rows[one.members[0]]["group"] == rows[two.members[0]]["group"]


def fit() -> dict[str, float]:
    """Weight of each measure, to three places."""
    seen = list(examples())
    names = list(seen[0][0])
    table = numpy.array([[*measured.values(), 1.0] for measured, _ in seen])
    wanted = numpy.array([1.0 if same else -1.0 for _, same in seen])

    def loss(weights: Any) -> tuple[float, Any]:
        margin = wanted * (table @ weights)
        pull = -wanted / (1.0 + numpy.exp(margin))
        penalised = numpy.append(PENALTY * weights[:-1], 0.0)
        return numpy.logaddexp(0.0, -margin).sum() + 0.5 * float((penalised * weights).sum()), table.T @ pull + penalised

    found = scipy.optimize.minimize(loss, numpy.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    weights = {name: round(float(value), 3) for name, value in zip([*names, "bias"], found, strict=True)}
    return weights | {"other_act": min(weights["other_act"], OTHER_ACT), "nothing_named": min(weights["nothing_named"], 0.0)}


def main() -> None:
    """Learn and write."""
    pairs.FILE.parent.mkdir(exist_ok=True)
    pairs.FILE.write_text(json.dumps(fit(), indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
