"""The outbox against a simple model: nothing lost, nothing sent twice without a mark, order per address, priorities, the loop guard."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from domain.messages import Outbound
from storage import outbox, sending
from storage.database import Store
from storage.outbox import LOOP_LIMIT, LOOP_WINDOW
from storage.sending import LEASE, Claimed
from storage.tables import messages
from tests.conftest import MORNING

ADDRESSES, TEXTS = ("a", "b", "c"), ("甲", "乙")


@dataclass
class Row:
    """What the model knows of one message."""

    id: int
    address: str
    priority: int
    text: str
    edits: str
    once: bool
    put_at: datetime
    due_at: datetime
    status: str = "waiting"
    delivered: int = 0
    ambiguous: bool = False


class OutboxMachine(RuleBasedStateMachine):
    """One sender's life with crashes; `delivered` counts what the platform took."""

    empty: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(f"sqlite:///{shutil.copy(self.empty, self.folder / 'outbox.db')}")
        self.now = MORNING
        self.rows: dict[int, Row] = {}
        self.flying: dict[int, Claimed] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def may_go(self, row: Row) -> bool:
        """One at a time is on its way to an address, however old it is; nothing overtakes an older row that is as urgent."""
        others = [r for r in self.rows.values() if r.address == row.address]
        behind = any(r.status == "waiting" and r.id < row.id and r.priority <= row.priority for r in others)
        busy = any(r.status == "sending" for r in others)
        return row.status == "waiting" and row.due_at <= self.now and not behind and not busy

    @rule(
        address=st.sampled_from(ADDRESSES),
        text=st.sampled_from(TEXTS),
        priority=st.integers(0, 2),
        edits=st.sampled_from(["", "", "", "7"]),
        once=st.booleans(),
        times=st.sampled_from([1, 1, 1, LOOP_LIMIT]),
        delay=st.sampled_from([0, 0, 30]),
    )
    def put(self, address: str, text: str, priority: int, edits: str, once: bool, times: int, delay: int) -> None:
        for _ in range(times):
            self._put(Outbound(text=text, edits=edits, once=once), address, priority, self.now + timedelta(seconds=delay))

    def _put(self, said: Outbound, address: str, priority: int, due_at: datetime) -> None:
        with self.store.begin() as tx:
            number = outbox.put(tx, said, channel="web", address=address, person_id=None, now=self.now, priority=priority, due_at=due_at)
        mine = [r for r in self.rows.values() if r.address == address]
        if said.edits:
            for older in mine:
                if older.edits == said.edits and older.status == "waiting":
                    older.status = "withheld"
        same = [r for r in mine if r.text == said.text and not r.edits and r.put_at > self.now - LOOP_WINDOW]
        status = "withheld" if not said.edits and len(same) >= LOOP_LIMIT else "waiting"
        self.rows[number] = Row(number, address, priority, said.text, said.edits, said.once, self.now, due_at, status)

    @rule(most=st.integers(1, 8), resting=st.sets(st.sampled_from(ADDRESSES), max_size=2))
    def claim(self, most: int, resting: set[str]) -> None:
        with self.store.begin() as tx:
            claimed = sending.claim(tx, "web", now=self.now, most=most, resting=resting)
        may = [row for row in self.rows.values() if self.may_go(row) and row.address not in resting]
        taken = [self.rows[one.id] for one in claimed]
        assert all(row in may for row in taken)
        # One to an address at a time: the second stands behind the first.
        assert len({row.address for row in taken}) == len(taken)
        left = [row.priority for row in may if row not in taken and row.address not in {t.address for t in taken}]
        assert len(taken) == most or not left
        assert not left or not taken or max(row.priority for row in taken) <= min(left)
        for one, row in zip(claimed, taken, strict=True):
            assert (one.outbound.text, one.address, one.outbound.once) == (row.text, row.address, row.once)
            row.status = "sending"
            self.flying[one.id] = one

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), outcome=st.sampled_from(["sent", "retry", "failed", "released"]))
    def ends(self, data: st.DataObject, outcome: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.flying)))
        row = self.rows[number]
        del self.flying[number]
        with self.store.begin() as tx:
            if outcome == "sent":
                sending.mark_sent(tx, [(number, "m")], now=self.now)
                row.status, row.delivered = "sent", row.delivered + 1
            elif outcome == "retry":
                sending.postpone(tx, number, due_at=self.now + timedelta(seconds=5), why="retry")
                row.status, row.due_at = "waiting", self.now + timedelta(seconds=5)
            elif outcome == "failed":
                sending.mark_failed(tx, number, why="rejected")
                row.status = "failed"
            else:
                sending.release(tx, [number])
                row.status = "waiting"

    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """What was in flight may have reached the platform or not."""
        reached = data.draw(st.sets(st.sampled_from(sorted(self.flying)))) if self.flying else set()
        for number in self.flying:
            row = self.rows[number]
            row.delivered += number in reached
            row.ambiguous, row.status, row.due_at = True, "uncertain" if row.once else "waiting", self.now
        with self.store.begin() as tx:
            again, human = sending.recover(tx, now=self.now, all_leases=True)
        once = sum(self.rows[number].once for number in self.flying)
        assert (again, human) == (len(self.flying) - once, once)
        self.flying.clear()

    @rule(seconds=st.sampled_from([1, 30, int(LOOP_WINDOW.total_seconds())]))
    def later(self, seconds: int) -> None:
        # Whoever is in flight ends before its lease does; a crash is another rule.
        if seconds * len(self.flying) < LEASE.total_seconds():
            self.now += timedelta(seconds=seconds)

    @rule()
    def another_process_looks_for_ended_leases(self) -> None:
        with self.store.begin() as tx:
            assert sending.recover(tx, now=self.now, all_leases=False) == (0, 0) or self.flying

    @invariant()
    def every_row_is_as_the_model_says(self) -> None:
        with self.store.read() as tx:
            found = {
                row.id: row for row in tx.execute(select(messages.outbox.c.id, messages.outbox.c.status, messages.outbox.c.ambiguous_at))
            }
        assert {number: row.status for number, row in found.items()} == {number: row.status for number, row in self.rows.items()}
        for number, row in self.rows.items():
            assert row.ambiguous == (found[number].ambiguous_at is not None)
            assert row.delivered <= 1 or row.ambiguous

    @invariant()
    def an_address_gets_its_messages_in_order(self) -> None:
        sent: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.rows.values():
            sent[row.address, row.priority].append(row)
        for rows in sent.values():
            on_its_way = next((row.id for row in rows if row.status in ("waiting", "sending")), None)
            assert on_its_way is None or not any(row.delivered and row.id > on_its_way for row in rows)


def run(empty: Path, examples: int) -> None:
    OutboxMachine.empty = empty
    # Without shrinking a failure is shown at once; the steps are few enough to read.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    how = settings(
        max_examples=examples, stateful_step_count=25, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(OutboxMachine, settings=how)


def test_the_outbox_keeps_its_promises(empty_sqlite: Path) -> None:
    run(empty_sqlite, 40)


def test_the_model_sees_a_broken_outbox(empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a crash to hide what was in flight, the machine would say so."""
    monkeypatch.setattr(sending, "recover", lambda tx, *, now, all_leases: (0, 0))
    with pytest.raises(AssertionError):
        run(empty_sqlite, 400)
