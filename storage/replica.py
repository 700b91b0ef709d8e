"""What may be a little old is read from a replica where there is one, and says as of when; where the replica is away, from the store itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, text

from storage.database import Store, unable
from storage.tables.columns import Instant

log = logging.getLogger(__name__)
Result = TypeVar("Result")
# A replica that is further behind is not read: whoever deleted her data since would be shown.
MOST_BEHIND = timedelta(minutes=5)
# Seconds for which one that was away is not asked again, so that nobody waits for it at every page.
REST = 10.0
# What was applied last, by the primary's clock; where all that came is applied and more would come, that is now (a receiver that hears
# nothing ends after wal_receiver_timeout, a minute). A server that replays nothing is no replica, and always as of now.
# https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
AS_OF = text("""
SELECT CASE WHEN NOT pg_is_in_recovery() THEN clock_timestamp()
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE pid IS NOT NULL)
            THEN clock_timestamp()
            ELSE pg_last_xact_replay_timestamp() END AS at, clock_timestamp() AS now
""").columns(at=Instant, now=Instant)


class Source(NamedTuple):
    """Where something is read: the store itself, or its replica as of a moment; `away`: there is a replica, and it could not be read."""

    store: Store
    at: datetime | None = None
    away: bool = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A look at it, which knows as of when it is (`source`)."""
        with self.store.read() as tx:
            yield tx.execution_options(source=self)


def source(tx: Connection) -> Source | None:
    """Where this look reads; None for one that no replica could have served."""
    found: Source | None = tx.get_execution_options().get("source")
    return found


def as_of(tx: Connection, now: datetime) -> datetime:
    """As of when is what this look reads."""
    found = source(tx)
    return (found.at if found else None) or now


def behind(store: Store, work: Callable[[Source], Result]) -> Result:
    """What `work` makes of the replica, or of the store where there is none or it is away; in the worst case it begins twice."""
    if store.replica is None:
        return work(Source(store))
    if time.monotonic() >= store.replica.rests_until:
        try:
            if (at := _as_of(store.replica)) is not None:
                return work(Source(store.replica, at))
            log.warning("the replica is too far behind to be read")
        except Exception as error:
            if not unable(error):
                raise
            log.warning("the replica cannot be read: %s", type(error).__name__)
            store.replica.rests_until = time.monotonic() + REST
    return work(Source(store, away=True))


def _as_of(replica: Store) -> datetime | None:
    """As of when the replica is; None where that is not known, or too long ago."""
    with replica.read() as tx:
        row = tx.execute(AS_OF).one()
    return row.at if row.at is not None and row.now - row.at <= MOST_BEHIND else None
