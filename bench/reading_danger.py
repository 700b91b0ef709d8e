"""What triage makes of labelled and of everyday texts: alarms, questions, deeds, and verdicts that punctuation changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from domain import triage
from domain.reading import read

IDLE = frozenset({"other", "smalltalk", "help"})
# What is put behind or into a text to see whether its verdict stays.
ENDINGS = ("。", "！", "啊", "吧", "哦。", "😭", " …")


class Labelled(NamedTuple):
    """A text and its gold object of the codebook."""

    text: str
    gold: dict[str, Any]


def outcome(text: str) -> str:
    """alarm, ask or nothing."""
    return type(triage.look(text)).__name__.lower()


def labelled(name: str, examples: Sequence[Labelled]) -> None:
    """Print the shares of alarms and questions among dangers, worries and harmless texts, intents and kinds of dispute."""
    seen = {kind: Counter[str]() for kind in ("danger", "worry", "harmless")}
    for text, gold in examples:
        seen["danger" if gold.get("hazards") else "worry" if gold.get("worry") else "harmless"][outcome(text)] += 1
    shares = [f"{kind} {_share(counts['alarm'], counts)} alarm, {_share(counts['ask'], counts)} ask" for kind, counts in seen.items()]
    readings = [read(text) for text, _ in examples]
    right = sum(said["intent"] == gold["intent"] for said, (_, gold) in zip(readings, examples, strict=True))
    print(f"{name}: {len(examples)} texts; {'; '.join(shares)}; intent {right / max(1, len(examples)):.1%}")
    print(f"    verdicts that an ending or a blank changes: {sum(_changes(text) for text, _ in examples)}")


def everyday(name: str, texts: Sequence[str]) -> None:
    """Print how often texts that want nothing raise an alarm, a question, a deed."""
    counts = Counter(map(outcome, texts))
    deeds = sum(read(text)["intent"] not in IDLE for text in texts)
    lines = len(texts)
    print(
        f"{name}: {lines} everyday texts; alarms {counts['alarm'] / lines:.2%}, asks {counts['ask'] / lines:.2%}, acted on {deeds / lines:.1%}"
    )


def _share(count: int, counts: Counter[str]) -> str:
    return f"{count / counts.total():.1%}" if counts else "-"


def _changes(text: str) -> bool:
    verdict = triage.look(text)
    return any(triage.look(text + ending) != verdict for ending in ENDINGS) or triage.look(" ".join(text)) != verdict
