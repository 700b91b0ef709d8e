"""Numerals as they are said aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reading import numbers


@pytest.mark.parametrize(
    ("numeral", "low", "high"),
    [
        ("两千五", 2500, 2500),
        ("三千零五十", 3050, 3050),
        ("两万三千五", 23500, 23500),
        ("一万零五", 10005, 10005),
        ("二百五", 250, 250),
        ("十五", 15, 15),
        ("俩", 2, 2),
        ("一五零零", 1500, 1500),
        ("2千5", 2500, 2500),
        ("1.5k", 1500, 1500),
        ("1万2", 12000, 12000),
    ],
)
def test_an_exact_numeral_has_one_value(numeral: str, low: int, high: int) -> None:
    assert numbers.span(numeral) == (low, high)


@pytest.mark.parametrize(
    ("numeral", "low", "high"),
    [
        ("两千五六", 2500, 2600),
        ("八九十", 80, 90),
        ("两三千", 2000, 3000),
        ("一百二三", 120, 130),
        ("十五六", 15, 16),
        ("千八百", 800, 1000),
    ],
)
def test_digits_side_by_side_are_a_choice(numeral: str, low: int, high: int) -> None:
    assert numbers.span(numeral) == (low, high)


@pytest.mark.parametrize("numeral", ["", "好", "二三四十", "千k"])
def test_what_is_no_numeral_is_none(numeral: str) -> None:
    assert numbers.span(numeral) is None


def test_spoken_digits() -> None:
    assert numbers.digits("幺三八 零零-5６"[:8]) == "138005"


@given(st.text(alphabet="零一二两三九十百千万俩幺1230.kw里", max_size=12))
def test_no_numeral_raises(numeral: str) -> None:
    read = numbers.span(numeral)
    assert read is None or read[0] >= 0
