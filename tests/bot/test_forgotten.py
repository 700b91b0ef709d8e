"""Whoever was forgotten stays forgotten: a backup from before she deleted her data does not bring her back, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot import config, forgotten
from bot.commands import backups
from bot.setup import open_store
from handlers import profile
from handlers.content import Content
from handlers.scene import Scene
from storage import erased, merging, sealed
from storage.database import Store, migrate
from storage.people import persons
from tests.conftest import KEY
from tests.support import towns
from tests.support.emptied import postgresql_admin
from tests.support.requires import require_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """Settings of a store that is there, and of one on another machine where nothing is yet."""
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)
    monkeypatch.delenv("MOTHERPOST_DATABASE", raising=False)
    names = [f"motherpost_forgotten_{tmp_path.name[-24:]}_{number}" for number in range(2)]
    files = [tmp_path / "first.yaml", tmp_path / "second.yaml"]
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{file.stem}/m.db" for file in files]
    else:
        server = require_postgresql()
        urls = [f"{server.rsplit('/', 1)[0]}/{name}" for name in names]
        with postgresql_admin(server) as admin:
            for name in names:
                admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
    for file, url in zip(files, urls, strict=True):
        file.write_text(yaml.safe_dump({"database": url, "data": str(tmp_path / file.stem)}), "utf-8")
    with closing(Store(config.database_url(config.read(files[0])))) as store:
        migrate(store)
    yield files[0], files[1]
    if request.param == "postgresql":
        with postgresql_admin(server) as admin:
            for name in names:
                admin.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    sealed.use_keys((KEY,))


def woman(store: Store, address: str, name: str, now: datetime) -> int:
    with store.begin() as tx:
        person_id = persons.add(tx, "web", address, language="zh", now=now).person_id
        persons.change(tx, person_id, name=name, phone="13800000000")
        persons.save_profile(tx, person_id, {"skills": ["sewing"]}, now=now)
    return person_id


def forgets(store: Store, content: Content, person_id: int, now: datetime) -> None:
    with store.begin() as tx:
        profile.erase(Scene(tx=tx, content=content, now=now, person_id=person_id))


def test_a_backup_from_before_she_was_forgotten_does_not_bring_her_back(
    places: tuple[Path, Path], content: Content, now: datetime, tmp_path: Path
) -> None:
    here, elsewhere = places
    older, newer = tmp_path / "backups" / "1.db", tmp_path / "backups" / "2.db"
    older.parent.mkdir()
    with closing(open_store(config.read(here))) as store:
        towns.small(store)
        gone, stays, came_back = (woman(store, name, name, now) for name in ("王一", "李二", "张三"))
        twin = woman(store, "王一的旧号", "王一", now)
        forgets(store, content, came_back, now)
        with store.begin() as tx:
            persons.change(tx, came_back, name="张三")
        backups.backup(here, older)
        with store.begin() as tx:
            merging.merge(tx, gone, twin, by=None, now=now)
        forgets(store, content, gone, now + timedelta(days=1))
        backups.backup(here, newer)
    assert "2 个人" in backups.restore(elsewhere, older), "she, and her second record of that time"
    with closing(open_store(config.read(elsewhere))) as store:
        with store.read() as tx:
            names = {one: row.name for one in (gone, stays, came_back, twin) if (row := persons.get(tx, one)) is not None}
            assert names == {gone: None, stays: "李二", came_back: "张三", twin: None}
            assert persons.profile(tx, gone) is None and persons.profile(tx, stays) is not None
        assert forgotten.again(store, content, now=now) == 0, "once is enough"
    listed = (config.beside(config.read(elsewhere)) / erased.NAME).read_text()
    assert "王一" not in listed and "13800000000" not in listed


def test_the_list_lies_beside_the_store_as_soon_as_it_is_done_and_not_for_what_was_undone(
    sqlite_store: Store, content: Content, now: datetime
) -> None:
    towns.small(sqlite_store)
    person_id = woman(sqlite_store, "a", "王一", now)
    assert sqlite_store.folder is not None
    file = sqlite_store.folder / erased.NAME
    with pytest.raises(ZeroDivisionError), sqlite_store.begin() as tx:
        profile.erase(Scene(tx=tx, content=content, now=now, person_id=person_id))
        raise ZeroDivisionError
    sqlite_store.list_erased()
    assert not file.exists()
    forgets(sqlite_store, content, person_id, now)
    whole = file.read_text()
    assert len(whole.split()) == 2
    file.write_text(whole[:-9])
    forgets(sqlite_store, content, woman(sqlite_store, "b", "李二", now), now)
    assert whole.strip() in file.read_text() and len(file.read_text().strip().splitlines()) >= 3, "a torn line is written again"
