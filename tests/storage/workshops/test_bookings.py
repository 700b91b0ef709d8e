"""An hour is never fuller than its room, whoever books, gives back and takes one more child, also at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from domain.access import CITY
from domain.notices import LOCAL
from domain.workshops.places import CHILDREN, HOUR
from storage import mergers, merging
from storage.database import Store
from storage.people import persons
from storage.tables.places import workshop_booking, workshop_hour
from storage.workshops import bookings, places
from tests.conftest import MORNING
from tests.support import towns, workshops

NINE = MORNING.astimezone(LOCAL).replace(day=25, hour=9)
WOMEN = 5


@pytest.fixture
def women(store: Store) -> list[int]:
    """Some, and workshop 1 with two places."""
    towns.small(store)
    with store.begin() as tx:
        workshops.sound(tx)
        return [persons.add(tx, "web", f"w{n}", language="zh", now=MORNING).person_id for n in range(WOMEN)]


def room_of(tx: Any, function: str = "work") -> places.Room:
    found = places.room(tx, 1, function)
    assert found is not None
    return found


def counted(store: Store) -> tuple[int, int]:
    """What the counter says, and what the bookings say."""
    with store.read() as tx:
        taken = tx.execute(select(func.coalesce(func.sum(workshop_hour.c.taken), 0))).scalar_one()
        booked = select(func.coalesce(func.sum(workshop_booking.c.places), 0)).where(workshop_booking.c.status == "booked")
        return int(taken), int(tx.execute(booked).scalar_one())


def at_once(store: Store, work: Callable[[Any, int], Any], people: list[int]) -> list[Any]:
    """Each in a transaction and thread of its own, let go together."""
    gate = Barrier(len(people))

    def run(person: int) -> Any:
        gate.wait()
        with store.begin() as tx:
            return work(tx, person)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(run, people))


def book(tx: Any, person: int) -> int | None:
    return bookings.book(tx, room_of(tx), NINE, person, now=MORNING)


def test_of_many_at_once_as_many_get_a_place_as_there_are(store: Store, women: list[int]) -> None:
    got = at_once(store, book, women)
    assert sum(one is not None for one in got) == 2
    assert counted(store) == (2, 2)


def test_one_woman_twice_at_once_has_one_place(store: Store, women: list[int]) -> None:
    assert len(set(at_once(store, book, [women[0]] * 4))) == 1
    assert counted(store) == (1, 1)


def test_the_database_itself_refuses_one_too_many(store: Store, women: list[int]) -> None:
    with store.begin() as tx:
        assert book(tx, women[0]) is not None
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.execute(update(workshop_hour).values(taken=3))


STEPS = st.lists(st.tuples(st.sampled_from(["book", "cancel", "more", "room"]), st.integers(0, WOMEN - 1)), max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_happens_no_hour_is_over_and_the_counter_is_right(store: Store, women: list[int], steps: list[tuple[str, int]]) -> None:
    held: dict[int, int] = {}
    with store.begin() as tx:
        made, capacity = workshops.sound(tx), 2
        for step, number in steps:
            her, places_ = women[number], sum(held.values())
            room = places.room(tx, made, "childcare")
            assert room is not None
            if step == "book":
                booked = bookings.book(tx, room, NINE, her, now=MORNING)
                assert (booked is not None) is (her in held or places_ < capacity)
                held |= {} if booked is None else {her: held.get(her, 1)}
            elif step == "room":
                capacity = 1 + number
                places.set_rooms(tx, made, {"childcare": capacity})
            elif her in held:
                [mine] = [one for one in bookings.of_person(tx, her, since=NINE) if one.workshop_id == made]
                if step == "cancel":
                    assert bookings.give_back(tx, mine.id, "cancelled")
                    del held[her]
                else:
                    grown = bookings.more(tx, mine, capacity)
                    assert grown is (places_ < capacity and held[her] < CHILDREN)
                    held[her] += grown
            [taken] = [one.taken for one in bookings.used(tx, [room.id], since=NINE, until=NINE + HOUR)] or [0]
            assert taken == sum(held.values())


def test_two_records_of_one_woman_keep_one_place_in_an_hour(store: Store, women: list[int]) -> None:
    with store.begin() as tx:
        assert book(tx, women[0]) and book(tx, women[1])
        merging.merge(tx, women[0], women[1], by=None, now=MORNING)
        assert len(bookings.of_person(tx, women[0], since=NINE)) == 1
    assert counted(store) == (1, 1)


@pytest.mark.parametrize("meanwhile", [False, True])
def test_after_a_wrong_merging_each_has_her_place_again_unless_it_was_given_away(store: Store, women: list[int], meanwhile: bool) -> None:
    with store.begin() as tx:
        assert book(tx, women[0]) and book(tx, women[1])
        merging.merge(tx, women[0], women[1], by=None, now=MORNING)
        assert not meanwhile or book(tx, women[2])
        [merged] = mergers.within_scopes(tx, [CITY], now=MORNING, limit=2)
        assert mergers.undo(tx, merged, by=women[3], now=MORNING)
        assert [len(bookings.of_person(tx, one, since=NINE)) for one in women[:3]] == [1, int(not meanwhile), int(meanwhile)]
    assert counted(store) == (2, 2)
