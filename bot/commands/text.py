"""Commands that read lines and write lines: reading, screening, grouping, and the words that no lexicon knows."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypedDict

import orjson

from domain.plain import Json


class Given(TypedDict):
    """A line that comes in."""

    id: Json
    text: str


def read(source: BinaryIO, target: BinaryIO) -> None:
    """One message a line in, one reading a line out, in the same order."""
    from domain import reading

    for line in source:
        target.write(orjson.dumps(reading.read(_text(line))) + b"\n")
    target.flush()


def screen(source: BinaryIO, target: BinaryIO) -> None:
    """Notices in, verdicts and findings out."""
    from domain import screening

    for row in _rows(source):
        target.write(orjson.dumps({"id": row["id"], **screening.as_dict(screening.screen(row["text"]))}) + b"\n")
    target.flush()


def group(source: BinaryIO, target: BinaryIO) -> None:
    """Suggestions in; each with its group and topic out."""
    from domain import grouping

    rows = list(_rows(source))
    for row, grouped in zip(rows, grouping.group([row["text"] for row in rows]), strict=True):
        target.write(orjson.dumps({"id": row["id"], "group": grouped.group, "topic": grouped.topic}) + b"\n")
    target.flush()


def unknown_words(source: BinaryIO, *, cache: Path | None, most: int) -> list[tuple[str, int]]:
    """Words that many messages hold and no lexicon knows, most frequent first: what staff may want to add.

    jieba cuts, with the lexicons' own words given to it, so that a known word is never cut apart. `cache` is the folder for its cache,
    which otherwise goes into the temp folder that all users share.
    """
    import jieba

    from domain.normal import normalise
    from domain.reading.lexicon import scan, words

    jieba.setLogLevel(logging.WARNING)
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        jieba.dt.tmp_dir = str(cache)
    known = frozenset(words())
    for word in known:
        jieba.add_word(word)
    counts: Counter[str] = Counter()
    for line in source:
        text = normalise(_text(line)).text
        covered = [(hit.start, hit.end) for hit in scan(text)]
        unknown = {text[start:end] for _, start, end in jieba.tokenize(text) if not any(s <= start and end <= e for s, e in covered)}
        counts.update(word for word in unknown if len(word) > 1 and word not in known and word.isalpha())
    return counts.most_common(most)


def _text(line: bytes) -> str:
    return line.decode("utf-8-sig", "replace").rstrip("\r\n")


def _rows(source: Iterable[bytes]) -> Iterable[Given]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise ValueError(f'第 {number} 行不是 {{"id": …, "text": "…"}} 这样的 JSON')
        yield Given(id=row["id"], text=row["text"])
