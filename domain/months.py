"""Months of the calendar as they are written down: 2026-11."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> str:
    """The month in which a day lies."""
    return f"{day:%Y-%m}"


def later(month: str, count: int) -> str:
    """The month so many months after one, or before it where the count is below zero."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + count, 12)
    return f"{year:04}-{number + 1:02}"


def month_before(month: str) -> str:
    """The month before one."""
    return later(month, -1)


def first_day(month: str) -> date:
    """The first day of a month. Raises ValueError for what is none."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(later(month, 1)) - timedelta(days=1)
