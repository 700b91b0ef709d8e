"""A drill: the newest backup comes back into a throw-away store, is looked at, and goes; what it took is told, and remembered at the desk."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import config
from bot.commands import backups
from bot.commands.upkeep import BROKEN
from bot.config import Settings
from bot.setup import open_store
from storage import access_log, drills, erased, keys, sealed
from storage.database import Store, head, migrate, revision

# How a backup of each store begins.
BEGINS = {False: b"SQLite format 3\0", True: b"PGDMP"}
# The throw-away store: a folder beside the store, or a database whose name ends so.
NAME = "drill"


class Found(NamedTuple):
    """What was looked at in the restored store."""

    revision: str
    counts: drills.Counts
    logged: int
    # Deletions that it knows nothing of, and that a real restore would do again.
    missed: int


def run(file: Path | None, *, folder: Path | None, now: datetime) -> Iterator[str]:
    """A line for each thing that is known. Raises ValueError and OSError with what does not hold; the throw-away store goes either way."""
    settings = config.read(file)
    store = open_store(settings)
    source = newest(folder or _folder(settings), remote=store.remote)
    made_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    yield f"最新的备份：{source}，{(now - made_at).total_seconds() / 3600:.1f} 小时前做的，{source.stat().st_size / 1e6:.1f} MB"
    with closing(store):
        began = time.monotonic()
        with _throw_away(settings) as there:
            backups.put_back(there, source)
            restored = time.monotonic()
            found = _look(settings, there)
            ended = time.monotonic()
        with store.begin() as tx:
            if drills.counts(tx).people and not found.counts.people:
                raise ValueError("备份里一个人也没有，数据库里有：这个备份不能用")
            drills.remember(tx, now=now, made_at=made_at, seconds=ended - began)
    yield f"恢复用了 {restored - began:.1f} 秒，检查用了 {ended - restored:.1f} 秒"
    yield f"数据库结构 {found.revision}；密钥打得开；访问日志完好，{found.logged} 行"
    yield f"{found.counts.people} 人，{found.counts.messages} 条来话，{found.counts.cases} 件调解"
    yield f"真的恢复时，会照删除名单再删 {found.missed} 个人的资料"
    yield "演练做好了，临时的库删掉了"


def newest(folder: Path, *, remote: bool) -> Path:
    """The backup that was written last. Raises FileNotFoundError where the folder holds none of this kind of store."""
    found = [one for one in folder.iterdir() if one.is_file() and _is_backup(one, remote=remote)] if folder.is_dir() else []
    if not found:
        raise FileNotFoundError(f"{folder} 里没有备份；先运行 motherpost backup {folder}/文件")
    return max(found, key=lambda one: one.stat().st_mtime)


def _is_backup(file: Path, *, remote: bool) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(BEGINS[remote])) == BEGINS[remote]


def _folder(settings: Settings) -> Path:
    if not settings.backups.folder:
        raise ValueError("请用 --folder 写备份在哪个文件夹，或者写在设置的 backups.folder 里")
    return config.ROOT / settings.backups.folder


def _look(settings: Settings, there: Settings) -> Found:
    """All that has to hold of a restored store before anybody is served from it. Raises ValueError."""
    sealed.use_keys(sealed.keys_from(os.environ.get("MOTHERPOST_KEYS", ""), config.data_folder(settings), make=False))
    with closing(Store(config.database_url(there))) as store:
        before = revision(store)
        if before is None or before > head():
            raise ValueError(f"备份的数据库结构是 {before or '空的'}，这个程序只到 {head()}")
        migrate(store)
        with store.read() as tx:
            keys.prove(tx)
            keys.read_root(tx)
            log = access_log.verify(tx)
            if log.why:
                raise ValueError(f"备份里的访问日志对不上：{BROKEN[log.why]}；前面 {log.rows} 行没有动过")
            missed = erased.missed(tx, config.beside(settings))
            return Found(_carried(before), drills.counts(tx), log.rows, len(erased.people(tx, {one.person for one in missed})))


def _carried(before: str) -> str:
    return before if before == head() else f"{before}，升到了 {head()}"


@contextmanager
def _throw_away(settings: Settings) -> Iterator[Settings]:
    """Settings of a store that is not there yet and is gone afterwards; what a drill that was killed left is taken away first."""
    if data := config.data_folder(settings):
        folder = data / NAME
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield settings.model_copy(update={"database": f"sqlite:///{folder}/motherpost.db"})
        finally:
            if folder.exists():
                shutil.rmtree(folder)
        return
    url = make_url(settings.backups.drill_on or settings.database)
    name = f"{url.database}_{NAME}"
    with closing(create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()) as admin:
        _say(admin, f'DROP DATABASE IF EXISTS "{name}"')
        _say(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield settings.model_copy(update={"database": url.set(database=name).render_as_string(hide_password=False)})
        finally:
            _say(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


def _say(admin: Connection, statement: str) -> None:
    """Raises ValueError with what the server does not allow."""
    try:
        admin.exec_driver_sql(statement)
    except DBAPIError as error:
        why = str(error.orig).splitlines()[0]
        raise ValueError(f"临时的库做不了：{why}。它的用户要有 CREATEDB，也不要同时做两次演练；可以另写 backups.drill_on") from None
