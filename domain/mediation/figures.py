"""Figures of mediation for people who may not know whose cases they are: numbers below five are not told, nor what would give them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Of so few people one can be recognised.
FEW = 5
Figures = Mapping[str, int]


class Line(NamedTuple):
    """A group (a community, a kind, a result) and its figures; None is what is not told."""

    group: str
    figures: Mapping[str, int | None]


def told(lines: Sequence[tuple[str, Figures]]) -> list[Line]:
    """The lines without small numbers. Where one group alone would be left out of a column whose sum is known, the next smallest goes too."""
    names = list(dict.fromkeys(name for _, figures in lines for name in figures))
    hidden = {(group, name) for group, figures in lines for name in names if 0 < figures.get(name, 0) < FEW}
    for name in names:
        missing = [group for group, _ in lines if (group, name) in hidden]
        others = [(figures.get(name, 0), group) for group, figures in lines if (group, name) not in hidden and figures.get(name, 0)]
        if len(missing) == 1 and others:
            hidden.add((min(others)[1], name))
    return [Line(group, {name: None if (group, name) in hidden else figures.get(name, 0) for name in names}) for group, figures in lines]
