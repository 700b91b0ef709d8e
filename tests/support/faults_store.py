"""Breaks a store at its n-th operation: as the death of the process, or as a disk that fails once."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any, Literal

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import PoolProxiedConnection

from storage.database import Store

How = Literal["crash", "error", "rollback"]


class Crash(BaseException):
    """The process is dead: no handler of the program may catch it, and nothing reaches the store or a platform any more."""


class Faults:
    """Counts operations (statements once; commits and sends before and after) and breaks number `at`; 0 breaks none.

    `crash`: the process dies. `error`: the operation fails once. `rollback`: it fails once, and SQLite undoes the whole transaction by
    itself, as it does on a full or broken disk. `looks` is called before each operation.
    """

    def __init__(self) -> None:
        self.looks: Callable[[], object] = lambda: None
        self.arm(0)

    def arm(self, at: int, how: How = "crash") -> None:
        """Begin to count anew. Of what fails without a death, number `at` fails in each part of the scene (`begins`)."""
        self.at = at
        self.how = how
        self.count = self.inside = self.longest = self.hits = 0
        self.dead = False

    def begins(self) -> None:
        """A part of the scene begins, which is done again by itself when it fails."""
        self.inside = 0

    def reaches(self, operation: str) -> bool:
        """One more operation; whether it has to fail. Raises Crash where the process is dead or dies now."""
        self.looks()
        self.count += 1
        self.inside += 1
        self.longest = max(self.longest, self.inside)
        hit = self.at == (self.count if self.how == "crash" else self.inside)
        self.hits += hit
        self.dead = self.dead or (hit and self.how == "crash")
        if self.dead:
            raise Crash(operation)
        return hit

    def watch(self, store: Store) -> None:
        """Every statement and commit of this store counts from now on."""
        for kind in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(store.engine, kind, self._before)
        commit = store.engine.dialect.do_commit

        def counted(dbapi_connection: PoolProxiedConnection) -> None:
            if self.reaches("before commit"):
                raise _error(dbapi_connection)
            commit(dbapi_connection)
            if self.reaches("after commit"):
                raise _error(dbapi_connection)

        store.engine.dialect.do_commit = counted  # type: ignore[method-assign]

    def _before(self, cursor: Any, statement: str, *_: Any) -> None:
        if self.reaches(statement):
            if self.how == "rollback":
                with contextlib.suppress(sqlite3.OperationalError):
                    cursor.execute("ROLLBACK")
            raise _error(cursor)


def _error(made_by: object) -> Exception:
    """A failure of the machine in the words of the driver."""
    if type(made_by).__module__.startswith("psycopg"):
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
    return error
