"""`motherpost check` says in one sentence what the death of the primary would cost, and nothing where it would cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine

from bot.cli import main
from bot.commands import upkeep
from storage.database import Store, migrate
from tests.conftest import KEY
from tests.support.cluster import Pair, pair
from tests.support.process import until
from tests.support.requires import require_cluster


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    require_cluster()
    with pair() as found:
        with closing(Store(found.primary)) as store:
            migrate(store)
        yield found


@pytest.fixture
def said(servers: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)
    monkeypatch.delenv("MOTHERPOST_DATABASE", raising=False)
    yield Said(tmp_path / "c.yaml", servers.primary)
    change(servers, "ALTER SYSTEM SET synchronous_standby_names = 'two'", "ALTER SYSTEM RESET synchronous_commit")


class Said:
    """What `check` has to say of replication at that address."""

    def __init__(self, file: Path, database: str) -> None:
        self.file, self.database = file, database

    def __call__(self, **more: str) -> list[str]:
        settings = {"database": self.database, "data": str(self.file.parent), **more}
        self.file.write_text(yaml.safe_dump(settings), "utf-8")
        return list(upkeep.replication(self.file))


def change(servers: Pair, *statements: str) -> None:
    with create_engine(servers.primary, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as admin:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            admin.exec_driver_sql(statement)


def test_nothing_where_a_commit_waits_for_the_standby(said: Said, servers: Pair) -> None:
    assert said(database_read=servers.standby) == []


def test_asynchronous_by_either_setting(said: Said, servers: Pair) -> None:
    change(servers, "ALTER SYSTEM SET synchronous_commit = 'local'")
    until(lambda: len(said()) == 1)
    assert "复制是异步的（synchronous_commit 是 local）" in said()[0]
    change(servers, "ALTER SYSTEM RESET synchronous_commit", "ALTER SYSTEM SET synchronous_standby_names = ''")
    until(lambda: "synchronous_standby_names 是空的" in "".join(said()))
    done = CliRunner().invoke(main, ["check", "--config", str(said.file)])
    assert done.exit_code == 0 and done.stderr.count("提醒：复制是异步的") == 1 and "最后几秒" in done.stderr


def test_a_standby_that_is_waited_for_and_not_there(said: Said, servers: Pair) -> None:
    change(servers, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    until(lambda: ["什么都存不进去" in one for one in said()] == [True])


def test_who_may_not_see_it_is_told_what_to_grant(said: Said, servers: Pair) -> None:
    change(servers, "CREATE ROLE clerk LOGIN", "GRANT pg_read_all_data TO clerk")
    said.database = servers.primary.replace("postgres@", "clerk@")
    assert ["pg_read_all_stats" in one for one in said()] == [True]


def test_a_replica_that_is_away_is_told(said: Said) -> None:
    assert ["database_read" in one for one in said(database_read="postgresql+psycopg://postgres@127.0.0.1:1/postgres")] == [True]


def test_no_standby(postgresql_store: Store, said: Said) -> None:
    said.database = postgresql_store.url
    assert ["没有备用库" in one for one in said()] == [True]


def test_nothing_of_sqlite(said: Said, tmp_path: Path) -> None:
    said.database = f"sqlite:///{tmp_path}/m.db"
    assert said() == []
