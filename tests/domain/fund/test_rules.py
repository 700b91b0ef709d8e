"""Shares are whole fen of the revenue, decisions need others, accounts and amounts are Beancount's."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fund import accounts, approvals, beancount, shares


@pytest.mark.parametrize(("revenue", "percent", "due"), [(0, 5, 0), (9, 5, 0), (10, 5, 1), (3_800_000, 10, 380_000), (333, 15, 50)])
def test_a_share_is_to_the_nearest_fen(revenue: int, percent: int, due: int) -> None:
    assert shares.share_of(revenue, percent) == due


@given(st.integers(0, 10**12), st.integers(shares.LEAST, shares.MOST))
def test_a_share_is_never_more_than_half_a_fen_off(revenue: int, percent: int) -> None:
    assert abs(shares.share_of(revenue, percent) * 100 - revenue * percent) <= 50


@pytest.mark.parametrize(("revenue", "percent"), [(100, 4), (100, 16), (-1, 10)])
def test_what_no_agreement_allows_is_refused(revenue: int, percent: int) -> None:
    with pytest.raises(ValueError, match=r"per cent|below zero"):
        shares.share_of(revenue, percent)


def test_a_share_is_due_in_the_month_that_follows() -> None:
    assert shares.due_on("2026-12") == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("estimate", "purpose", "needs"),
    [(200_000, "facilities", 1), (200_001, "facilities", 2), (100, "hardship", 2)],
)
def test_large_amounts_and_help_for_one_need_two(estimate: int, purpose: str, needs: int) -> None:
    assert approvals.needed(estimate, purpose) == needs


@pytest.mark.parametrize(
    ("words", "needs", "approved"),
    [([], 1, None), ([True], 1, True), ([True], 2, None), ([True, True], 2, True), ([True, False], 2, False), ([False], 2, False)],
)
def test_one_no_ends_it(words: list[bool], needs: int, approved: bool | None) -> None:
    assert approvals.decided(words, needs) is approved


def test_names_are_such_as_beancount_takes() -> None:
    assert accounts.owed("yt01", "e 7/b") == "Assets:Owed:Yt01:E-7-b"
    assert accounts.bank("社区") == "Assets:Bank:X-"


@pytest.mark.parametrize(("fen", "written"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56"), (-100, "-1.00")])
def test_amounts_are_written_in_yuan(fen: int, written: str) -> None:
    assert beancount.yuan(fen) == written
