"""Danger in any free text, looked at before anything else the bot does with a message: three outcomes, and it never raises."""

from __future__ import annotations

from typing import NamedTuple

from domain.reading.canonical import canonical
from domain.reading.danger import judge
from domain.reading.model import trained


class Alarm(NamedTuple):
    """Somebody is in danger; `hazards` are sorted codes of the codebook, at least one."""

    hazards: list[str]


class Ask(NamedTuple):
    """No danger is said, but a kind person would ask whether she is safe."""


class Nothing(NamedTuple):
    """Nothing to fear."""


Outcome = Alarm | Ask | Nothing


def look(text: str) -> Outcome:
    """What `text` gives cause for; the same whatever its punctuation, blanks, script, emoji or greeting. Time is linear in the length."""
    plain = canonical(text)
    if not plain:
        return Nothing()
    found = judge(trained().opinion(plain))
    if found.hazards:
        return Alarm(list(found.hazards))
    return Ask() if found.worry else Nothing()
