"""Nobody is known by a number: what is few is not told, nor what would give it away, down the columns or along the lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.few import FEW
from domain.mediation.figures import CASES, RESULTS, halves, result_of, told, trend

COUNTS = st.lists(st.lists(st.integers(0, 9), min_size=len(RESULTS), max_size=len(RESULTS)), min_size=1, max_size=6)


@given(COUNTS)
def test_small_numbers_are_never_told_nor_found_by_taking_away(table: list[list[int]]) -> None:
    full = [(f"g{number}", {CASES: sum(row), **dict(zip(RESULTS, row, strict=True))}) for number, row in enumerate(table)]
    lines = told(full, parts=RESULTS)
    for line, (_, figures) in zip(lines, full, strict=True):
        assert all(not 0 < figures[name] < FEW for name, shown in line.figures.items() if shown is not None)
        assert all(shown in (None, figures[name]) for name, shown in line.figures.items())
        hidden = [name for name in RESULTS if line.figures[name] is None]
        assert line.figures[CASES] is None or len(hidden) != 1 or not any(line.figures[name] for name in RESULTS)
    for name in (CASES, *RESULTS):
        assert sum(line.figures[name] is None for line in lines) != 1 or not any(line.figures[name] for line in lines)


def test_what_is_enough_is_told() -> None:
    figures = {CASES: 12, "agreed": 7, "failed": 5}
    assert told([("a", figures), ("b", figures)], parts=("agreed", "failed"))[0].figures == figures


def test_once_there_was_danger_it_is_no_settled_case() -> None:
    assert result_of("closed", danger=True) == result_of("danger", danger=False) == "danger"
    assert (result_of("closed", danger=False), result_of("triage", danger=False)) == ("agreed", "open")


def test_the_hotline_is_compared_with_the_month_and_the_year_before() -> None:
    calls = {"2025-01": 100, "2025-12": 80, "2026-01": 85}
    assert [(one.month, one.before, one.year_before) for one in trend(calls)] == [
        ("2025-01", None, None),
        ("2025-12", None, None),
        ("2026-01", 6, -15),
    ]
    assert halves(calls) is None
    assert halves({f"2026-{month:02}": 100 if month < 6 else 85 for month in range(1, 11)}) == -15
