"""What was said on one side of a case is chained: a row that is changed, taken out or put in later no longer fits the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

Digest = Callable[[str], str]


class Link(NamedTuple):
    """One row as it is stored."""

    kind: str
    said: str
    at: datetime
    digest: str


def chained(before: str, kind: str, said: str, at: datetime, digest: Digest) -> str:
    """The digest of a row that comes after the one with the digest `before` (empty: the first)."""
    return digest("\n".join((before, kind, f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}", said)))


def broken(rows: Sequence[Link], digest: Digest) -> int | None:
    """Which row is the first that does not fit, from 0; None where all do."""
    before = ""
    for number, row in enumerate(rows):
        if row.digest != chained(before, row.kind, row.said, row.at, digest):
            return number
        before = row.digest
    return None
