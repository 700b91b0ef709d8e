"""What a firm returns to a community: a percentage of its posts' revenue, never of anybody's wage."""

from __future__ import annotations

from datetime import date

from domain.months import first_day, later

LEAST, MOST = 5, 15  # per cent, as the agreements of the pilot city say
DUE_DAY = 15  # of the month that follows


def share_of(revenue_fen: int, percent: int) -> int:
    """The share in fen, to the nearest fen, a half upwards. Raises ValueError for a percentage outside the agreement or a revenue below zero."""
    if not LEAST <= percent <= MOST:
        raise ValueError(f"{percent} per cent is not between {LEAST} and {MOST}")
    if revenue_fen < 0:
        raise ValueError("revenue below zero")
    return (revenue_fen * percent + 50) // 100


def due_on(month: str) -> date:
    """The day by which the share of a month is to be paid."""
    return first_day(later(month, 1)).replace(day=DUE_DAY)
