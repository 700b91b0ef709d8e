"""How far what was acknowledged is safe on a second server, as PostgreSQL tells it of itself."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from storage.rows import first

# https://www.postgresql.org/docs/15/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW: who may not read all statistics sees that
# there is a standby and nothing of it.
LOOK = text("""
SELECT current_setting('synchronous_standby_names') AS wanted, current_setting('synchronous_commit') AS commits, count(pid) AS standbys,
       count(pid) FILTER (WHERE sync_state IS NULL) AS hidden, count(pid) FILTER (WHERE sync_state IN ('sync', 'quorum')) AS synchronous,
       coalesce(min(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)), 0)::bigint AS behind
FROM pg_stat_replication WHERE application_name IS NULL OR application_name <> 'pg_basebackup'
""")
# Settings of synchronous_commit with which a commit waits for no standby.
ALONE = ("off", "local")


class Replication(NamedTuple):
    """What is wanted and what is there; `behind` is what the nearest standby has not on its disk yet, in bytes."""

    wanted: str
    commits: str
    standbys: int
    # Standbys of which this user may not see whether a commit waits for them.
    hidden: int
    synchronous: int
    behind: int


def look(tx: Connection) -> Replication | None:
    """None for a store that has no servers, and at a standby, which sends to nobody."""
    if tx.dialect.name != "postgresql" or tx.exec_driver_sql("SELECT pg_is_in_recovery()").scalar():
        return None
    return first(tx, LOOK, Replication)
