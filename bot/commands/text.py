"""Commands that read lines and write lines: reading, screening, grouping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

import orjson


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
    for row, found in zip(rows, grouping.group([row["text"] for row in rows]), strict=True):
        target.write(orjson.dumps({"id": row["id"], "group": found.group, "topic": found.topic}) + b"\n")
    target.flush()


def _text(line: bytes) -> str:
    return line.decode("utf-8-sig", "replace").rstrip("\r\n")


def _rows(source: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise ValueError(f'第 {number} 行不是 {{"id": …, "text": "…"}} 这样的 JSON')
        yield row
