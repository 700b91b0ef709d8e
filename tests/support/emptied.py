"""A migrated database on PostgreSQL that is emptied between two tests, as if it had just been made."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, NullPool, create_engine, insert, select

from storage.database import Store, migrate

# Without keys and triggers in the way: the ledger's own refuse to delete. Numbers begin at 1 again.
EMPTY = """
DO $$
DECLARE one record;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') LOOP
    IF one.relkind = 'r' THEN
      EXECUTE 'DELETE FROM public.' || quote_ident(one.relname);
    ELSE
      PERFORM setval(('public.' || quote_ident(one.relname))::regclass, 1, false);
    END IF;
  END LOOP;
END $$
"""


def postgresql_admin(url: str) -> Connection:
    """A connection outside any transaction, for making and dropping databases."""
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


class Emptied:
    """The database at `url`, migrated, with the rows that the migrations themselves put in."""

    def __init__(self, url: str) -> None:
        self.url = url
        store = Store(url)
        migrate(store)
        metadata = MetaData()
        with store.read() as tx:
            metadata.reflect(tx)
            self._given = [(one, [dict(row) for row in tx.execute(select(one)).mappings()]) for one in metadata.sorted_tables]
        store.close()

    def empty(self) -> None:
        """Whatever a test wrote is gone, and whoever is still connected is sent away."""
        store = Store(self.url)
        with store.begin() as tx:
            tx.exec_driver_sql(EMPTY)
            for one, rows in self._given:
                if rows:
                    tx.execute(insert(one), rows)
        store.close()
