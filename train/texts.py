"""The training texts: blocks of messages under a header that labels them, one file a part, one prefix a writer (train/README.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "reading"
# Writers on whom the model is never trained: `python -m bench.reading` judges on them.
HELD_OUT = ("w05", "w07", "w49", "w56")
# Written after the weights: unseen by them until the next training takes them in (train/README.md).
WAITING: tuple[str, ...] = ("w85", "w90")


class Text(NamedTuple):
    """A labelled message. `intent` is a code of the codebook, `dispute` empty where there is none."""

    writer: str
    text: str
    intent: str
    dispute: str = ""
    hazards: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    worry: bool = False


def load(folder: Path = FOLDER) -> list[Text]:
    """All texts in the order of files and lines; one that occurs twice counts once. Raises ValueError with file and line for a bad header."""
    found: dict[str, Text] = {}
    for path in sorted(folder.glob("*.txt")):
        for text in _file(path):
            found.setdefault(text.text, text)
    return list(found.values())


def _file(path: Path) -> Iterator[Text]:
    writer = path.stem.partition("_")[0]
    labels: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            labels = dict(part.partition("=")[::2] for part in line[2:].split())
        elif line.strip():
            if "intent" not in labels:
                raise ValueError(f"{path}:{number}: no header with an intent above it")
            yield Text(
                writer,
                line.replace("\\n", "\n"),
                labels["intent"],
                labels.get("dispute", ""),
                tuple(code for code in labels.get("hazards", "").split(",") if code),
                tuple(code for code in labels.get("topics", "").split(",") if code),
                "worry" in labels,
            )
