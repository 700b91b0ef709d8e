"""What a sheet tells of a cell beyond its words: that it is a number, a date, or a formula whose result the file does not hold."""

from __future__ import annotations

from typing import Literal

Nature = Literal["number", "date", "formula"]


class Given(str):
    """A cell's words with their nature. Text has none: somebody typed it as it stands."""

    __slots__ = ("nature",)
    nature: Nature


def given(words: str, nature: Nature) -> Given:
    """These words, known to be more than text."""
    cell = Given(words)
    cell.nature = nature
    return cell


def nature(cell: str) -> Nature | None:
    """What the cell is besides its words; None for plain text."""
    return cell.nature if isinstance(cell, Given) else None
