"""Months go on over the ends of years, and have the days of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.months import first_day, last_day, later, month_before, month_of

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))


@given(DAYS)
def test_a_day_lies_between_the_first_and_the_last_of_its_month(day: date) -> None:
    month = month_of(day)
    assert first_day(month) <= day <= last_day(month)
    assert month_of(first_day(month) - timedelta(days=1)) == month_before(month)
    assert month_of(last_day(month) + timedelta(days=1)) == later(month, 1)


@given(DAYS, st.integers(-600, 600))
def test_so_many_months_on_and_back_is_the_same_month(day: date, count: int) -> None:
    month = month_of(day)
    assert later(later(month, count), -count) == month
    assert (count > 0) == (later(month, count) > month)


def test_over_the_ends_of_years() -> None:
    assert (month_before("2026-01"), later("2026-11", 14), later("2026-11", -11)) == ("2025-12", "2028-01", "2025-12")
    assert last_day("2028-02") == date(2028, 2, 29)
