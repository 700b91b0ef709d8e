"""Who may be the same woman, and whose word wins where two records turn out to be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.normal import normalise


def name_key(name: str | None, birth_year: int | None) -> str | None:
    """What two records of one woman have in common: her name however it is spaced or typed, with her birth year. None where one is missing."""
    spelt = re.sub(r"\W", "", normalise(name or "").text)
    return f"{spelt}:{birth_year}" if spelt and birth_year else None


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of a field, and since when it says so."""

    value: Any
    at: datetime


def settle(kept: Said, gone: Said) -> tuple[Any, Any]:
    """(the value that wins, the one that does not or None where nothing is lost): the newer one, but nothing never wins over something."""
    if gone.value in (None, "", []) or gone.value == kept.value:
        return kept.value, None
    if kept.value in (None, "", []):
        return gone.value, None
    return (gone.value, kept.value) if gone.at > kept.at else (kept.value, gone.value)
