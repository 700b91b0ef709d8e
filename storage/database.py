"""Opens the store, keeps its schema current, and holds the only begin and commit of the program."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import create_engine

from storage import access_log, erased, newer

log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"
# Seconds for which who need not be quick waits for another process that writes.
PATIENCE = 15
# Of libpq: a host that is gone without a word is noticed after ten seconds, not after two hours. Seconds; the last in milliseconds.
CONNECTION = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2, "tcp_user_timeout": 10_000}


class Outdated(Exception):  # noqa: N818 - a state, told to the person who starts the program
    """The store's schema is not the one this program was written for."""


class Store:
    """A database with its rules: SQLite in WAL with synchronous FULL and BEGIN IMMEDIATE, or PostgreSQL."""

    def __init__(self, url: str, *, beside: Path | None = None, replica: str = "") -> None:
        """`beside`: where what must outlive the store is kept, if it is across a network; an SQLite file has its own folder.

        `replica`: where another server keeps a copy of it that can be read (`storage.replica`).
        """
        self.url = url
        self.remote = not url.startswith("sqlite")
        # See `storage.remembered`.
        self._remembered: dict[object, object] = {}
        options = {"remembered": self._remembered}
        self.engine = _postgresql(url, options) if self.remote else _sqlite(url, options)
        self.beside = beside or self.folder
        self.replica = Store(replica) if replica else None
        # Until when (seconds of the monotonic clock) a replica that was away is left alone.
        self.rests_until = 0.0

    @property
    def exists(self) -> bool:
        """Whether there is a store already; one across a network is asked by using it."""
        return self.remote or Path(str(make_url(self.url).database)).exists()

    @property
    def folder(self) -> Path | None:
        """Where an SQLite file lies; None for a store across a network."""
        return None if self.remote else Path(str(make_url(self.url).database)).parent

    @contextmanager
    def begin(self, *, patient: bool = True) -> Iterator[Connection]:
        """A write transaction; committed at the end of the block, rolled back by any exception.

        Where another process writes to an SQLite file it waits, up to fifteen seconds; not `patient`, it raises at once (see `locked`).
        """
        with self.engine.connect() as connection:
            tx = connection if patient else connection.execution_options(patient=False)
            tx.info.pop(erased.FRESH, None)
            with tx.begin():
                yield tx
                access_log.bind(tx)
            fresh = tx.info.pop(erased.FRESH, False)
        if fresh:
            self.list_erased()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only look; on SQLite it does not wait for a writer."""
        with self.engine.connect() as connection:
            yield connection.execution_options(reads=True)

    def list_erased(self) -> None:
        """Write down beside the store whom it has forgotten; what cannot be written now is with the next deletion, backup or start."""
        if self.beside is None:
            return
        try:
            with self.read() as tx:
                erased.keep(tx, self.beside)
        except (OSError, SQLAlchemyError):
            log.exception("who was forgotten could not be written down in %s", self.beside)

    def scrub(self) -> None:
        """Nothing that was overwritten or deleted stays in the log of the store, or in rows that nobody sees any more."""
        if self.remote:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
        else:
            with closing(sqlite3.connect(str(make_url(self.url).database), timeout=PATIENCE)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give back all connections, and forget what was remembered."""
        self.engine.dispose()
        self.forget()
        if self.replica is not None:
            self.replica.close()

    def forget(self) -> None:
        """What this process remembers of the store, all at once."""
        self._remembered.clear()


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _sqlite(url: str, options: Mapping[str, object]) -> Engine:
    file = make_url(url).database
    if not file or file == ":memory:":
        raise ValueError("SQLite 需要一个文件，例如 sqlite:///data/motherpost.db")
    place = Path(file)
    limits = {"timeout": PATIENCE}
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        connect_args=limits,
        execution_options=dict(options),
    )

    @event.listens_for(engine, "do_connect")
    def _before(*_: object) -> None:
        _make_private(place)

    @event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own BEGIN is late and upgrades a read to a write, which fails at once under load; ours is explicit.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("patient", True):
            connection.exec_driver_sql("BEGIN" if options.get("reads") else "BEGIN IMMEDIATE")
            return
        raw = connection.connection.cursor()
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            raw.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
            raw.close()

    return engine


