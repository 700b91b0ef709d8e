"""The pace: never more than the limit in any second, and the limit is used."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from domain.pacing import Pace, Rests

# The shortest way to the platform and back that the simulated network has (seconds).
WAY = 0.02


def sends(delays: list[float], network: list[tuple[float, float]], rate: int = 30) -> tuple[list[float], list[float]]:
    """When sends begin and when they arrive: `delays` hold the sender up before each, `network` each on its way there and back."""
    pace, now, begun, arrived, flying = Pace(rate), 0.0, [], [], []  # type: ignore[var-annotated]
    for n, delay in enumerate(delays):
        now += delay
        while True:
            for landing in sorted(one for one in flying if one[0] <= now):
                flying.remove(landing)
                pace.landed(landing[2], landing[0])
            if (due := pace.earliest(now)) <= now:
                break
            # As the sender does, it looks at what landed meanwhile only when the time has come.
            now = due
        there, back = network[n % len(network)]
        begun.append(now)
        arrived.append(now + WAY + there)
        flying.append((now + 2 * WAY + there + back, n, pace.stamp(now)))
    return begun, arrived


def most_in_a_second(stamps: list[float]) -> int:
    stamps = sorted(stamps)
    return max(bisect_left(stamps, stamp + 1.0) - i for i, stamp in enumerate(stamps))


def used(begun: list[float]) -> float:
    return (len(begun) - 1) / (begun[-1] - begun[0]) / 30


held_up = st.floats(0, 2)
even = [(0.0, 0.0)]


@given(st.lists(held_up, min_size=1, max_size=400))
def test_no_sliding_second_holds_more_than_the_rate(delays: list[float]) -> None:
    assert most_in_a_second(sends(delays, even)[0]) <= 30


# Each list of the network has a quick one: what is slow for all of two rates is the network's own latency.
@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.05]), min_size=100, max_size=200),
    st.lists(st.tuples(held_up, held_up), max_size=20).map(even.__add__),
)
def test_no_second_at_the_platform_does_however_long_sends_are_held_up_on_the_way(
    delays: list[float], network: list[tuple[float, float]]
) -> None:
    assert most_in_a_second(sends(delays, network)[1]) <= 30


def test_what_may_only_now_be_leaving_holds_its_place() -> None:
    pace = Pace(2)
    stuck, quick = pace.stamp(0.0), pace.stamp(1.0)
    pace.landed(quick, 1.1)
    assert pace.earliest(5.0) > 5.0
    pace.landed(stuck, 6.0)
    assert pace.earliest(6.0) > 6.9, "it took six seconds where another took a tenth: it may have arrived just now"
    assert pace.earliest(7.0) == 7.0


def test_the_limit_is_used() -> None:
    assert used(sends([0.0] * 3000, even)[0]) >= 0.97


def test_the_limit_is_used_by_a_loop_that_is_often_busy() -> None:
    assert used(sends([0.02 if n % 10 == 0 else 0.0 for n in range(3000)], even)[0]) >= 0.97


def test_the_limit_is_used_where_answers_vary_by_some_milliseconds() -> None:
    assert used(sends([0.0] * 3000, [(0.0, 0.0), (0.002, 0.004), (0.004, 0.002), (0.001, 0.001)])[0]) >= 0.97


def test_after_a_rest_sends_stay_spread_over_the_second() -> None:
    """A reply that comes in at any moment finds its turn soon, also while a broadcast uses the whole limit."""
    begun, _ = sends([0.0] * 100 + [1.0] + [0.0] * 200, even)
    assert max(later - one for one, later in zip(begun[110:], begun[111:], strict=False)) < 0.1


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
