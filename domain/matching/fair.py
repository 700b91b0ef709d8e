"""Who may come first for a post once her waiting and her hardship count: everybody whom it fits is weighed, nobody starves below a cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from domain.matching.best_mothers import Asked
from domain.matching.columns import Column, Numbers, reached
from domain.matching.mothers import Mothers
from domain.matching.rules import Position, Weights, is_open

# Rounding may lift a score by half a tenth.
_ROUNDED = 0.051


def fairest(
    mothers: Mothers, position: Position, *, today: date, weights: Weights, bonus: Callable[[Column, Column], Numbers], top: int
) -> list[tuple[str, float]]:
    """Keys of the `top` mothers by score and `bonus(hardship, days of waiting)`, with points that they cannot exceed, best first.

    What the columns know of her waiting may be old: she waits no longer than they say, so that the points are never too few.
    """
    if not is_open(position, today):
        return []
    asked = Asked(mothers, position, weights)
    rows, columns = asked.all(), mothers.rows
    # A day more, since days begin elsewhere at another hour.
    days = np.maximum(today.toordinal() + 1 - columns["since"][rows], 0)
    points = asked.points_of(rows) + bonus(columns["hardship"][rows], days) + _ROUNDED
    if len(rows) > top:
        kept = np.flatnonzero(points >= reached(points, top))
        rows, points = rows[kept], points[kept]
    # Where many are equal, who waits longest comes first, not who has the least key.
    order = np.lexsort((columns["since"][rows], -points))[:top]
    return [(key.decode(), tenths) for key, tenths in zip(columns["key"][rows[order]].tolist(), points[order].tolist(), strict=True)]
