"""Commands for who runs it: check, migrate, backup, restore, and what did not get through."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import config, content
from bot.config import Settings
from bot.setup import open_store
from domain.errors import ContentError
from domain.notices import LOCAL
from storage import access_log, erased, keys, sealed, told
from storage.database import Outdated, Store, head, revision
from storage.database import migrate as upgrade

# Why the access log's chain does not hold.
BROKEN = {
    "changed": "被改过",
    "missing": "前面少了",
    "loose": "不在链上",
    "cut": "少了几行",
    "chain": "的记录被换过",
}


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


def posts_without_terms(file: Path | None) -> int:
    """How many posts with lots nobody has said to be employment or a contract for work; none where there is no store yet."""
    from storage.workshops import slips

    store = open_store(config.read(file), migrated=False)
    with closing(store):
        if not store.exists or revision(store) != head():
            return 0
        with store.read() as tx:
            return slips.without_terms(tx)


def makes_pdf() -> bool:
    """Whether a case file can be had as a PDF."""
    from bot.case_files import installed

    return installed()


def draws_cards() -> bool:
    """Whether a post's card can be had as a picture: it needs a Chinese font of the system."""
    from bot.desk.share_card import font

    return font() is not None


def _store(settings: Settings) -> Iterator[str]:
    try:
        store = open_store(settings, migrated=False)
        current = revision(store)
    except ValueError as error:
        yield f"keys: {error}"
        return
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
    if not source.is_file():
        raise FileNotFoundError(f"没有这个文件：{source}")
    with closing(Store(config.database_url(settings))) as store:
        if not store.remote:
            _restore_file(config.database_file(settings), source)
        elif revision(store) is not None:
            raise FileExistsError("数据库不是空的，不覆盖")
        else:
            _postgresql("pg_restore", "--no-owner", "--exit-on-error", "--dbname", str(source), settings=settings)
        erased.gather(source.parent, config.beside(settings))
        with store.read() as tx:
            needed = keys.needed(tx)
    return f"{_keys_for(needed, settings)}{_forgotten(settings)}"


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


def rotate_keys(file: Path | None, *, now: datetime) -> Iterator[str]:
    """Seal everything anew with the newest key while the bot runs; a line for each step, and in the end what may go. Raises ValueError."""
    store = open_store(config.read(file))
    for table, rows in keys.rotate(store):
        yield f"{table}\t{rows}"
    newest, *older = map(sealed.fingerprint, sealed.in_use())
    with store.begin() as tx:
        left = keys.left(tx)
        if not left:
            keys.only_newest(tx, now=now)
    if left:
        raise ValueError(f"还有 {left} 处是运行中的程序用旧密钥新封的：请重启它（它要先有密钥 {newest}），再运行一次")
    yield f"都用 {newest} 封好了" + (f"；{'、'.join(older)} 可以拿掉了，旧备份还要用的话请另外保存" if older else "")


def verify_log(file: Path | None) -> str:
    """Whether the access log is whole. Raises ValueError that names the first broken row."""
    store = open_store(config.read(file))
    with store.read() as tx:
        broken = access_log.verify(tx)
    if broken.why:
        where = f"第 {broken.broken_id} 行" if broken.broken_id is not None else "末尾"
        raise ValueError(f"访问日志对不上：{where}{BROKEN[broken.why]}；前面 {broken.rows} 行没有动过")
    return f"访问日志完好：{broken.rows} 行，最后的校验值 {broken.last[:16] or '还没有'}"


def troubles(file: Path | None, most: int) -> list[str]:
    """Rows that failed, are uncertain, or were sent again after a crash."""
    with open_store(config.read(file)).read() as tx:
        rows = told.troubled(tx, most)
    return [
        f"{row.id}\t{row.channel}\t{row.status}\t{row.why}\t第{row.attempts}次\t{row.created_at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
        + ("\t可能重复" if row.ambiguous_at else "")
        for row in rows
    ] or ["没有"]
