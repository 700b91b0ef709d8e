"""Who may be the same woman, and whose word wins where two records turn out to be one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from domain.normal import normalise


def name_key(name: str | None, birth_year: int | None) -> str | None:
    """What two records of one woman have in common: her name however it is spaced or typed, with her birth year. None where one is missing."""
    spelt = re.sub(r"\W", "", normalise(name or "").text)
    return f"{spelt}:{birth_year}" if spelt and birth_year else None


# What a column of a person or a profile holds.
Value = str | int | datetime | list[str] | None


class Said(NamedTuple):
    """What one record says of a field, and since when it says so."""

    value: Value
    at: datetime


class Settled(NamedTuple):
    """The value that wins, and the one that does not; None where nothing is lost."""

    wins: Value
    loses: Value


def settle(kept: Said, gone: Said) -> Settled:
    """The newer one wins, but nothing never wins over something."""
    if gone.value in (None, "", []) or gone.value == kept.value:
        return Settled(kept.value, None)
    if kept.value in (None, "", []):
        return Settled(gone.value, None)
    return Settled(gone.value, kept.value) if gone.at > kept.at else Settled(kept.value, gone.value)
