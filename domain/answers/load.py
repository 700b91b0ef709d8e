"""Reads content/answers/*.yaml and says what is wrong there, with file and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TypedDict

import yaml

from domain.answers import Answer, Catalogue
from domain.errors import ContentError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KEYS = ("questions", "answer", "source", "look_again", "responsible")
LONGEST = 200


class _Row(TypedDict, total=False):
    questions: list[str]
    answer: str
    source: str
    look_again: date
    responsible: str


def load(folder: Path) -> Catalogue:
    """All answers of a folder. Raises ContentError for the first that is wrong."""
    rows = list(_rows(folder))
    for error in _wrong(rows):
        raise error
    return Catalogue(_answer(name, row) for _, name, row in rows)


def check(folder: Path) -> Iterator[ContentError]:
    """Everything that is wrong, not only the first."""
    return _wrong(_rows(folder))


def _wrong(rows: Iterable[tuple[Path, str, _Row]]) -> Iterator[ContentError]:
    seen: dict[str, str] = {}
    for file, name, row in rows:
        where = f"{file}：{name}"
        if missing := [key for key in KEYS if not row.get(key)]:
            yield ContentError(where, f"缺少 {'、'.join(missing)}")
            continue
        if not isinstance(row["look_again"], date):
            yield ContentError(where, "look_again 要写成 2027-03-01 这样的日期")
        if len(str(row["answer"])) > LONGEST:
            yield ContentError(where, f"答案请写在 {LONGEST} 字以内")
        for question in row["questions"]:
            if seen.setdefault(str(question), name) != name:
                yield ContentError(where, f"“{question}”在 {seen[str(question)]} 里已经有了")


def _rows(folder: Path) -> Iterator[tuple[Path, str, _Row]]:
    for file in sorted(folder.glob("*.yaml")):
        for name, row in (yaml.load(file.read_text("utf-8"), Loader=_LOADER) or {}).items():  # noqa: S506 - safe
            yield file, str(name), row


def _answer(name: str, row: _Row) -> Answer:
    return Answer(
        name=name,
        questions=tuple(str(question) for question in row["questions"]),
        answer=str(row["answer"]).strip(),
        source=str(row["source"]),
        look_again=row["look_again"],
        responsible=str(row["responsible"]),
    )
