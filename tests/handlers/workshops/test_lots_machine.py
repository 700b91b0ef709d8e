"""Whatever is packed, taken, brought back, collected, lost, found, doubted and settled, in any order: no piece appears and none vanishes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from domain.access import CITY
from domain.errors import Refused
from domain.workshops.pieces import Count, Pieces, Source, moved, packed
from handlers.content import Content
from handlers.scene import Scene
from handlers.workshops import counting
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables.workshops import lot_count
from storage.workshops import counts, lots
from storage.workshops.counts import Counted
from tests.conftest import MORNING
from tests.support import towns

PIECES = 40
# A few each time; PIECES_RUNS=10000 by hand.
EXAMPLES = int(os.environ.get("PIECES_RUNS", "8"))
NUMBER = st.integers(0, 25)
COUNT = st.builds(Count, st.integers(0, 20), st.integers(0, 5), st.integers(0, 5))


class LotMachine(RuleBasedStateMachine):
    """One lot, a keeper and two mothers; each example is a transaction that is taken back."""

    store: ClassVar[Store]
    content: ClassVar[Content]
    people: ClassVar[list[int]]

    def __init__(self) -> None:
        super().__init__()
        self.tx = self.store.engine.connect()
        self.keeper, *self.mothers = (self.scene(one) for one in self.people)
        deadline = MORNING.date() + timedelta(days=9)
        place = persons.communities(self.tx)[0].id
        self.lot = lots.bring(
            self.tx, "L1", enterprise_id=1, community_id=place, item="枕套", pieces=PIECES, rate_fen=35, deadline=deadline, now=MORNING
        )

    def scene(self, person: int) -> Scene:
        return Scene(tx=self.tx, content=self.content, now=MORNING, person_id=person)

    def teardown(self) -> None:
        self.tx.rollback()
        self.tx.close()

    @contextmanager
    def deed(self) -> Iterator[None]:
        """As dispatch does it: what is refused leaves nothing behind."""
        before, nested = self.where(), self.tx.begin_nested()
        try:
            yield
            nested.commit()
        except Refused:
            nested.rollback()
            assert self.where() == before

    def where(self) -> Pieces:
        found = lots.get(self.tx, self.lot)
        assert found is not None
        return found.where

    def rows(self) -> list[Counted]:
        return [row for one in self.tx.execute(select(lot_count.c.id)).scalars() if (row := counts.get(self.tx, one)) is not None]

    def some(self, data: st.DataObject, *kinds: str) -> Counted:
        return data.draw(st.sampled_from([row for row in self.rows() if row.kind in kinds]))

    @rule(number=NUMBER, source=st.sampled_from(["held", "held", "rework"]))
    def pack(self, number: int, source: Source) -> None:
        with self.deed():
            counting.pack(self.keeper, self.lot, number, source=source)

    @precondition(lambda self: self.where().packed)
    @rule(data=st.data(), hers=st.one_of(st.none(), NUMBER), whose=st.sampled_from([0, 1]))
    def take(self, data: st.DataObject, hers: int | None, whose: int) -> None:
        bag = data.draw(st.sampled_from([row for row in self.rows() if row.status == "packed"]))
        with self.deed():
            counting.take(self.mothers[whose], bag, home=True, hers=hers)

    @precondition(lambda self: any(row.kind == "out" for row in self.rows()))
    @rule(data=st.data())
    def unpack(self, data: st.DataObject) -> None:
        bag = self.some(data, "out")
        with self.deed():
            counting.unpack(self.keeper, bag.id)

    @precondition(lambda self: self.where().away + self.where().missing)
    @rule(data=st.data(), count=COUNT)
    def give_back(self, data: st.DataObject, count: Count) -> None:
        bag = self.some(data, "out")
        with self.deed():
            counting.give_back(self.keeper, bag.id, count)

    @precondition(lambda self: self.where().away)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        bag = self.some(data, "out")
        with self.deed():
            counting.lose(self.keeper, bag.id)

    @rule(count=COUNT, unused=st.booleans())
    def pick_up(self, count: Count, unused: bool) -> None:
        with self.deed():
            counting.pick_up(self.keeper, self.lot, Count(count.good) if unused else count, unused=unused)

    @precondition(lambda self: any(row.status == "told" and row.kind == "back" for row in self.rows()))
    @rule(data=st.data(), hers=st.one_of(st.none(), COUNT))
    def answer(self, data: st.DataObject, hers: Count | None) -> None:
        row = self.some(data, "back")
        for mother in self.mothers:
            with self.deed():
                counting.answer(mother, row.id, hers)

    @precondition(lambda self: any(row.status == "differs" for row in self.rows()))
    @rule(data=st.data(), truth=COUNT)
    def settle(self, data: st.DataObject, truth: Count) -> None:
        row = data.draw(st.sampled_from([one for one in self.rows() if one.status == "differs"]))
        told = Count(truth.good) if row.kind == "out" else truth
        with self.deed():
            counting.settle(self.keeper, row.id, data.draw(st.sampled_from([told, row.hers or told, row.ours])))

    @invariant()
    def whole(self) -> None:
        """The places of the lot are what its counts moved, and each bag has away what was not counted of it."""
        where, rows = Pieces(held=PIECES), [row for row in self.rows() if row.status != "void"]
        for row in rows:
            where = where.plus(packed(row.source, row.ours) if row.status == "packed" else moved(row.kind, row.ours, row.source))
        assert self.where() == where and sum(where) == PIECES and where.lacking is None
        signs = {"back": -1, "missing": -1, "found": 1}
        for bag in rows:
            if bag.kind == "out" and bag.status != "packed":
                assert bag.away == bag.good + sum(signs[row.kind] * row.ours.all for row in rows if row.bag_id == bag.id)


def test_pieces_never_appear_or_vanish(sqlite_store: Store, content: Content) -> None:
    towns.small(sqlite_store)
    with sqlite_store.begin() as tx:
        people = [persons.add(tx, "web", name, language="zh", now=MORNING).person_id for name in ("keeper", "first", "second")]
        roles.give(tx, people[0], "federation", CITY, now=MORNING)
    LotMachine.store, LotMachine.content, LotMachine.people = sqlite_store, content, people
    rules = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(LotMachine, settings=rules)
