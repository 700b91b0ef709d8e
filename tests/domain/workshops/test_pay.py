"""What pieces pay: never less than the rate, never less than the law's minimum for the hours told, more beyond the quota."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.few import FEW
from domain.work.wages import Minimum
from domain.workshops.pay import Day, Work, floor, incomes, pay_by, split, summed

LOWEST = Minimum(month_fen=240_000, hour_fen=2_400)
DAYS: list[Day] = ["workday", "rest", "holiday"]


@given(st.integers(0, 500), st.integers(1, 5000), st.lists(st.tuples(st.integers(1, 300), st.sampled_from(DAYS)), max_size=3))
def test_pieces_beyond_the_quota_are_pieces_and_pay_more(pieces: int, rate: int, extras: list[tuple[int, Day]]) -> None:
    works = split(pieces, rate, extras)
    assert sum(work.pieces for work in works) == pieces
    assert sum(work.fen for work in works) >= pieces * rate


def test_the_percentages_are_those_of_the_rules() -> None:
    assert [work.fen for work in split(100, 100, [(10, "workday"), (10, "rest"), (10, "holiday")])] == [7000, 3000, 2000, 1500]
    assert Work(1, 35, 150).fen == 53, "a part of a fen is hers"


@pytest.mark.parametrize(
    ("terms", "minutes", "least"),
    [
        ("employment", 600, 24_000),
        ("unset", 600, 24_000),
        ("contract", 600, None),
        ("employment", None, None),
        ("employment", 174 * 60, 240_000),
    ],
)
def test_the_minimum_holds_for_who_is_employed_or_may_be(terms: str, minutes: int | None, least: int | None) -> None:
    assert floor(terms, minutes, LOWEST) == least  # type: ignore[arg-type]


def test_what_is_below_the_minimum_is_topped_up_and_extra_pieces_do_not_count_towards_it() -> None:
    works = [Work(100, 200), Work(10, 200, 150)]
    found = summed(works, "employment", 600, LOWEST)
    assert (found.piece_fen, found.extra_fen, found.floor_fen, found.top_up_fen) == (20_000, 3_000, 24_000, 4_000)
    assert found.total_fen == 27_000 and found.pieces == 110
    assert summed(works, "employment", 600, LOWEST, before_fen=24_000).top_up_fen == 0


def test_short_work_is_paid_the_next_day_and_a_month_by_the_fifteenth() -> None:
    assert pay_by("2026-11", date(2026, 11, 20)) == date(2026, 11, 21)
    assert pay_by("2026-11", date(2026, 12, 2)) == date(2026, 12, 15)
    assert pay_by("2026-12", date(2027, 1, 20)) == date(2027, 1, 20)


def test_what_few_women_earned_is_kept_back() -> None:
    assert incomes([100] * (FEW - 1)).median is None
    assert incomes([100, 200, 300, 400, 500]) == (5, 300, 200, 400)
