"""Backups: a consistent copy while the bot runs, and the way back to where no store is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import config, content
from bot.config import Settings
from bot.setup import open_store
from storage import erased, keys, sealed
from storage.database import Outdated, Store, revision


def backup(file: Path | None, target: Path) -> None:
    """A consistent copy while the bot runs. Raises FileExistsError rather than overwrite."""
    settings = config.read(file)
    if target.exists():
        raise FileExistsError(f"{target} 已经有了，不覆盖")
    # Nobody else may read it, from its first byte on.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy(settings, target)
    except BaseException:
        target.unlink()
        raise
    # The newest list lies beside every older backup.
    erased.gather(config.beside(settings), target.parent)


def _copy(settings: Settings, target: Path) -> None:
    if not settings.database.startswith("sqlite"):
        _postgresql("pg_dump", "--format=custom", f"--file={target}", settings=settings)
        return
    with closing(sqlite3.connect(f"file:{_existing(settings)}?mode=ro", uri=True)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def restore(file: Path | None, source: Path) -> str:
    """Put a backup where no store is; which keys it needs. Raises FileExistsError rather than overwrite, ValueError where it is no backup."""
    settings = config.read(file)
    put_back(settings, source)
    erased.gather(source.parent, config.beside(settings))
    with closing(Store(config.database_url(settings))) as store, store.read() as tx:
        needed = keys.needed(tx)
    return f"{_keys_for(needed, settings)}{_forgotten(settings)}"


def put_back(settings: Settings, source: Path) -> None:
    """The rows of a backup where nothing is yet. Raises FileExistsError rather than overwrite, ValueError where it is no backup."""
    if not source.is_file():
        raise FileNotFoundError(f"没有这个文件：{source}")
    with closing(Store(config.database_url(settings))) as store:
        if not store.remote:
            _restore_file(config.database_file(settings), source)
        elif revision(store) is not None:
            raise FileExistsError("数据库不是空的，不覆盖")
        else:
            _postgresql("pg_restore", "--no-owner", "--exit-on-error", "--dbname", str(source), settings=settings)


def _forgotten(settings: Settings) -> str:
    """Whom the list names is forgotten again at once where keys and schema fit, else by the next start."""
    from bot import forgotten

    try:
        store = open_store(settings)
    except (ValueError, Outdated):
        return "；备份以后删除过资料的人，启动时会先照名单再删一遍"
    with closing(store):
        count = forgotten.again(store, content.load(settings), now=datetime.now(UTC))
    return f"；备份以后删除过资料的 {count} 个人，又照名单删了一遍" if count else ""


def _keys_for(needed: list[str], settings: Settings) -> str:
    """The fingerprints of the keys that a restored store needs, and those of them that are not here."""
    try:
        here = {
            sealed.fingerprint(key)
            for key in sealed.keys_from(os.environ.get("MOTHERPOST_KEYS", ""), config.data_folder(settings), make=False)
        }
    except ValueError:
        here = set()
    missing = [one for one in needed if one not in here]
    said = f"要用的密钥（指纹）：{'、'.join(needed) or '备份里没有记'}"
    return f"{said}；现在缺：{'、'.join(missing)}，请先放回来再启动" if missing else said


def _restore_file(target: Path, source: Path) -> None:
    if target.exists():
        raise FileExistsError(f"{target} 已经有了，不覆盖；请先把它挪走")
    _check_sqlite(source)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_suffix(".restoring")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    partial.rename(target)


def _check_sqlite(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            sound = sound and copy.execute("SELECT count(*) FROM alembic_version").fetchone()[0] == 1
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise ValueError(f"{file} 不是完好的备份")


def _existing(settings: Settings) -> Path:
    file = config.database_file(settings)
    if not file.exists():
        raise FileNotFoundError(f"还没有数据库：{file}")
    return file


def _postgresql(*call: str, settings: Settings) -> None:
    """Run a tool of PostgreSQL on the store. The password goes by the environment: command lines are for everybody to read."""
    url = make_url(settings.database).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": url.password} if url.password else None
    shown = url._replace(password=None).render_as_string()
    tool = list(call)
    # pg_restore takes the database before the file, pg_dump after its options.
    tool = [*tool[:-1], shown, tool[-1]] if tool[0] == "pg_restore" else [*tool, f"--dbname={shown}"]
    if shutil.which(tool[0]) is None:
        raise FileNotFoundError(f"没有 {tool[0]} 这个程序，请先装 PostgreSQL 的客户端")
    done = subprocess.run(tool, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise OSError(f"{tool[0]}：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '失败'}")
