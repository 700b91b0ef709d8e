"""One process at a time has a lease: while it lives, and not a moment longer once another took it over."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import Connection, update

from storage import leases, processes
from storage.database import Store
from storage.tables.processes import process as processes_table

ONE, OTHER = 7, 8


def beats(store: Store, process: int, *, ago: timedelta = timedelta(0)) -> None:
    with store.begin() as tx:
        processes.beat(tx, process, host="h", pid=1)
        tx.execute(update(processes_table).where(processes_table.c.id == process).values(beat_at=processes.clock(tx, ago=ago)))


def holds(store: Store, process: int, name: str = "schedule") -> bool:
    with store.begin() as tx:
        return leases.hold(tx, name, process)


def test_who_lives_keeps_it(postgresql_store: Store) -> None:
    for process in (ONE, OTHER):
        beats(postgresql_store, process)
    assert [holds(postgresql_store, process) for process in (ONE, OTHER, ONE)] == [True, False, True]
    assert holds(postgresql_store, OTHER, "sender telegram"), "each name is a lease of its own"


def test_who_died_or_slept_has_lost_it_when_another_took_it(postgresql_store: Store) -> None:
    beats(postgresql_store, ONE)
    beats(postgresql_store, OTHER)
    assert holds(postgresql_store, ONE)
    beats(postgresql_store, ONE, ago=processes.GONE + timedelta(seconds=0.5))
    assert holds(postgresql_store, OTHER), "taken over"
    beats(postgresql_store, ONE)
    assert not holds(postgresql_store, ONE), "awake again, it finds that another has it"


def test_who_ends_gives_it_back_at_once(postgresql_store: Store) -> None:
    beats(postgresql_store, ONE)
    beats(postgresql_store, OTHER)
    assert holds(postgresql_store, ONE)
    with postgresql_store.begin() as tx:
        processes.end(tx, ONE)
    assert holds(postgresql_store, OTHER)


def test_of_two_who_take_it_over_at_once_one_has_it(postgresql_store: Store) -> None:
    for process in (ONE, OTHER):
        beats(postgresql_store, process)
    both = threading.Barrier(2)
    held: list[int] = []

    def takes(process: int) -> None:
        both.wait()
        with postgresql_store.begin() as tx:
            if leases.hold(tx, "schedule", process):
                held.append(process)

    threads = [threading.Thread(target=takes, args=(process,)) for process in (ONE, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(held) == 1


def test_nobody_takes_it_over_inside_a_transaction_of_who_has_it(postgresql_store: Store) -> None:
    beats(postgresql_store, ONE)
    beats(postgresql_store, OTHER)

    def dead(tx: Connection) -> None:
        tx.execute(update(processes_table).where(processes_table.c.id == ONE).values(beat_at=processes.clock(tx, ago=timedelta(minutes=1))))

    assert holds(postgresql_store, ONE)
    with postgresql_store.begin() as tx:
        assert leases.hold(tx, "schedule", ONE)
        with postgresql_store.begin() as other:
            dead(other)
        assert not holds(postgresql_store, OTHER), "what it does now is committed with the lease, or not at all"
    assert holds(postgresql_store, OTHER)


def test_a_store_of_one_process_has_none(sqlite_store: Store) -> None:
    assert holds(sqlite_store, ONE) and holds(sqlite_store, OTHER)
