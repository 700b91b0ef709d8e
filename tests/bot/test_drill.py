"""The newest backup comes back into a throw-away store, is looked at, goes again, and the desk knows when that last went well; on both stores."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet

from bot import config
from bot.commands import backups, drill
from bot.setup import open_store
from storage import access_log, drills, sealed
from storage.database import MIGRATIONS, Store, head, migrate
from storage.people import persons
from tests.conftest import KEY
from tests.support import towns
from tests.support.chat import Town
from tests.support.desk import Desk
from tests.support.emptied import postgresql_admin
from tests.support.requires import require_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings of a small town with an access log, and of a folder for backups."""
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)
    monkeypatch.delenv("MOTHERPOST_DATABASE", raising=False)
    name = f"motherpost_drilled_{os.getpid()}_{tmp_path.name[-20:]}"
    url = f"sqlite:///{tmp_path}/store/m.db"
    if request.param == "postgresql":
        server = require_postgresql()
        url = f"{server.rsplit('/', 1)[0]}/{name}"
        with postgresql_admin(server) as admin:
            admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
    (tmp_path / "backups").mkdir()
    file = tmp_path / "c.yaml"
    values = {"database": url, "data": str(tmp_path / "store"), "backups": {"folder": str(tmp_path / "backups")}}
    file.write_text(yaml.safe_dump(values), "utf-8")
    with closing(Store(url)) as store:
        migrate(store)
    with closing(open_store(config.read(file))) as store:
        towns.small(store)
        with store.begin() as tx:
            access_log.write(tx, actor_id=None, action="test", subject_kind="person", subject_id=1, now=now)
    yield file
    if request.param == "postgresql":
        with postgresql_admin(server) as admin:
            admin.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    sealed.use_keys((KEY,))


def backed_up(place: Path, name: str, *, at: datetime) -> Path:
    copy = place.parent / "backups" / name
    backups.backup(place, copy)
    os.utime(copy, (at.timestamp(),) * 2)
    return copy


def drilled(place: Path, *, now: datetime) -> str:
    return "\n".join(drill.run(place, folder=None, now=now))


def remembered(place: Path) -> drills.Drill | None:
    with closing(Store(config.database_url(config.read(place)))) as store, store.read() as tx:
        return drills.last(tx)


def left(place: Path) -> list[str]:
    """What is there of a throw-away store."""
    settings = config.read(place)
    if folder := config.data_folder(settings):
        return [one.name for one in folder.iterdir() if one.name == drill.NAME]
    with postgresql_admin(settings.database) as admin:
        found = admin.exec_driver_sql("SELECT datname FROM pg_database WHERE datname = current_database() || '_drill'")
        return list(found.scalars())


def test_the_newest_backup_is_drilled_told_and_remembered(place: Path, now: datetime) -> None:
    backed_up(place, "1.db", at=now - timedelta(days=1))
    backed_up(place, "2.db", at=now - timedelta(hours=3))
    (place.parent / "backups" / "notes.txt").write_text("no backup")
    said = drilled(place, now=now)
    assert "2.db，3.0 小时前" in said and f"数据库结构 {head()}；" in said and "访问日志完好，1 行" in said
    known = remembered(place)
    assert known is not None and known.at == now and known.made_at == now - timedelta(hours=3) and known.seconds > 0
    assert not left(place)
    assert "演练做好了" in drilled(place, now=now), "and again"


def test_what_a_killed_drill_left_is_taken_away(place: Path, now: datetime) -> None:
    backed_up(place, "1.db", at=now)
    settings = config.read(place)
    if folder := config.data_folder(settings):
        (folder / drill.NAME).mkdir()
        (folder / drill.NAME / "motherpost.db").write_bytes(b"half")
    else:
        with postgresql_admin(settings.database) as admin:
            admin.exec_driver_sql(f'CREATE DATABASE "{settings.database.rsplit("/", 1)[1]}_drill"')
    assert left(place)
    drilled(place, now=now)
    assert not left(place)


def test_other_keys_are_told_and_nothing_is_remembered(place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backed_up(place, "1.db", at=now)
    settings = config.read(place)
    with drill._throw_away(settings) as there:
        backups.put_back(there, copy)
        monkeypatch.setenv("MOTHERPOST_KEYS", Fernet.generate_key().decode())
        with pytest.raises(ValueError, match="密钥不对"):
            drill._look(settings, there)
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)
    assert remembered(place) is None and not left(place)


def test_an_empty_backup_of_a_store_with_people_is_no_backup(place: Path, now: datetime) -> None:
    backed_up(place, "1.db", at=now)
    with closing(Store(config.database_url(config.read(place)))) as store, store.begin() as tx:
        persons.add(tx, "web", "a", language="zh", now=now)
    with pytest.raises(ValueError, match="一个人也没有"):
        drilled(place, now=now)
    assert remembered(place) is None and not left(place)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_log_that_was_changed_in_the_backup_is_told(place: Path, now: datetime) -> None:
    copy = backed_up(place, "1.db", at=now)
    with closing(sqlite3.connect(copy)) as changed:
        changed.execute("UPDATE access_log SET subject_id = 2")
        changed.commit()
    with pytest.raises(ValueError, match="访问日志对不上：被改过"):
        drilled(place, now=now)
    assert remembered(place) is None and not left(place)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_half_a_backup_and_no_backup(place: Path, now: datetime) -> None:
    with pytest.raises(FileNotFoundError, match="没有备份"):
        drilled(place, now=now)
    copy = backed_up(place, "1.db", at=now)
    copy.write_bytes(copy.read_bytes()[:9000])
    with pytest.raises(ValueError, match="不是完好的备份"):
        drilled(place, now=now)
    assert remembered(place) is None and not left(place)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_backup_of_an_older_version_is_carried_over(place: Path, now: datetime) -> None:
    before = f"{int(head()) - 1:04d}"
    with closing(Store(f"sqlite:///{place.parent}/backups/old.db")) as old:
        alembic = Config()
        alembic.set_main_option("script_location", str(MIGRATIONS))
        with old.begin() as tx:
            alembic.attributes["connection"] = tx
            command.upgrade(alembic, before)
    assert f"{before}，升到了 {head()}" in drilled(place, now=now)


def test_the_desk_shows_when_it_last_went_well(town: Town) -> None:
    wu = Desk.of(town.invited("wu", "federation", None))
    wu.opens("/desk/health").sees("上次恢复演练", "还没有做过")
    with town.store.begin() as tx:
        drills.remember(tx, now=town.now - timedelta(days=30), made_at=town.now - timedelta(days=31), seconds=4.25)
    wu.opens("/desk/health").sees("用了 4.2 秒").sees_not("还没有做过", "超过一个月")
    with town.store.begin() as tx:
        tx.exec_driver_sql("DELETE FROM drill")
        drills.remember(tx, now=town.now - timedelta(days=32), made_at=town.now - timedelta(days=32), seconds=1)
    wu.opens("/desk/health").sees("超过一个月没有演练了")
