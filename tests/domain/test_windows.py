"""Weekly windows: written, read back, and compared minute by minute with a slow reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import windows
from domain.windows import DAY, WEEK, Window

days = st.sets(st.integers(1, 7), min_size=1).map(lambda found: tuple(sorted(found)))
window = st.builds(Window, days=days, start=st.integers(0, DAY - 1), end=st.integers(0, DAY - 1))
several = st.lists(window, max_size=4)


def minute_set(found: list[Window]) -> set[int]:
    """Every minute of the week, from the words of the rule alone."""
    held = set()
    for one in found:
        length = one.end - one.start if one.end > one.start else one.end - one.start + DAY
        for day in one.days:
            held |= {((day - 1) * DAY + one.start + minute) % WEEK for minute in range(length)}
    return held


@given(several, several)
def test_spans_agree_with_a_minute_by_minute_reference(a: list[Window], b: list[Window]) -> None:
    ours, theirs = windows.spans(a), windows.spans(b)
    assert {m for start, end in ours for m in range(start, end)} == minute_set(a)
    assert windows.minutes(ours) == len(minute_set(a))
    assert windows.shared(ours, theirs) == len(minute_set(a) & minute_set(b))
    assert windows.inside(ours, theirs) == (minute_set(a) <= minute_set(b))


@given(several)
def test_text_and_back(found: list[Window]) -> None:
    assert windows.parse(windows.text(found)) == tuple(found)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("1-5 08:30-11:00; 6,7 14:00-18:00", 5 * 150 + 2 * 240),
        ("7 22:00-06:00", 480),
        ("1 08:00-08:00", DAY),
        ("1-7 00:00-24:00", WEEK),
        ("", 0),
        (" 1 8:00-9:00 ;", 60),
    ],
)
def test_as_people_write_them(written: str, minutes: int) -> None:
    assert windows.minutes(windows.spans(windows.parse(written))) == minutes


def test_sunday_runs_into_monday() -> None:
    assert windows.spans(windows.parse("7 22:00-02:00")) == [(0, 120), (WEEK - 120, WEEK)]


@pytest.mark.parametrize(
    "written", ["8 08:00-09:00", "1 25:00-26:00", "周一", "1 08:00", "5-1 08:00-09:00", "1 08:60-09:00", "1 24:00-08:00"]
)
def test_what_cannot_be_read_is_said(written: str) -> None:
    with pytest.raises(ValueError, match="[一-鿿]"):
        windows.parse(written)
