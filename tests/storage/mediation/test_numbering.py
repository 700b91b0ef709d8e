"""The numbers of case files: none twice and none missing, whatever fails in between and whatever came in on paper; on both stores."""

from __future__ import annotations

import contextlib
import random

import pytest

from storage.database import Store
from storage.mediation import numbering
from storage.people import persons
from tests.support import towns

ORDERS = range(5)


@pytest.mark.parametrize("order", ORDERS)
def test_no_number_is_given_twice_or_left_out(store: Store, order: int) -> None:
    towns.small(store)
    chance, given = random.Random(order), {place: list[int]() for place in (1, 2)}
    with store.read() as tx:
        assert {row.id for row in persons.communities(tx)} >= set(given)
    for _ in range(60):
        place, fails = chance.choice((1, 2)), chance.random() < 0.3
        if chance.random() < 0.1:
            paper = (given[place] or [0])[-1] + chance.randint(0, 3)
            with store.begin() as tx:
                numbering.at_least(tx, place, 2026, paper)
            given[place] += range((given[place] or [0])[-1] + 1, paper + 1)
            continue
        with contextlib.suppress(ZeroDivisionError), store.begin() as tx:
            number = numbering.following(tx, place, 2026)
            if fails:
                raise ZeroDivisionError
            given[place].append(number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in given.values())
    with store.begin() as tx:
        assert numbering.following(tx, 1, 2027) == 1, "each year begins anew"
