"""Two versions live with one store while one process after the other is renewed: migrations only add, and an older program sees that they did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Inspector, inspect

from storage import newer
from storage.database import MIGRATIONS, Outdated, Store, fits, prepare

# Since this one a migration only adds. One that cannot is named here with the reason, and docs/operating.md says that it needs a stop.
SINCE = "0029"
NEEDS_A_STOP: dict[str, str] = {}


@contextmanager
def changed(store: Store, *statements: str) -> Iterator[Connection]:
    """A store with other tables, until the end of the block."""
    with store.engine.connect() as tx, tx.begin() as undone:
        for statement in statements:
            tx.exec_driver_sql(statement)
        yield tx
        undone.rollback()


def at(store: Store, revision: str) -> None:
    with store.begin() as tx:
        tx.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_what_was_only_added_is_in_nobodys_way(store: Store) -> None:
    added = (
        "CREATE TABLE newest (id INTEGER PRIMARY KEY, word VARCHAR NOT NULL)",
        "ALTER TABLE person ADD COLUMN newer VARCHAR",
        "ALTER TABLE person ADD COLUMN newest INTEGER NOT NULL DEFAULT 0",
    )
    with changed(store, *added) as tx:
        assert newer.in_the_way(tx) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE person RENAME COLUMN language TO tongue", "person.language"),
        ("ALTER TABLE drill RENAME TO exercise", "drill"),
    ],
)
def test_what_is_gone_is_named(store: Store, statement: str, found: str) -> None:
    with changed(store, statement) as tx:
        assert newer.in_the_way(tx)[0] == found


def test_a_column_that_has_to_be_filled_is_named(postgresql_store: Store) -> None:
    with changed(postgresql_store, "ALTER TABLE person ADD COLUMN newer INTEGER NOT NULL") as tx:
        assert newer.in_the_way(tx) == ["person.newer"]


def test_an_older_program_works_on_what_only_grew_and_refuses_what_did_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    at(store, "9999")
    assert fits(store)
    prepare(store)
    monkeypatch.setattr(newer, "in_the_way", lambda tx: ["person.language"])
    assert not fits(store)
    with pytest.raises(Outdated, match="请换成新的版本"):
        prepare(store)


def test_a_newer_program_waits_for_the_migration(postgresql_store: Store) -> None:
    at(postgresql_store, "0001")
    with pytest.raises(Outdated, match="motherpost migrate"):
        prepare(postgresql_store)


class Shape:
    """The columns of a store's tables, and what it refuses in them."""

    def __init__(self, inspector: Inspector) -> None:
        self.columns: dict[str, dict[str, Any]] = {
            name: {column["name"]: column for column in columns} for (_, name), columns in inspector.get_multi_columns().items()
        }
        self.rules = {
            name: {
                *(tuple(sorted(one["column_names"])) for one in inspector.get_unique_constraints(name)),
                *(tuple(sorted(map(str, one["column_names"]))) for one in inspector.get_indexes(name) if one["unique"]),
                *(one["sqltext"] for one in inspector.get_check_constraints(name)),
            }
            for name in self.columns
        }


def broken(before: Shape, after: Shape) -> Iterator[str]:
    """What a program that knows only the shape before could not live with."""
    for table, columns in before.columns.items():
        now = after.columns.get(table, {})
        for name, column in columns.items():
            if name not in now:
                yield f"{table}.{name} is gone"
            elif str(now[name]["type"]) != str(column["type"]) or (column["nullable"] and not now[name]["nullable"]):
                yield f"{table}.{name} takes less"
        yield from (
            f"{table}.{name} has to be filled"
            for name, column in now.items()
            if name not in columns and not column["nullable"] and column["default"] is None
        )
        if new := after.rules.get(table, set()) - before.rules[table]:
            yield f"{table} refuses more: {new}"


def test_every_migration_only_adds(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revisions = sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with closing(Store(f"sqlite:///{tmp_path}/m.db")) as store, store.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, SINCE)
        shape, found = Shape(inspect(tx)), {}
        for revision in revisions[revisions.index(SINCE) + 1 :]:
            command.upgrade(config, revision)
            before, shape = shape, Shape(inspect(tx))
            if wrong := list(broken(before, shape)):
                found[revision] = wrong
    assert found.keys() == NEEDS_A_STOP.keys(), found


def test_the_check_of_migrations_finds_what_it_is_for(sqlite_store: Store) -> None:
    with sqlite_store.read() as tx:
        whole = Shape(inspect(tx))
    for statement, said in (
        ("ALTER TABLE person RENAME COLUMN language TO tongue", "person.language is gone"),
        ("DROP TABLE drill", "drill.id is gone"),
        ("CREATE UNIQUE INDEX once ON person (language)", "person refuses more"),
        ("ALTER TABLE person ADD COLUMN newest INTEGER NOT NULL DEFAULT 0", ""),
    ):
        with changed(sqlite_store, statement) as tx:
            assert said in "\n".join(broken(whole, Shape(inspect(tx)))), statement
            assert bool(said) == bool(list(broken(whole, Shape(inspect(tx))))), statement
