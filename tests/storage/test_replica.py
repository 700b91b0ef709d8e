"""Figures and long lists come from the replica and say as of when; where it is away or far behind, from the store itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Connection

from bot.commands import report
from handlers.content import Content
from storage import replica, sealed
from storage.database import Store, migrate
from storage.people import persons
from tests.conftest import KEY
from tests.support import towns
from tests.support.chat import Town
from tests.support.cluster import Pair, pair
from tests.support.desk import Desk
from tests.support.process import until
from tests.support.requires import require_cluster

NOWHERE = "postgresql+psycopg://postgres@127.0.0.1:1/postgres"


@pytest.fixture(scope="module")
def servers(keys: tuple[str, ...]) -> Iterator[Pair]:
    require_cluster()
    sealed.use_keys(keys)
    with pair() as found:
        with closing(Store(found.primary)) as store:
            migrate(store)
            towns.small(store)
        yield found


@pytest.fixture
def replicated(servers: Pair) -> Iterator[Store]:
    with closing(Store(servers.primary, replica=servers.standby)) as store:
        yield store
        _say(servers, "SELECT pg_wal_replay_resume()")


def _say(servers: Pair, statement: str) -> None:
    with closing(Store(servers.standby)) as standby, standby.read() as tx:
        tx.exec_driver_sql(statement)


def people(tx: Connection) -> int:
    return int(tx.exec_driver_sql("SELECT count(*) FROM person").scalar_one())


def seen(store: Store) -> tuple[int, replica.Source]:
    def count(source: replica.Source) -> tuple[int, replica.Source]:
        with source.read() as tx:
            assert replica.source(tx) == source
            return people(tx), source

    return replica.behind(store, count)


def comes(store: Store, name: str, now: datetime) -> None:
    with store.begin() as tx:
        persons.add(tx, "web", name, language="zh", now=now)


def test_it_is_read_as_of_when_it_is(replicated: Store, servers: Pair, now: datetime) -> None:
    before, source = seen(replicated)
    assert source.store is replicated.replica and source.at is not None and abs(source.at - datetime.now(UTC)) < timedelta(seconds=60)
    _say(servers, "SELECT pg_wal_replay_pause()")
    comes(replicated, "a", now)
    still, behind = seen(replicated)
    assert still == before and behind.at is not None and behind.at < datetime.now(UTC)
    _say(servers, "SELECT pg_wal_replay_resume()")
    until(lambda: seen(replicated)[0] == before + 1)


def test_far_behind_it_is_not_read(replicated: Store, servers: Pair, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    before, _ = seen(replicated)
    _say(servers, "SELECT pg_wal_replay_pause()")
    comes(replicated, "far", now)
    monkeypatch.setattr(replica, "MOST_BEHIND", timedelta(0))
    assert seen(replicated) == (before + 1, replica.Source(replicated, away=True))


def test_away_it_is_left_alone_for_a_while(servers: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Store] = []
    real = replica._as_of

    def ask(one: Store) -> datetime | None:
        asked.append(one)
        return real(one)

    monkeypatch.setattr(replica, "_as_of", ask)
    with closing(Store(servers.primary, replica=NOWHERE)) as store:
        for _ in range(3):
            assert seen(store)[1] == replica.Source(store, away=True)
        assert len(asked) == 1


def test_without_one_nothing_is_said(servers: Pair) -> None:
    with closing(Store(servers.primary)) as store:
        assert seen(store)[1] == replica.Source(store)


def test_an_error_of_our_own_is_not_tried_again(replicated: Store) -> None:
    tried = []

    def wrong(source: replica.Source) -> None:
        tried.append(source)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replica.behind(replicated, wrong)
    assert len(tried) == 1


def test_a_look_that_the_replica_breaks_off_begins_anew_at_the_store(replicated: Store) -> None:
    """As when what it reads was removed by the primary (a conflict with recovery)."""

    def look(source: replica.Source) -> replica.Source:
        with source.read() as tx:
            if source.at is not None:
                tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return source

    assert replica.behind(replicated, look) == replica.Source(replicated, away=True)


def test_the_desk_says_as_of_when_and_a_person_s_own_page_is_never_behind(
    replicated: Store, servers: Pair, content: Content, now: datetime
) -> None:
    town = Town(replicated, content, now)
    desk = Desk.of(town.invited("wu", "federation", None))
    desk.opens("/desk/figures").sees("读的是备用库，到")
    desk.opens("/desk/people").sees("读的是备用库，到")
    desk.opens("/desk").sees_not("备用库")
    assert replicated.replica is not None
    replicated.replica.rests_until = float("inf")
    desk.opens("/desk/figures").sees("备用库连不上或者落后太多")
    with closing(Store(servers.primary)) as alone:
        Desk.of(Town(alone, content, now).invited("li", "federation", None)).opens("/desk/figures").sees_not("备用库")


def test_the_report_says_as_of_when(servers: Pair, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)
    monkeypatch.delenv("MOTHERPOST_DATABASE", raising=False)
    file = tmp_path / "c.yaml"
    for at, said in ((servers.standby, "读的是备用库，到"), (NOWHERE, "备用库连不上")):
        file.write_text(yaml.safe_dump({"database": servers.primary, "database_read": at, "data": str(tmp_path)}), "utf-8")
        assert said in (report.run(file, month=None, format_="text", out=None, outside=False, now=now) or b"").decode()