def _make_private(file: Path) -> None:
    """Nobody else reads the store; SQLite gives its WAL the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT, 0o600))
    elif file.stat().st_uid == os.getuid():
        file.chmod(0o600)


def _postgresql(url: str, options: Mapping[str, object]) -> Engine:
    given = make_url(url).query
    # No statement is prepared at the server, which a pooler in transaction mode would lose (pgbouncer 1.18).
    limits = {name: value for name, value in CONNECTION.items() if name not in given} | {"prepare_threshold": None}
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args=limits,
        execution_options=dict(options),
    )
    event.listen(engine, "handle_error", _without_values)
    return engine


def _without_values(context: ExceptionContext) -> None:
    """PostgreSQL tells in a second line (DETAIL) which values it refused: they are in no log and no error of ours."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """What fails inside is undone alone; the transaction around it goes on. Plain statements: this runs once a message."""
    tx.exec_driver_sql("SAVEPOINT message")
    try:
        yield
    except BaseException as error:
        if not lost(tx, error):
            tx.exec_driver_sql("ROLLBACK TO SAVEPOINT message")
            tx.exec_driver_sql("RELEASE SAVEPOINT message")
        raise
    tx.exec_driver_sql("RELEASE SAVEPOINT message")


# https://sqlite.org/rescode.html, and classes of SQLSTATE:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLITE = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT),
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL),
}
_POSTGRESQL = ("08", "25", "40", "53", "55", "57", "58")


def lost(tx: Connection, error: BaseException) -> bool:
    """Whether the transaction as a whole has failed: then all of it must come again.

    SQLite may have undone it by itself; what is written after that would be kept without what came before.
    """
    return tx.closed or tx.invalidated or not _in_transaction(tx) or unable(error)


def unable(error: BaseException) -> bool:
    """Whether the store could not (a full disk, a cut connection, a deadlock), whatever the statement was: the same may work later."""
    if isinstance(error, NoConnection):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (isinstance(error, OperationalError) and state is None) or (state or "").startswith(_POSTGRESQL)


def locked(error: BaseException) -> bool:
    """Whether another process was writing to the SQLite file, so that nothing was begun."""
    return (
        isinstance(error, OperationalError)
        and isinstance(error.orig, sqlite3.Error)
        and getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    )


def full(error: BaseException) -> bool:
    """Whether the disk of the store has no room."""
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"


def _in_transaction(tx: Connection) -> bool:
    driver = tx.connection.driver_connection
    return not isinstance(driver, sqlite3.Connection) or driver.in_transaction


def revision(store: Store) -> str | None:
    """The schema revision the store is at; None where it is empty."""
    with store.read() as tx:
        if not inspect(tx).has_table("alembic_version"):
            return None
        return tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def head() -> str:
    """The newest revision, from the file names (0001_….py), so that a start need not import Alembic."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*.py")).split("_", 1)[0]


def migrate(store: Store) -> None:
    """Bring the schema to the newest revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def fits(store: Store) -> bool:
    """Whether this program can work on the store: at its own revision, or at a newer one that only added (`storage.newer`)."""
    current = revision(store)
    if current is None or current <= head():
        return current == head()
    with store.read() as tx:
        return not newer.in_the_way(tx)


def prepare(store: Store) -> None:
    """Migrate SQLite at start; elsewhere only look, and raise Outdated with the command to run."""
    if fits(store):
        return
    current = revision(store)
    if current is not None and current > head():
        raise Outdated(f"数据库结构是 {current}，这个程序只认识到 {head()}：请换成新的版本")
    if store.remote:
        raise Outdated(f"数据库结构是 {current or '空的'}，程序需要 {head()}：请先运行 motherpost migrate")
    migrate(store)


def lock(tx: Connection, name: str) -> None:
    """Hold back other processes that work on the same name until this transaction ends. SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))
