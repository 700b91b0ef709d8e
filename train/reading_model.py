"""Train the reading model (domain/reading/weights) on train/reading; the same texts give the same bytes."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy  # noqa: E402 - the thread count comes first
import scipy.optimize  # noqa: E402
import scipy.sparse  # noqa: E402

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from domain.normal import normalise  # noqa: E402
from domain.reading.canonical import canonical  # noqa: E402
from domain.reading.features import features, named  # noqa: E402
from domain.reading.model import DISPUTES, FILE, HAZARDS, INTENTS, LEVELS, OUTPUTS, RULE_WEIGHT, damped  # noqa: E402
from domain.reading.slots import ruled  # noqa: E402
from train import texts  # noqa: E402

SEEN_AT_LEAST = 5  # texts that a feature must occur in
PENALTY = 3.0  # the inverse weight of the squared weights, per output
STEPS = 250
LARGEST = 127  # the roots of weights are whole numbers up to this


class Seen(NamedTuple):
    """The keys of one text: what it says, and what rules found in it."""

    said: tuple[int, ...]
    found: tuple[int, ...]


def see(text: str) -> Seen:
    """Look at one text."""
    said = set(features(canonical(text)).tolist())
    return Seen(tuple(sorted(said)), tuple(named(ruled(normalise(text)).findings).tolist()))


class Table(NamedTuple):
    """The features of all texts; `said` and `found` are sparse rows over the columns of `keys`."""

    keys: Any
    rarity: Any
    usual: float
    said: Any
    found: Any


def table(seen: Sequence[Seen]) -> Table:
    """Which keys count, how rare each is, and the texts as rows."""
    in_said = Counter(key for one in seen for key in one.said)
    in_found = Counter(key for one in seen for key in one.found)
    keys = numpy.array(sorted(key for key, count in (in_said + in_found).items() if count >= SEEN_AT_LEAST), dtype=numpy.uint32)
    at = {key: column for column, key in enumerate(keys.tolist())}
    rarity = numpy.array([numpy.log(len(seen) / (1 + in_said[key])) + 1 if in_said[key] else 0 for key in at], dtype=numpy.float16)
    rows = [[at[key] for key in one.said if key in at] for one in seen]
    lengths = [float(numpy.sqrt(numpy.square(rarity[row].astype(numpy.float64)).sum())) for row in rows]
    usual = float(numpy.median(lengths))
    exact = rarity.astype(numpy.float64)
    values = [exact[row] * damped(exact[row], usual) for row in rows]
    said = _sparse(rows, values, len(keys))
    found_rows = [[at[key] for key in one.found if key in at] for one in seen]
    found = _sparse(found_rows, [numpy.full(len(row), RULE_WEIGHT) for row in found_rows], len(keys))
    return Table(keys, rarity, usual, said, found)


def _sparse(rows: Sequence[Sequence[int]], values: Sequence[Any], columns: int) -> Any:
    ends = numpy.cumsum([0, *map(len, rows)])
    joined = numpy.concatenate(values) if values else numpy.zeros(0)
    return scipy.sparse.csr_matrix((joined, [column for row in rows for column in row], ends), shape=(len(rows), columns))


def fit(rows: Any, right: Any) -> tuple[Any, float]:
    """Weights and constant of a logistic regression with a penalty on the squared weights."""
    signs = numpy.where(right, 1.0, -1.0)
    turned = rows.T.tocsr()

    def loss(point: Any) -> tuple[float, Any]:
        margins = signs * (rows @ point[:-1] + point[-1])
        slope = -signs / (1 + numpy.exp(numpy.clip(margins, -40, 40)))
        value = numpy.logaddexp(0, -margins).sum() * PENALTY + 0.5 * numpy.square(point[:-1]).sum()
        return value, numpy.append(PENALTY * (turned @ slope) + point[:-1], PENALTY * slope.sum())

    found = scipy.optimize.minimize(
        loss, numpy.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-7, "gtol": 1e-3}
    )
    return found.x[:-1], float(found.x[-1])


def targets(labelled: Sequence[texts.Text]) -> dict[str, tuple[Any, Any]]:
    """Per output: which texts it is trained on, and which of them are right."""
    everything = numpy.ones(len(labelled), dtype=bool)
    disputes = numpy.array([text.dispute in DISPUTES for text in labelled])

    def right(test: Any) -> Any:
        return numpy.array([bool(test(text)) for text in labelled])

    wanted: dict[str, tuple[Any, Any]] = {
        LEVELS[0]: (everything, right(lambda text: text.hazards)),
        LEVELS[1]: (everything, right(lambda text: text.hazards or text.worry)),
        LEVELS[2]: (everything, right(lambda text: text.intent in ("other", "smalltalk", "help") and not text.hazards and not text.worry)),
    }
    for code in HAZARDS:
        wanted[code] = (everything, right(lambda text, code=code: code in text.hazards))
    for code in INTENTS:
        wanted[f"intent:{code}"] = (everything, right(lambda text, code=code: text.intent == code))
    for code in DISPUTES:
        wanted[f"dispute:{code}"] = (disputes, right(lambda text, code=code: text.dispute == code))
    return wanted


_work: dict[str, Any] = {}


def _one(name: str) -> tuple[Any, float]:
    rows, right = _work[name]
    return fit(rows, right)


def train(labelled: Sequence[texts.Text], seen: Sequence[Seen], *, processes: int) -> dict[str, Any]:
    """The arrays of the weights file."""
    features = table(seen)
    plain, with_rules = features.said, (features.said + features.found).tocsr()
    for name, (use, right) in targets(labelled).items():
        rows = with_rules if name.startswith(("intent:", "dispute:")) else plain
        _work[name] = (rows[use], right[use])
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:  # fork: the rows are there already; each output is fitted by one process alone
            fitted = list(pool.map(_one, OUTPUTS))
    else:
        fitted = [_one(name) for name in OUTPUTS]
    weights = numpy.stack([one for one, _ in fitted], axis=1)
    # What a text says counts by its rarity, what a rule found counts as it is: both lie ready in the stored weight.
    weights = weights * numpy.where(features.rarity > 0, features.rarity, 1).astype(numpy.float64)[:, None]
    scale = (numpy.abs(weights).max(0) / LARGEST**2).astype(numpy.float32)
    whole = numpy.round(numpy.sign(weights) * numpy.sqrt(numpy.abs(weights) / scale)).astype(numpy.int8)
    kept = numpy.abs(whole).max(1) > 0
    return {
        "keys": features.keys[kept],
        "rarity": features.rarity[kept],
        "weights": whole[kept],
        "scale": scale,
        "bias": numpy.array([bias for _, bias in fitted], dtype=numpy.float32),
        "usual": numpy.float64(features.usual),
    }


def main() -> None:
    """Train and save; `--out` saves elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--leave-out", default=",".join((*texts.HELD_OUT, *texts.WAITING)), help="writers that are not trained on, separated by commas"
    )
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    out = set(options.leave_out.split(","))
    labelled = [text for text in texts.load() if text.writer not in out]
    start = time.perf_counter()
    seen = [see(text.text) for text in labelled]
    arrays = train(labelled, seen, processes=options.processes)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    numpy.savez(options.out, **arrays)
    print(
        f"{len(labelled)} texts of {len({text.writer for text in labelled})} writers, {len(arrays['keys'])} features,"
        f" {options.out.stat().st_size / 1e6:.1f} MB, {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
