"""Places and the list: taken is always the number of applications that hold one, and nobody is passed over; on both stores."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select, update

from domain.access import CITY, Scope
from domain.work.applications import ALLOWED, HOLDING, OVER, Status
from storage.database import Store
from storage.people import consents, persons
from storage.tables import work
from storage.work import applications, places, posts
from tests.conftest import MORNING
from tests.support import towns

HOLD = timedelta(hours=48)
_numbers = itertools.count()


def person(store: Store, now: datetime = MORNING) -> int:
    with store.begin() as tx:
        return persons.add(tx, "web", f"p{next(_numbers)}", language="zh", now=now).person_id


def apply(store: Store, person_id: int, position: int, *, now: datetime) -> int | None:
    """As the handler does it: to the end of the list, then free places go to the first."""
    with store.begin() as tx:
        application = places.apply(tx, person_id, position, now=now)
        places.move_up(tx, position, now=now, hold=HOLD)
    return application


class Places(RuleBasedStateMachine):
    """One post and four mothers; the model is the list as people would keep it on paper."""

    store: ClassVar[Store]

    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING
        self.headcount = 1
        self.position = towns.position(self.store, self.now, f"P{next(_numbers)}", headcount=1)
        self.people = [person(self.store) for _ in range(4)]
        self.status: dict[int, Status] = {}
        self.ids: dict[int, int] = {}
        self.list: list[int] = []

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def taken(self) -> int:
        return sum(status in HOLDING for status in self.status.values())

    def moves_up(self) -> list[int]:
        moved = []
        while self.list and self.taken() < self.headcount:
            first = self.list.pop(0)
            self.status[first] = "applied"
            moved.append(self.ids[first])
        return moved

    @rule(who=st.integers(0, 3))
    def applies(self, who: int) -> None:
        application = apply(self.store, self.people[who], self.position, now=self.later())
        if self.status.get(who, "left") in OVER:
            assert application is not None
            self.ids[who], self.status[who] = application, "waiting"
            self.list.append(who)
            self.moves_up()
        else:
            assert application is None

    @rule(who=st.integers(0, 3), to=st.sampled_from(sorted(ALLOWED)))
    def changes(self, who: int, to: Status) -> None:
        if who not in self.ids:
            return
        before = self.status[who]
        allowed = to in ALLOWED[before] and (to not in HOLDING or before in HOLDING) and to != "waiting"
        with self.store.begin() as tx:
            assert places.move(tx, self.ids[who], to, by=None, now=self.later()) is allowed
            if allowed:
                self.status[who] = to
                self.list = [one for one in self.list if one != who]
            assert places.move_up(tx, self.position, now=self.now, hold=HOLD) == self.moves_up()

    @rule(more=st.just(1))
    def more_places(self, more: int) -> None:
        self.headcount += more
        with self.store.begin() as tx:
            towns.change(tx, self.position, headcount=self.headcount, status="published")
            assert places.move_up(tx, self.position, now=self.later(), hold=HOLD) == self.moves_up()

    @invariant()
    def agrees_with_the_store(self) -> None:
        with self.store.read() as tx:
            post = posts.get(tx, self.position)
            rows = {row.id: row for row in tx.execute(select(work.application).where(work.application.c.position_id == self.position))}
            assert post is not None
            assert post.taken == sum(row.holds for row in rows.values()) == self.taken() <= post.headcount
            assert post.status == ("filled" if post.taken == post.headcount else "published")
            assert {who: rows[number].status for who, number in self.ids.items()} == self.status
            assert all(row.holds == (row.status in HOLDING) for row in rows.values())
            assert [applications.number(tx, self.ids[who]) for who in self.list] == list(range(1, len(self.list) + 1))


def test_places_and_list_agree_with_the_paper(store: Store) -> None:
    towns.small(store)
    Places.store = store
    quick = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    run_state_machine_as_test(Places, settings=quick)


def test_two_never_get_the_last_place(store: Store, now: datetime) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=3)
    mothers = [person(store) for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda one: apply(store, one, position, now=now), mothers))
    assert None not in found
    with store.read() as tx:
        statuses = sorted(tx.execute(select(work.application.c.status)).scalars())
        post = posts.get(tx, position)
    assert statuses == ["applied"] * 3 + ["waiting"] * 9
    assert post is not None and (post.taken, post.status) == (3, "filled")


def test_every_move_there_could_be(store: Store, now: datetime) -> None:
    towns.small(store)
    position, mother = towns.position(store, now, headcount=9, taken=5), person(store)
    application = apply(store, mother, position, now=now) or 0
    with store.begin() as tx:
        for before, to in itertools.product(ALLOWED, ALLOWED):
            held = before in HOLDING
            tx.execute(update(work.application).where(work.application.c.id == application).values(status=before, holds=held))
            tx.execute(update(work.position).where(work.position.c.id == position).values(taken=5 + held))
            # A place is got from the list by `move_up` alone, and the end of the list by `apply`.
            allowed = to in ALLOWED[before] and (held or to not in HOLDING) and to != "waiting"
            assert places.move(tx, application, to, by=None, now=now, was=next(one for one in ALLOWED if one != before)) is False
            assert places.move(tx, application, to, by=None, now=now, was=before) is allowed, (before, to)
            row, post = applications.get(tx, application), posts.get(tx, position)
            assert row is not None and post is not None
            status = to if allowed else before
            assert (row.status, row.holds, post.taken) == (status, status in HOLDING, 5 + (status in HOLDING))


def test_who_asks_again_stands_behind_who_waited(store: Store, now: datetime) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=1)
    first, second, third = (person(store) for _ in range(3))
    ids = [apply(store, one, position, now=now + timedelta(minutes=n)) for n, one in enumerate((first, second, third))]
    with store.begin() as tx:
        assert places.move(tx, ids[0] or 0, "withdrawn", by=None, now=now)
        assert places.move_up(tx, position, now=now, hold=HOLD) == [ids[1]]
    assert apply(store, first, position, now=now + timedelta(hours=1)) == ids[0]
    with store.begin() as tx:
        assert (applications.number(tx, ids[2] or 0), applications.number(tx, ids[0] or 0)) == (1, 2)
        assert places.move(tx, ids[1] or 0, "declined", by=None, now=now)
        assert places.move_up(tx, position, now=now, hold=HOLD) == [ids[2]]


def test_a_full_post_that_is_published_again_has_no_place(store: Store, now: datetime) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=1, taken=1)
    application = apply(store, person(store), position, now=now)
    with store.read() as tx:
        row, post = applications.get(tx, application or 0), posts.get(tx, position)
    assert row is not None and row.status == "waiting"
    assert post is not None and post.taken == 1


def test_a_decision_is_made_once_by_whoever_is_first(store: Store, now: datetime) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=1)
    application = apply(store, person(store), position, now=now)
    assert application is not None

    def decides(to: Status) -> bool:
        with store.begin() as tx:
            return places.move(tx, application, to, by=None, now=now)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(decides, ["declined", "withdrawn", "lapsed", "cancelled"] * 3))
    assert found.count(True) == 1
    with store.read() as tx:
        post = posts.get(tx, position)
    assert post is not None and (post.taken, post.status) == (0, "published")


def test_a_freed_place_opens_the_post_again_only_where_it_can_still_be_had(store: Store, now: datetime) -> None:
    towns.small(store)
    ended, withdrawn = (towns.position(store, now, f"P{n}", headcount=1) for n in (1, 2))
    ids = [apply(store, person(store), position, now=now) for position in (ended, withdrawn)]
    with store.begin() as tx:
        tx.execute(update(work.position).where(work.position.c.id == ended).values(closes_on=(now - timedelta(days=2)).date()))
        tx.execute(update(work.position).where(work.position.c.id == withdrawn).values(withdrawn_at=now))
        for application in ids:
            assert application is not None and places.move(tx, application, "withdrawn", by=None, now=now)
        for position in (ended, withdrawn):
            post = posts.get(tx, position)
            assert post is not None and (post.taken, post.status) == (0, "filled")


def test_a_change_of_free_places_makes_copies_old(store: Store, now: datetime) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=1)

    def stamp() -> object:
        with store.read() as tx:
            return posts.stamp(tx)

    stamps = [stamp()]
    application = apply(store, person(store), position, now=now)
    stamps.append(stamp())
    with store.begin() as tx:
        assert application is not None and places.move(tx, application, "withdrawn", by=None, now=now)
    stamps.append(stamp())
    assert len(set(stamps)) == 3


def test_who_sees_what(store: Store, now: datetime) -> None:
    towns.small(store)
    with store.begin() as tx:
        tx.execute(insert(work.enterprise).values(code="E2", name="别家", licence="1", contact="李姐", share_percent=10))
    position = towns.position(store, now, headcount=5)
    agreed, silent, back, waiting = (person(store) for _ in range(4))
    ids = [apply(store, one, position, now=now) for one in (agreed, silent, back)]
    with store.begin() as tx:
        for one in (agreed, back):
            consents.agree(tx, one, "employer", version=1, enterprise_id=1, now=now)
        consents.agree(tx, silent, "employer", version=1, enterprise_id=2, now=now)
        consents.agree(tx, silent, "employer", version=1, now=now)
        consents.withdraw(tx, back, "employer", now=now)
        assert places.apply(tx, waiting, position, now=now) is not None

    def seen(*where: Scope) -> list[int]:
        with store.read() as tx:
            return [row.id for row in applications.to_answer(tx, where)]

    assert seen(Scope(enterprise_id=1)) == [ids[0]]
    assert seen(CITY) == seen(Scope(community_id=1)) == seen(Scope(community_id=1), Scope(enterprise_id=1)) == ids
    assert seen(Scope(enterprise_id=1), Scope(community_id=2)) == [ids[0]]
    for foreign in (Scope(community_id=2), Scope(enterprise_id=2), Scope(community_id=1, cell_id=1)):
        assert seen(foreign) == []
    assert seen() == []


@pytest.mark.parametrize("status", ["applied", "trial", "started"])
def test_ended_is_for_who_has_started(store: Store, now: datetime, status: str) -> None:
    towns.small(store)
    position = towns.position(store, now, headcount=1)
    application = apply(store, person(store), position, now=now)
    assert application is not None
    with store.begin() as tx:
        tx.execute(update(work.application).where(work.application.c.id == application).values(status=status))
        assert places.ended(tx, application, "wage", now) is (status == "started")
        row = applications.get(tx, application)
    assert row is not None
    assert (row.status, row.reason, row.ended_at) == (("left", "wage", now) if status == "started" else (status, "", None))
