"""The pace: never more than the limit in any second, and the limit is used."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from domain.pacing import Pace, Rests


def sends(delays: list[float], rate: int = 30) -> list[float]:
    """Stamps of a sender that is held up by `delays` before each send, as by a busy loop."""
    pace, now, stamps = Pace(rate), 0.0, []
    for delay in delays:
        now += delay
        now = pace.earliest(now)
        pace.stamp(now)
        stamps.append(now)
    return stamps


def most_in_a_second(stamps: list[float]) -> int:
    return max(bisect_left(stamps, stamp + 1.0) - i for i, stamp in enumerate(stamps))


@given(st.lists(st.floats(0, 2), min_size=1, max_size=400))
def test_no_sliding_second_holds_more_than_the_rate(delays: list[float]) -> None:
    assert most_in_a_second(sends(delays)) <= 30


def test_the_limit_is_used() -> None:
    stamps = sends([0.0] * 3000)
    assert len(stamps) / (stamps[-1] - stamps[0]) >= 0.97 * 30


def test_the_limit_is_used_by_a_loop_that_is_often_busy() -> None:
    stamps = sends([0.02 if n % 10 == 0 else 0.0 for n in range(3000)])
    assert len(stamps) / (stamps[-1] - stamps[0]) >= 0.97 * 30


def test_an_address_rests_for_its_interval() -> None:
    rests = Rests(1.0)
    rests.stamp("a", 10.0)
    assert rests.resting(10.9) == ["a"]
    assert rests.next_end(10.5) == 11.0
    assert rests.resting(11.0) == []
    assert rests.next_end(11.0) is None


def test_without_an_interval_nobody_rests() -> None:
    rests = Rests(0.0)
    rests.stamp("a", 10.0)
    assert rests.resting(10.0) == []
