"""What one process does for all: it holds a lease while it lives, and looks inside each transaction whether it still does.

A process that was stopped for a minute and wakes finds the lease with another, and its transaction does nothing. Who has ended gives its
leases back at once, who has died after `processes.GONE`, by the database's own clock.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select, update

from storage import processes
from storage.rows import upsert
from storage.tables.processes import lease

# Whoever stops inside a transaction is cut off after so long, so that what it holds is free.
_STALLED = "SET LOCAL idle_in_transaction_session_timeout TO '10s'"


def hold(tx: Connection, name: str, process: int) -> bool:
    """Whether `process` has the lease until this transaction ends; taken over where nobody who lives has it. On SQLite there is no other."""
    if tx.dialect.name != "postgresql":
        return True
    tx.exec_driver_sql(_STALLED)
    ours = lease.c.holder == process
    free = or_(ours, ~processes.lives(tx, lease.c.holder, within=processes.GONE))
    held = tx.execute(select(ours.label("ours"), free.label("free")).where(lease.c.name == name)).first()
    if held is None:
        tx.execute(upsert(tx, lease).values(name=name, holder=process).on_conflict_do_nothing())
    elif not held.free:
        return False
    elif not held.ours:
        # Two who want it at once do not wait for each other, nor for the one who had it and stopped.
        theirs = select(lease.c.name).where(lease.c.name == name, free).with_for_update(skip_locked=True)
        tx.execute(update(lease).where(lease.c.name.in_(theirs)).values(holder=process))
    # Until the end nobody takes it over.
    return tx.execute(select(lease.c.name).where(lease.c.name == name, ours).with_for_update(read=True)).first() is not None
