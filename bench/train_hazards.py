"""Train the second opinion on danger (content/lexicon/hazards.weights.json) and print, by cross-validation, what each threshold gains and costs."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.reading_foreign import CJK, LONGEST, sources
from domain.normal import normalise
from domain.reading.hazards import ruled, weighed
from domain.reading.linear import features

ROOT = Path(__file__).parents[1]
CLASSES = ("danger", "violence", "threat", "self_harm", "child_harm")
TARGET = ROOT / "content" / "lexicon" / "hazards.weights.json"
FOREIGN, SEED, FOLDS = 1000, 7, 4
RIDGE, LEAST, KEPT, UNIT, SCALE = 0.1, 2, 14000, 0.02, 5.0
# The codes are told apart well enough by the features that weigh most.
CODES_FROM = 12
# Text, hazards, and what it may be judged as: "ours", "foreign", or "tuned" where the rules were made with it in view.
Example = tuple[str, tuple[str, ...], str]


def held_back(text: str) -> bool:
    """Whether a text is in the third that is only measured on."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3 == 0


def examples() -> list[Example]:
    """All labelled messages but the third that is held back."""
    found: list[Example] = []
    for line in (ROOT / "tests" / "data" / "hazards.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append((row["text"], tuple(row["hazards"]), "ours" if row.get("unseen") else "tuned"))
    for name in ("reading_fresh", "reading_more", "hazards_more"):
        for line in (ROOT / "bench" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if name == "reading_fresh" or not held_back(row["text"]):
                found.append((row["text"], tuple(row["gold"].get("hazards", ())), "tuned" if name == "reading_fresh" else "ours"))
    return found


def foreign() -> list[Example]:
    """Texts of installed packages that have nothing to do with us, as examples of no danger."""
    found: list[Example] = []
    for _, lines in sources():
        texts = sorted({line.strip()[:LONGEST] for line in lines if CJK.search(line)})
        found.extend((text, (), "foreign") for text in random.Random(SEED).sample(texts, min(FOREIGN, len(texts))))
    return found


def matrix(rows: Sequence[set[str]], known: dict[str, int]) -> Any:
    """One row a text, scaled so that long and short texts weigh alike."""
    picked = [sorted(known[feature] for feature in row if feature in known) for row in rows]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in picked])])
    values = np.concatenate([np.full(len(row), SCALE / np.sqrt(len(whole))) for row, whole in zip(picked, rows, strict=True)])
    return csr_matrix((values, np.concatenate(picked).astype(np.int64), ends), shape=(len(rows), len(known)))


def fit(table: Any, wanted: Any) -> Any:
    """Weights and, last, the bias of a ridge-regularised logistic regression; deterministic."""
    sign = np.where(wanted, 1.0, -1.0)

    def loss(point: Any) -> tuple[float, Any]:
        margin = sign * (table @ point[:-1] + point[-1])
        slope = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = np.logaddexp(0, -margin).sum() + RIDGE * (point[:-1] ** 2).sum()
        return float(value), np.concatenate([table.T @ slope + 2 * RIDGE * point[:-1], [slope.sum()]])

    return minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x


def vocabulary(rows: Sequence[set[str]]) -> dict[str, int]:
    """The features seen often enough, numbered."""
    counts = Counter(feature for row in rows for feature in row)
    return {feature: at for at, feature in enumerate(sorted(feature for feature, count in counts.items() if count >= LEAST))}


def scores(data: Sequence[Example], rows: Sequence[set[str]]) -> Any:
    """The opinion on each example of a model that was trained without it."""
    order = list(range(len(data)))
    random.Random(SEED).shuffle(order)
    found = np.zeros(len(data))
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        train = sorted(set(order) - set(test))
        known = vocabulary([rows[at] for at in train])
        point = fit(matrix([rows[at] for at in train], known), np.array([bool(data[at][1]) for at in train]))
        found[test] = matrix([rows[at] for at in test], known) @ point[:-1] + point[-1]
    return found


def judge(data: Sequence[Example], rows: Sequence[set[str]]) -> None:
    """Print what rules and opinion together find and flag wrongly, for pairs of thresholds, on examples in no training fold."""
    sure = scores(data, rows)
    said = [bool(ruled(normalise(text).text)) for text, _, _ in data]
    groups = (("danger found", True, "ours"), ("false alarms", False, "ours"), ("foreign flagged", False, "foreign"))
    for veto, alarm in ((-99.0, 99.0), *((veto, alarm) for veto in (-3.0, -2.5, -2.0) for alarm in (0.5, 0.75, 1.0))):
        parts = []
        for title, danger, group in groups:
            asked = [at for at, (_, hazards, of) in enumerate(data) if bool(hazards) == danger and of == group]
            flagged = sum(1 for at in asked if sure[at] > veto and (said[at] or sure[at] > alarm))
            parts.append(f"{title} {flagged / max(1, len(asked)):.2%}")
        print(f"veto below {veto}, alarm above {alarm}: {', '.join(parts)}")


def main() -> None:
    """Judge, then train on everything and write the weights."""
    data = examples() + foreign()
    rows = [features(plain, weighed(plain)) for plain in (normalise(text).text for text, _, _ in data)]
    if "--judge" in sys.argv:
        judge(data, rows)
    known = vocabulary(rows)
    table = matrix(rows, known)
    wanted = {name: np.array([name in hazards for _, hazards, _ in data]) for name in CLASSES[1:]}
    wanted = {CLASSES[0]: np.array([bool(hazards) for _, hazards, _ in data]), **wanted}
    points = np.array([fit(table, wanted[name]) for name in CLASSES])
    write(points[:, -1].round(3).tolist(), np.rint(points[:, :-1] * SCALE / UNIT).astype(int), known)
    print(f"{len(data)} texts, {len(known)} features, {TARGET.stat().st_size // 1024} KB")


def write(bias: list[float], whole: Any, known: dict[str, int]) -> None:
    """Write the weights that matter, as whole numbers of `UNIT`."""
    kept = sorted(sorted(known.items(), key=lambda item: (-abs(whole[0, item[1]]), item[0]))[:KEPT])
    first = {feature: int(whole[0, at]) for feature, at in kept}
    others = {feature: whole[1:, at].tolist() for feature, at in kept if abs(whole[1:, at]).max() >= CODES_FROM}
    body = {"classes": CLASSES, "bias": bias, "unit": UNIT, "first": first, "others": others}
    TARGET.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
