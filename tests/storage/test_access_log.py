"""The access log's chain: whoever changes a row, takes one out or puts one in is found, at the first row that does not hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from storage import access_log
from storage.access_log import LOG, Verdict
from storage.database import Store, savepoint
from storage.tables.people import log_chain


def written(store: Store, now: datetime, rows: int = 5) -> None:
    for number in range(rows):
        with store.begin() as tx:
            access_log.write(
                tx, actor_id=None, action=f"look{number}", subject_kind="person", subject_id=number, now=now, detail={"b": 1, "a": [number]}
            )


def verdict(store: Store) -> Verdict:
    with store.read() as tx:
        return access_log.verify(tx)


def ids(store: Store) -> list[int]:
    with store.read() as tx:
        return list(tx.execute(select(LOG.c.id).order_by(LOG.c.id)).scalars())


def test_what_nobody_touched_holds(store: Store, now: datetime) -> None:
    assert verdict(store) == Verdict(0, "")
    written(store, now)
    found = verdict(store)
    assert (found.rows, found.why, found.broken_id) == (5, "", None)


BREAKS: dict[str, tuple[Callable[[Connection, list[int]], object], int | None]] = {
    "changed": (lambda tx, rows: tx.execute(update(LOG).where(LOG.c.id == rows[2]).values(action="other")), 2),
    "detail": (lambda tx, rows: tx.execute(update(LOG).where(LOG.c.id == rows[3]).values(detail={})), 3),
    "taken out": (lambda tx, rows: tx.execute(delete(LOG).where(LOG.c.id == rows[1])), 2),
    "the first": (lambda tx, rows: tx.execute(delete(LOG).where(LOG.c.id == rows[0])), 1),
    "the last": (lambda tx, rows: tx.execute(delete(LOG).where(LOG.c.id == rows[4])), None),
    "the base moved": (lambda tx, rows: tx.execute(update(log_chain).values(base_seq=2)), None),
    "begun anew": (lambda tx, rows: (tx.execute(delete(LOG)), tx.execute(update(log_chain).values(seq=0, hash=""))), None),
}


@pytest.mark.parametrize("how", BREAKS)
def test_the_first_row_that_does_not_hold_is_named(store: Store, now: datetime, how: str) -> None:
    written(store, now)
    rows = ids(store)
    breaks, at = BREAKS[how]
    with store.begin() as tx:
        breaks(tx, rows)
    found = verdict(store)
    assert found.why
    assert found.broken_id == (None if at is None else rows[at])


def test_a_row_that_somebody_put_in_is_named(store: Store, now: datetime) -> None:
    written(store, now)
    with store.begin() as tx:
        loose = tx.execute(
            insert(LOG).values(at=now, action="x", subject_kind="person", subject_id=1, detail={}, hash="").returning(LOG.c.id)
        ).scalar_one()
    assert (verdict(store).why, verdict(store).broken_id) == ("loose", loose)


def test_what_a_savepoint_undid_is_not_in_the_chain(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        with pytest.raises(ZeroDivisionError), savepoint(tx):
            access_log.write(tx, actor_id=None, action="undone", subject_kind="person", subject_id=1, now=now)
            raise ZeroDivisionError
        access_log.write(tx, actor_id=None, action="done", subject_kind="person", subject_id=1, now=now)
    assert verdict(store).rows == 1


def test_retention_leaves_a_chain_that_holds(store: Store, now: datetime) -> None:
    written(store, now - timedelta(days=400), 3)
    written(store, now, 4)
    with store.begin() as tx:
        access_log.forget(tx, before=now - timedelta(days=365))
    assert (verdict(store).rows, verdict(store).why, len(ids(store))) == (4, "", 4)
    written(store, now, 1)
    with store.begin() as tx:
        access_log.forget(tx, before=now + timedelta(days=1))
    assert (verdict(store).rows, verdict(store).why) == (0, "")
    written(store, now, 2)
    assert (verdict(store).rows, verdict(store).why) == (2, "")
    with store.begin() as tx:
        tx.execute(update(LOG).where(LOG.c.id == ids(store)[0]).values(actor_id=None, action="other"))
    assert verdict(store).why == "changed"


def test_many_processes_lengthen_one_chain(postgresql_store: Store, now: datetime) -> None:
    stores = [Store(postgresql_store.engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    threads = [threading.Thread(target=written, args=(store, now, 8)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert (verdict(postgresql_store).rows, verdict(postgresql_store).why) == (32, "")


def test_without_the_keys_nobody_can_make_a_chain_that_holds(store: Store, now: datetime) -> None:
    from storage import sealed
    from tests.conftest import KEY

    written(store, now)
    sealed.use_keys(("cjEwQm5HdGhXZkhwM0hMUG9BVjVJZ0xWZUV0ZkZ3a2Q=",))
    assert verdict(store).why == "chain"
    sealed.use_keys((KEY,))
