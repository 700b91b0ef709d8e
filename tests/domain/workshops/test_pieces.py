"""Pieces only ever move."""

from __future__ import annotations

import pytest

from domain.workshops.pieces import PLACES, Count, Kind, Pieces, corrected, moved, packed, payable

KINDS: tuple[Kind, ...] = ("out", "back", "pickup", "unused", "missing", "found")


@pytest.mark.parametrize("kind", KINDS)
def test_every_count_moves_as_many_as_it_takes(kind: Kind) -> None:
    change = moved(kind, Count(5, 2, 1))
    assert sum(change) == 0 and any(change)
    assert sum(packed("rework", Count(3))) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_makes_of_what_was_told_what_is_true(kind: Kind) -> None:
    told, truth = Count(5, 2, 1), Count(4, 2, 2)
    assert moved(kind, told).plus(corrected(kind, told, truth)) == moved(kind, truth)


def test_fewer_than_none_is_no_count() -> None:
    with pytest.raises(ValueError, match="fewer than none"):
        moved("back", Count(2, -1))


def test_what_is_lacking_is_named_and_what_is_over_is_known() -> None:
    assert Pieces(held=1).plus(packed("held", Count(2))).lacking == "held"
    assert Pieces(held=1).lacking is None
    assert Pieces(collected=4, missing=1).over and not Pieces(collected=4, spoilt=1).over
    assert len(PLACES) == len(Pieces())


def test_while_two_counts_differ_the_higher_one_is_paid() -> None:
    assert payable(Count(48, 2), Count(50), decided=False) == 50
    assert payable(Count(48, 2), Count(40), decided=False) == 48
    assert payable(Count(48, 2), None, decided=False) == 48
    assert payable(Count(49, 1), Count(50), decided=True) == 49
