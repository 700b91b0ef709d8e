"""What a process was sending is taken up seconds after it is gone, by the database's clock, and never while it lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from domain.messages import Outbound
from storage import outbox, processes, sending, told
from storage.database import Store
from storage.tables.messages import HELP, REPLY
from storage.tables.processes import process as processes_table

DEAD, LIVING = 7, 8


def on_its_way(tx: Connection, now: datetime, *, owner: int | None, priority: int = REPLY, once: bool = False) -> int:
    row = outbox.put(tx, Outbound(text="好", once=once), channel="web", address="a", person_id=None, now=now, priority=priority)
    [claimed] = sending.claim(tx, "web", now=now, most=1, owner=owner)
    assert claimed.id == row
    return row


def beats(tx: Connection, process: int, *, ago: timedelta = timedelta(0)) -> None:
    processes.beat(tx, process, host="h", pid=1)
    tx.execute(update(processes_table).where(processes_table.c.id == process).values(beat_at=processes.clock(tx, ago=ago)))


def recovered(tx: Connection, now: datetime) -> tuple[int, int]:
    return sending.recover(tx, now=now, all_leases=False)


def test_living_ones_are_counted_by_role(store: Store) -> None:
    with store.begin() as tx:
        beats(tx, DEAD, ago=timedelta(minutes=1))
        beats(tx, LIVING)
        processes.beat(tx, 9, host="h", pid=1, role="sender")
        assert processes.living(tx) == {"all": 1, "receiver": 0, "sender": 1, "schedule": 0, "desk": 0}


def test_who_lives_keeps_what_is_being_sent(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        beats(tx, LIVING)
        on_its_way(tx, now, owner=LIVING)
        # However wrong the clock of a host is: only the database's own counts.
        assert recovered(tx, now + timedelta(days=400)) == recovered(tx, now - timedelta(days=400)) == (0, 0)


def test_who_is_gone_for_seconds_leaves_it_to_the_others(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        beats(tx, DEAD, ago=processes.GONE - timedelta(seconds=0.5))
        on_its_way(tx, now, owner=DEAD)
        assert recovered(tx, now) == (0, 0)
        beats(tx, DEAD, ago=processes.GONE + timedelta(seconds=0.5))
        assert recovered(tx, now) == (1, 0)
        assert [row.id for row in sending.claim(tx, "web", now=now, most=9, owner=LIVING)], "sent again"
        assert [row.ambiguous_at is not None for row in told.troubled(tx, 9)] == [True], "and listed"


def test_what_must_not_come_twice_waits_for_a_human(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        on_its_way(tx, now, owner=DEAD, once=True)
        assert recovered(tx, now) == (0, 1), "no process of that number lives"


def test_help_in_danger_is_taken_over_sooner(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        on_its_way(tx, now, owner=DEAD)
        help_ = on_its_way(tx, now, owner=DEAD, priority=HELP)
        beats(tx, DEAD, ago=processes.GONE_IN_DANGER + timedelta(seconds=0.5))
        assert recovered(tx, now) == (1, 0)
        assert [row.id for row in sending.claim(tx, "web", now=now, most=9)] == [help_]


def test_help_in_danger_waits_for_nothing_that_is_on_its_way_to_the_same_address(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        on_its_way(tx, now, owner=DEAD)
        assert on_its_way(tx, now, owner=LIVING, priority=HELP)


def test_who_was_held_for_gone_changes_nothing_when_it_wakes(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        row = on_its_way(tx, now, owner=DEAD)
        assert recovered(tx, now) == (1, 0)
        [again] = sending.claim(tx, "web", now=now, most=9, owner=LIVING)
        sending.mark_sent(tx, [(row, "m")], now=now, owner=DEAD)
        sending.mark_failed(tx, row, why="rejected", owner=DEAD)
        sending.postpone(tx, row, due_at=now, why="retry", owner=DEAD)
        sending.release(tx, [row], owner=DEAD)
        assert told.counts(tx) == {("web", "sending"): 1}
        sending.mark_sent(tx, [(again.id, "m")], now=now, owner=LIVING)
        assert told.counts(tx) == {("web", "sent"): 1}


def test_a_process_that_ended_by_itself_is_gone_at_once(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        beats(tx, DEAD)
        on_its_way(tx, now, owner=DEAD)
        processes.end(tx, DEAD)
        assert recovered(tx, now) == (1, 0)
