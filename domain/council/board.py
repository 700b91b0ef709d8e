"""What everybody may read of a community's suggestions, without signing in: no name, no small number, rates from the women's own taps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from domain.council.states import State
from domain.few import FEW

QUESTIONS = ("in_time", "done", "content")


class Rate(NamedTuple):
    """How many women said yes, of how many that said anything."""

    yes: int
    said: int

    @property
    def percent(self) -> int | None:
        """Rounded; None where so few said anything that it tells of one of them."""
        return None if self.said < FEW else round(100 * self.yes / self.said)


class Line(NamedTuple):
    """One suggestion as everybody may read it; `voices` is None where they are few."""

    number: int
    topic: str
    text: str
    state: State
    voices: int | None
    said: str
    until: date | None
    late: bool
    cost_fen: int | None
    paid_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A community's board: what is decided, what is done, what is still asked for by topic, what it cost, and the three rates."""

    code: str
    name: str
    on: date
    asked: Mapping[str, int] = field(default_factory=dict)
    decided: Sequence[Line] = ()
    done: Sequence[Line] = ()
    spent_fen: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)


def unless_few(voices: int) -> int | None:
    """A number of women, or None where it is small."""
    return None if voices < FEW else voices


def spent(lines: Iterable[Line]) -> dict[str, int]:
    """What was paid, in fen, by whose money."""
    by_purpose: dict[str, int] = {}
    for line in lines:
        if line.cost_fen:
            by_purpose[line.paid_by] = by_purpose.get(line.paid_by, 0) + line.cost_fen
    return by_purpose
