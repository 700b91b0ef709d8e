"""What each test would make anew although it is the same for all: it is made once a process, and is no part of what is tested."""

from __future__ import annotations

import functools
import ssl
from typing import Any
from unittest import mock

import sqlmodel

from storage import database

Key = tuple[Any, ...]


class Compiled(dict[Key, Any]):
    """SQL that SQLAlchemy has compiled. It keeps it by the dialect, of which every engine has one of its own, with the same settings."""

    def get(self, key: Key, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Key, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


def compiled_sql() -> None:
    """From now on all stores of this process have one cache of compiled statements: each test has a store of its own."""
    made, compiled = sqlmodel.create_engine, Compiled()

    def create_engine(url: str, **options: Any) -> Any:
        return made(url, **{**options, "execution_options": {**options["execution_options"], "compiled_cache": compiled}})

    mock.patch.object(database, "create_engine", create_engine).start()


def certificates() -> None:
    """From now on the world's certificates are read once: every client of HTTP reads them for 60 ms, whatever it asks."""
    mock.patch.object(ssl, "create_default_context", functools.cache(ssl.create_default_context)).start()


def migrations() -> None:
    """From now on an empty SQLite file becomes at once what the migrations made of the first one; `tests/storage/test_migrations.py` runs them."""
    from alembic import command

    real, made = command.upgrade, list[str]()

    def upgrade(config: Any, revision: str, *more: Any) -> None:
        tx = config.attributes["connection"]
        empty = (
            revision == "head" and tx.dialect.name == "sqlite" and not tx.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        )
        driver = tx.connection.driver_connection
        if empty and made:
            for statement in made:
                driver.execute(statement)
            return
        real(config, revision, *more)
        if empty:
            made.extend(line for line in driver.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))

    mock.patch.object(command, "upgrade", upgrade).start()
