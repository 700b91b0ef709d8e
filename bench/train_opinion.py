"""Train the second opinion (content/lexicon/opinion.json) on the labelled messages of bench/data, and print what cross-validation says of it."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from domain.normal import normalise  # noqa: E402 - the path comes first
from domain.reading import opinion  # noqa: E402
from domain.reading.opinion import Model, split  # noqa: E402

DISPUTE = "dispute:"
SEED = 7
FOLDS = 5
PENALTY = 0.05  # of the squared weights
SEEN_AT_LEAST = 2  # messages that a feature must occur in
LARGEST = 127  # weights are stored as whole numbers up to this
# For this share of the messages that want nothing (in cross-validation) the opinion may speak.
FALSE_ALARMS = 0.12
THIRDS = 3

Messages = list[tuple[str, str]]


def load(paths: Iterable[Path]) -> Messages:
    """Texts with their class: the intent, with the kind where it is a dispute. A text that occurs twice counts once."""
    found: dict[str, str] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            example = json.loads(line)
            gold = example["gold"]
            found.setdefault(example["text"], DISPUTE + gold.get("dispute", "other") if gold["intent"] == "dispute" else gold["intent"])
    return list(found.items())


def held_back(text: str) -> bool:
    """Whether a message belongs to the third that --hold-back leaves out."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % THIRDS == 0


def matrix(rows: Sequence[set[Any]], known: dict[Any, int]) -> Any:
    """One row a message, its features of unit length together, and a constant in the last column."""
    ends, columns, values = [0], [], []
    for row in rows:
        found = sorted(known[name] for name in row if name in known)
        columns += [*found, len(known)]
        values += [1 / max(1, len(found)) ** 0.5] * len(found) + [1.0]
        ends.append(len(columns))
    return scipy.sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(known) + 1))


def fit(inputs: Any, truth: Any) -> Any:
    """Weights of multinomial logistic regression, features by classes."""

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(inputs.shape[1], truth.shape[1])
        totals = inputs @ weights
        powers = np.exp(totals - totals.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        surprise = -np.log(np.maximum(chances[truth > 0], 1e-12)).sum() + PENALTY / 2 * (weights**2).sum()
        return surprise, (inputs.T @ (chances - truth) + PENALTY * weights).ravel()

    start = np.zeros(inputs.shape[1] * truth.shape[1])
    best = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return best.x.reshape(inputs.shape[1], truth.shape[1])


def train(messages: Messages, enough: float) -> Model:
    """A model of these messages, its weights rounded as they are stored."""
    rows = [set(opinion.features(normalise(text).text)) for text, _ in messages]
    counts = Counter(name for row in rows for name in row)
    index = {name: i for i, name in enumerate(sorted((name for name, n in counts.items() if n >= SEEN_AT_LEAST), key=str))}
    classes = sorted({name for _, name in messages})
    truth = np.eye(len(classes))[[classes.index(name) for _, name in messages]]
    weights = fit(matrix(rows, index), truth)
    scale = float(np.abs(weights).max()) / LARGEST
    return Model(index, (weights / scale).round() * scale, tuple(map(split, classes)), enough)


def cross_validated(messages: Messages) -> Iterator[tuple[str, opinion.Opinion]]:
    """Each message's class with the opinion of a model that has not seen it."""
    order = list(range(len(messages)))
    random.Random(SEED).shuffle(order)
    for fold in range(FOLDS):
        seen = [messages[at] for i, at in enumerate(order) if i % FOLDS != fold]
        model = train(seen, 0)
        for at in order[fold::FOLDS]:
            said = opinion.opinion(normalise(messages[at][0]).text, model)
            yield messages[at][1], said or opinion.Opinion("other", 0.0, False, "other")


def judge(messages: Messages) -> float:
    """Print accuracies; the chance from which the opinion may speak."""
    judged = list(cross_validated(messages))
    right = sum(name.partition(":")[0] == said.intent for name, said in judged) / len(judged)
    disputes = [(name, said) for name, said in judged if name.startswith(DISPUTE)]
    kinds = sum(name == DISPUTE + said.kind for name, said in disputes) / len(disputes)
    print(f"{FOLDS}-fold cross-validation of {len(judged)} messages: intent {right:.1%}, kind of {len(disputes)} disputes {kinds:.1%}")
    alarms = sorted((said.chance if said.intent != "other" else 0.0 for name, said in judged if name == "other"), reverse=True)
    enough = max(0.3, round(alarms[int(len(alarms) * FALSE_ALARMS)] + 0.005, 2))
    wishes = [(name.partition(":")[0], said) for name, said in judged if name != "other"]
    heard = sum(name == said.intent and said.chance >= enough for name, said in wishes) / len(wishes)
    claimed = sum(chance >= enough for chance in alarms) / len(alarms)
    print(f"from a chance of {enough}: speaks for {claimed:.1%} of {len(alarms)} that want nothing, rightly for {heard:.1%} of the others")
    return enough


def write(model: Model, path: Path) -> None:
    """Store the model; the same training gives the same bytes."""
    scale = round(float(np.abs(model.weights).max()) / LARGEST, 6)
    weights = (model.weights / scale).round().astype(np.int8)
    content = {
        "classes": [f"{intent}:{kind}" if kind else intent for intent, kind in model.classes],
        "enough": model.enough,
        "scale": scale,
        "features": list(model.index),
        "weights": base64.b64encode(weights.tobytes()).decode(),
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{path}: {len(model.index)} features, {len(model.classes)} classes, {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="labelled messages; default reading*, hazards* and wishes* in bench/data")
    parser.add_argument(
        "--hold-back", action="store_true", help="leave a third of the *_more files out, to measure with bench/reading.py on it"
    )
    parser.add_argument("--to", type=Path, default=opinion.FILE)
    options = parser.parse_args()
    data = ROOT / "bench" / "data"
    paths = options.files or sorted(path for name in ("reading", "hazards", "wishes") for path in data.glob(f"{name}*.jsonl"))
    more = {text for text, _ in load(path for path in paths if path.stem.endswith("_more"))}
    messages = [(text, name) for text, name in load(paths) if not (options.hold_back and text in more and held_back(text))]
    write(replace(train(messages, 0), enough=judge(messages)), options.to)


if __name__ == "__main__":
    main()
