"""Commands for who runs it: check, migrate, keys, the access log, and what did not get through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot import config, content
from bot.config import Settings
from bot.setup import open_store
from domain.errors import ContentError
from domain.notices import LOCAL
from storage import access_log, keys, replica, sealed, told
from storage import replication as replicated
from storage.database import fits, head, revision
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
        if not store.exists or not fits(store):
            return 0
        with store.read() as tx:
            return slips.without_terms(tx)


def replication(file: Path | None) -> Iterator[str]:
    """What can be lost or is slower than it was set to be, a sentence each; nothing of SQLite, and where all is as safe as can be."""
    settings = config.read(file)
    if settings.database.startswith("sqlite"):
        return
    with closing(open_store(settings, migrated=False)) as store:
        with store.read() as tx:
            if (found := replicated.look(tx)) is not None and (said := _at_risk(found)):
                yield said
        if store.replica is not None and replica.behind(store, lambda source: source.away):
            yield "database_read 连不上，或者落后五分钟以上：数字和名单现在都从主库读"


def _at_risk(found: replicated.Replication) -> str:
    """What the death of the primary would cost; empty where nothing that was acknowledged."""
    alone = found.commits in replicated.ALONE
    if found.wanted and not alone:
        if found.synchronous:
            return ""
        if found.hidden:
            return "看不到备用库是不是同步的：请给数据库用户 GRANT pg_read_all_stats，再检查一次"
        return "设了同步的备用库，却没有一台连着：什么都存不进去，急事只从内存里回答；请把备用库接上，或者清空 synchronous_standby_names"
    if not found.standbys:
        return "这台 PostgreSQL 没有备用库：它坏了，最近一次备份以后大家说的话、办的事就都没有了"
    why = f"synchronous_commit 是 {found.commits}" if alone else "synchronous_standby_names 是空的"
    return f"复制是异步的（{why}）：主库突然坏了，已经回了人家的最后几秒的话可能丢，现在备用库落后 {found.behind} 字节"


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
        current, fit = revision(store), fits(store)
    except ValueError as error:
        yield f"keys: {error}"
        return
    except Exception as error:  # whatever the driver says is what is wrong
        yield f"database: 打不开数据库：{str(error).splitlines()[0]}"
        return
    # An SQLite store is made and migrated at start.
    if current is not None and current > head() and not fit:
        yield f"database: 数据库结构是 {current}，这个程序只认识到 {head()}：请换成新的版本"
    elif store.remote and not fit:
        yield f"database: 数据库结构是 {current or '空的'}，程序需要 {head()}：请运行 motherpost migrate"
    store.close()


def migrate(file: Path | None) -> str:
    """Bring the schema to this version."""
    store = open_store(config.read(file), migrated=False)
    before = revision(store)
    upgrade(store)
    return f"数据库结构：{before or '空的'} → {revision(store)}"


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
