"""Commands for who runs it: check, migrate, backup, restore, and what did not get through."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import config, content
from bot.config import Settings
from bot.setup import open_store
from domain.errors import ContentError
from domain.notices import LOCAL
from storage import told
from storage.database import head, revision
from storage.database import migrate as upgrade


def check(file: Path | None) -> list[str]:
    """Everything that is wrong, a line each."""
    try:
        settings = config.read(file)
    except ContentError as error:
        return [str(error), *map(str, content.check())]
    return [*map(str, content.check()), *_store(settings)]


def wage_tier_set() -> bool:
    """Whether somebody has said which tier of the minimum wage the district has."""
    from domain.screening.pay import tier

    return tier() is not None


def makes_pdf() -> bool:
    """Whether a case file can be had as a PDF."""
    from bot.case_files import installed

    return installed()


def _store(settings: Settings) -> Iterator[str]:
    try:
        store = open_store(settings, migrated=False)
        current = revision(store)
    except Exception as error:  # whatever the driver says is what is wrong
        yield f"database: 打不开数据库：{str(error).splitlines()[0]}"
        return
    # An SQLite store is made and migrated at start.
    if current != head() and (store.remote or current is not None and current > head()):
        yield f"database: 数据库结构是 {current or '空的'}，程序需要 {head()}：请运行 motherpost migrate"
    store.close()


def migrate(file: Path | None) -> str:
    """Bring the schema to this version."""
    store = open_store(config.read(file), migrated=False)
    before = revision(store)
    upgrade(store)
    return f"数据库结构：{before or '空的'} → {revision(store)}"


def backup(file: Path | None, target: Path) -> None:
    """A consistent copy while the bot runs. Raises FileExistsError rather than overwrite."""
    settings = config.read(file)
    if target.exists():
        raise FileExistsError(f"{target} 已经有了，不覆盖")
    if not settings.database.startswith("sqlite"):
        _postgresql("pg_dump", "--format=custom", f"--file={target}", settings=settings)
        return
    with closing(sqlite3.connect(f"file:{_existing(settings)}?mode=ro", uri=True)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def restore(file: Path | None, source: Path) -> None:
    """Put a backup where no store is. Raises FileExistsError rather than overwrite, ValueError where the file is no backup."""
    settings = config.read(file)
    if not source.is_file():
        raise FileNotFoundError(f"没有这个文件：{source}")
    if not settings.database.startswith("sqlite"):
        if revision(open_store(settings, migrated=False)) is not None:
            raise FileExistsError("数据库不是空的，不覆盖")
        _postgresql("pg_restore", "--no-owner", "--exit-on-error", "--dbname", str(source), settings=settings)
        return
    target = config.database_file(settings)
    if target.exists():
        raise FileExistsError(f"{target} 已经有了，不覆盖；请先把它挪走")
    _check_sqlite(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".restoring")
    shutil.copyfile(source, partial)
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
    found = config.database_file(settings)
    if not found.exists():
        raise FileNotFoundError(f"还没有数据库：{found}")
    return found


def _postgresql(*call: str, settings: Settings) -> None:
    url = make_url(settings.database).set(drivername="postgresql").render_as_string(hide_password=False)
    tool = list(call)
    # pg_restore takes the database before the file, pg_dump after its options.
    tool = [*tool[:-1], url, tool[-1]] if tool[0] == "pg_restore" else [*tool, f"--dbname={url}"]
    if shutil.which(tool[0]) is None:
        raise FileNotFoundError(f"没有 {tool[0]} 这个程序，请先装 PostgreSQL 的客户端")
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{tool[0]}：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '失败'}")


def troubles(file: Path | None, most: int) -> list[str]:
    """Rows that failed, are uncertain, or were sent again after a crash."""
    with open_store(config.read(file)).read() as tx:
        rows = told.troubled(tx, most)
    return [
        f"{row.id}\t{row.channel}\t{row.status}\t{row.why}\t第{row.attempts}次\t{row.created_at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
        + ("\t可能重复" if row.ambiguous_at else "")
        for row in rows
    ] or ["没有"]
