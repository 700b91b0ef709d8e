"""Places in a class: never more than there are, the waiting list in order, also when many tap at once; on both stores."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from domain.access import CITY, Scope
from storage import sealed
from storage.database import Store
from storage.people import consents, persons
from storage.tables import work
from storage.tables.training import training_class
from storage.tables.work import enterprise
from storage.training import attendance, classes, news, sessions
from tests.conftest import MORNING
from tests.support import towns

_numbers = itertools.count()


def a_class(store: Store, *, capacity: int, community: str = "YT01", meetings: int = 2) -> int:
    """A class that begins tomorrow."""
    with store.begin() as tx:
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == community)).scalar_one()
        row = {"code": f"K{next(_numbers)}", "title": "缝纫班", "skill": "sewing", "community_id": place, "capacity": capacity}
        values = {**row, "leads_to": [], "status": "open", "created_at": MORNING}
        class_id = int(tx.execute(insert(training_class).values(values).returning(training_class.c.id)).scalar_one())
        sessions.set_sessions(tx, class_id, [MORNING + timedelta(days=1 + n) for n in range(meetings)], now=MORNING)
    return class_id


def some_people(store: Store, count: int) -> list[int]:
    with store.begin() as tx:
        return [persons.add(tx, "web", f"x{next(_numbers)}", language="zh", now=MORNING).person_id for _ in range(count)]


@pytest.fixture
def place(store: Store) -> Store:
    towns.small(store)
    return store


def at_once(store: Store, work: Callable[[Any, int], Any], persons: list[int]) -> list[Any]:
    """Each in a transaction and thread of its own, let go together."""
    gate = Barrier(len(persons))

    def run(person: int) -> Any:
        gate.wait()
        with store.begin() as tx:
            return work(tx, person)

    with ThreadPoolExecutor(len(persons)) as pool:
        return list(pool.map(run, persons))


STEPS = st.lists(st.tuples(st.sampled_from(["join", "leave", "grow"]), st.integers(0, 7)), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(capacity=st.integers(1, 4), steps=STEPS)
def test_whatever_happens_places_are_kept_and_the_list_is_in_order(place: Store, capacity: int, steps: list[tuple[str, int]]) -> None:
    class_id, persons = a_class(place, capacity=capacity), some_people(place, 8)
    inside: list[int] = []
    line: list[int] = []
    for step, number in steps:
        person = persons[number]
        with place.begin() as tx:
            if step == "join":
                known = person in inside or person in line
                status = classes.join(tx, class_id, person, now=MORNING)
                if not known:
                    (inside if len(inside) < capacity else line).append(person)
                assert status == ("enrolled" if person in inside else "waiting")
            elif step == "leave":
                assert classes.leave(tx, class_id, person) is (person in inside or person in line)
                inside, line = [one for one in inside if one != person], [one for one in line if one != person]
            elif capacity < 6:
                capacity += 1
                tx.execute(update(training_class).where(training_class.c.id == class_id).values(capacity=capacity))
            free = capacity - len(inside)
            assert classes.move_up(tx, class_id) == line[:free]
            inside, line = inside + line[:free], line[free:]
        with place.read() as tx:
            assert sorted(classes.members(tx, class_id, "enrolled")) == sorted(inside)
            assert classes.waiting(tx, class_id) == line
            assert len(inside) <= capacity


def test_many_who_tap_at_once_do_not_overfill_a_class(place: Store) -> None:
    class_id, persons = a_class(place, capacity=3), some_people(place, 8)
    found = at_once(place, lambda tx, person: classes.join(tx, class_id, person, now=MORNING), persons)
    assert sorted(found) == ["enrolled"] * 3 + ["waiting"] * 5
    with place.read() as tx:
        inside, line = classes.members(tx, class_id, "enrolled"), classes.waiting(tx, class_id)
    moved = at_once(place, lambda tx, person: (classes.leave(tx, class_id, person), classes.move_up(tx, class_id))[1], inside)
    assert sorted(itertools.chain.from_iterable(moved)) == sorted(line[:3]), "each of the next three once, nobody twice"
    with place.read() as tx:
        assert (sorted(classes.members(tx, class_id, "enrolled")), classes.waiting(tx, class_id)) == (sorted(line[:3]), line[3:])


def test_one_tap_that_comes_twice_at_once_is_one_place(place: Store) -> None:
    class_id, [person] = a_class(place, capacity=3), some_people(place, 1)
    at_once(place, lambda tx, _: classes.join(tx, class_id, person, now=MORNING), [1, 2, 3, 4])
    with place.read() as tx:
        assert classes.taken(tx, class_id) == 1


def test_a_session_is_attended_once(place: Store) -> None:
    class_id, [person] = a_class(place, capacity=3), some_people(place, 1)
    with place.begin() as tx:
        classes.join(tx, class_id, person, now=MORNING)
        [first, _] = attendance.sessions(tx, class_id)
        assert attendance.sign_in(tx, first.id, person, by=None, now=MORNING)
        assert not attendance.sign_in(tx, first.id, person, by=None, now=MORNING)
        assert [one.attended for one in attendance.roll(tx, class_id)] == [1]
        assert [one.came for one in attendance.sessions(tx, class_id)] == [1, 0]
        assert [attendance.count_wrong(tx, first.id, person) for _ in range(3)] == [1, 2, 3]
        assert attendance.wrong_codes(tx, first.id, person) == 3
        assert attendance.sign_out(tx, first.id, person) and not attendance.sign_out(tx, first.id, person)


def test_the_codes_key_is_stored_nowhere_and_each_session_has_its_own(place: Store) -> None:
    assert attendance.code_key(1) != attendance.code_key(2)
    before = attendance.code_key(1)
    sealed.use_keys(("cjEwQm5HdGhXZkhwM0hMUG9BVjVJZ0xWZUV0ZkZ3a2Q=", *sealed._keys))
    assert attendance.code_key(1) == before, "a new key in the middle of a session changes no code"


def test_only_those_with_a_place_in_a_session_of_now_can_sign_in(place: Store) -> None:
    class_id, (inside, outside) = a_class(place, capacity=1), some_people(place, 2)
    with place.begin() as tx:
        classes.join(tx, class_id, inside, now=MORNING)
        classes.join(tx, class_id, outside, now=MORNING)
        begins = sessions.times(tx, class_id)[0]
        assert [row.starts_at for row in attendance.hers_now(tx, inside, now=begins)] == [begins]
        assert attendance.hers_now(tx, outside, now=begins) == []
        for minutes, counts in ((-31, 0), (-30, 1), (180, 1), (181, 0)):
            assert len(attendance.hers_now(tx, inside, now=begins + timedelta(minutes=minutes))) == counts


def test_sessions_that_stay_keep_their_reminders(place: Store) -> None:
    class_id = a_class(place, capacity=1)
    with place.begin() as tx:
        first, second = sessions.times(tx, class_id)
        [row, _] = attendance.sessions(tx, class_id)
        sessions.reminded(tx, row.id, None)
        third = second + timedelta(days=1)
        sessions.set_sessions(tx, class_id, [first, third], now=MORNING)
        due = sessions.to_remind(tx, now=third, limit=9)
        assert [one.starts_at for one in due] == [third]
        assert classes.get(tx, class_id).assess_at == third + timedelta(hours=3)  # type: ignore[union-attr]


def test_lists_keep_to_their_scope(place: Store) -> None:
    a_class(place, capacity=1, community="YT01")
    with place.read() as tx:
        places = {row.code: row.id for row in persons.communities(tx)}
        for where, count in (
            ([CITY], 1),
            ([Scope(places["YT01"])], 1),
            ([Scope(places["YT02"])], 0),
            ([], 0),
            ([Scope(enterprise_id=1)], 0),
        ):
            assert len(classes.managed(tx, where, limit=9)) == count


def test_a_verdict_is_given_once(place: Store) -> None:
    class_id, [person, by] = a_class(place, capacity=3), some_people(place, 2)
    with place.begin() as tx:
        classes.join(tx, class_id, person, now=MORNING)
        [one] = attendance.roll(tx, class_id)
        assert attendance.assess(tx, one.id, None, by=by, now=MORNING)
        assert not attendance.assess(tx, one.id, None, by=by, now=MORNING)
        assert attendance.assess(tx, one.id, "2026-000001-7", by=by, now=MORNING)
        assert not attendance.assess(tx, one.id, "2026-000001-7", by=by, now=MORNING)
        assert not attendance.assess(tx, one.id, None, by=by, now=MORNING), "a certificate is not called back by a tap"


def test_who_is_looked_through_has_agreed_and_is_one_person(place: Store, now: datetime) -> None:
    agrees, silent, merged, of_a_firm = some_people(place, 4)
    with place.begin() as tx:
        firm = tx.execute(select(enterprise.c.id)).scalar_one()
        for person in (agrees, silent, merged, of_a_firm):
            persons.save_profile(tx, person, {"learn": ["sewing"]}, now=now)
            if person != silent:
                consents.agree(tx, person, "jobs", version=1, now=now, enterprise_id=firm if person == of_a_firm else None)
        persons.change(tx, merged, merged_into=agrees)
        assert [row.person_id for row in news.learners(tx)] == [agrees]
