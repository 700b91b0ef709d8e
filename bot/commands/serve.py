"""`motherpost run`: one process with everything, until it is told to stop."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import click
import uvloop

from bot import forgotten
from bot.app import Bot, serve
from bot.commands.town import invitation
from bot.config import Settings, Web, database_file
from bot.setup import everything
from domain.access import DESK, ROLES, Scope
from domain.lists import KINDS
from storage.database import Store
from storage.desk import sessions, staff
from storage.lists import names
from storage.people import persons
from storage.staff import roles
from storage.survey import takeovers

# For whom `--demo` prints a link, and where.
DEMO_ROLES = (
    ("coordinator", "YT01"),
    ("grid_worker", "YT01"),
    ("mediator", "YT01"),
    ("federation", None),
    ("employer", None),
    ("data_officer", None),
    ("mother", "YT01"),
)
# Whose link opens as somebody of the town who already has something to do.
AT_WORK = frozenset({"mediator", "data_officer"})
LINKS_FOR = timedelta(hours=72)
# What whoever sits at the desk of the demo town is called, where nobody with a name holds the role yet.
DEMO_NAMES = {"coordinator": "孙协调", "grid_worker": "周网格", "mediator": "郑调解", "federation": "吴妇联", "employer": "冯厂长"}


def run(file: Path | None, *, host: str | None, port: int | None, demo: bool, role: str = "all") -> None:
    """Serve; exit 1 where a part failed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for noisy in ("apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings, store, content = everything(file)
    keeper = None if store.remote else _only_one(database_file(settings), role)
    web = settings.web.model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v is not None})
    settings = settings.model_copy(update={"web": web})
    if demo:
        _fill(store)
    if again := forgotten.again(store, content, now=datetime.now(UTC)):
        click.echo(f"数据库比删除名单旧：{again} 个人的资料又删掉了", err=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        well = runner.run(_serve(Bot(settings, store, content, role=role), store, settings, web=web, demo=demo))
    if keeper is not None:
        keeper.close()
    if not well:
        raise OSError(f"没有能在 {web.host}:{web.port} 好好运行；原因在上面")


def _only_one(file: Path, role: str) -> BinaryIO:
    """An SQLite store has one process; the open file says so to others as long as this one lives. Raises OSError where another runs."""
    if role != "all":
        raise OSError(f"--role {role} 只用于 PostgreSQL；SQLite 的库只有一个进程，不用写 --role")
    keeper = file.with_name(f"{file.name}.running").open("ab")
    try:
        fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        keeper.close()
        raise OSError(
            f"{file} 已经有一个 motherpost 在运行。SQLite 的库只能有一个进程：先停掉那一个；要几个一起跑，请换成 PostgreSQL"
        ) from None
    return keeper


def _fill(store: Store) -> None:
    with store.read() as tx:
        empty = not persons.communities(tx)
    if empty:
        from bot import demo as towns

        click.echo("正在填入演示小城……", err=True)
        towns.fill(store, now=datetime.now(UTC))


async def _serve(bot: Bot, store: Store, settings: Settings, *, web: Web, demo: bool) -> bool:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(address: str) -> None:
        for line in demo_links(store, settings.web.public_url or address) if demo else ():
            click.echo(line)
        click.echo(f"ready {address}")

    return await serve(bot, host=web.host, port=web.port, ready=ready, stop=stop)


def _a_firm(store: Store) -> str | None:
    """The code of some enterprise, the first by code."""
    with store.read() as tx:
        return min(names(tx, KINDS["enterprises"]), default=None)


def demo_links(store: Store, address: str) -> list[str]:
    """The links, where the demo filled the store; in a city's own nobody is let in, and nobody hired, by a flag."""
    from bot import demo as towns

    return links(store, address) if towns.filled(store) else ["这个库不是演示小城填的：里面可能有真人的资料，不给演示用的链接。"]


def links(store: Store, address: str) -> list[str]:
    """An invitation link for each role of the demo town; each opens as another person, also in the same browser."""
    now = datetime.now(UTC)
    lines = ["演示用的邀请链接（每个只能用一次，各开一个窗口）："]
    for role, community in DEMO_ROLES:
        firm = _a_firm(store) if "firm" in ROLES[role].held_in else None
        if "firm" in ROLES[role].held_in and firm is None:
            continue
        code = _as_holder(store, role, community, now=now) if role in AT_WORK else None
        code = code or invitation(store, role, community=community, enterprise=firm, expires_at=now + LINKS_FOR, now=now)
        lines.append(f"  {role:<12} {address}/?as={role.replace('_', '')}&start={code}")
    return [*lines, *desk_links(store, address, now=now)]


def _as_holder(store: Store, role: str, community: str | None, *, now: datetime) -> str | None:
    """A code that makes a new browser that of who works there already, so that her lists are not empty; None where nobody does."""
    with store.begin() as tx:
        places = {row.code: row.id for row in persons.communities(tx)}
        person_id = staff.holder(tx, role, Scope(places.get(community or "")))
        return (
            None if person_id is None else takeovers.make(tx, person_id, by=person_id, expires_at=now + LINKS_FOR, now=now, purpose="link")
        )


def desk_links(store: Store, address: str, *, now: datetime) -> list[str]:
    """A link to the desk for each role of the staff, as somebody of the town who holds it; who is missing is hired."""
    lines = ["工作台（每个只能用一次，各开一个浏览器窗口）："]
    firm = _a_firm(store)
    with store.begin() as tx:
        known = {row.code: row.id for row in persons.communities(tx)}
        for role, community in DEMO_ROLES:
            of_firm = "firm" in ROLES[role].held_in
            if role not in DESK or (of_firm and firm is None):
                continue
            where = Scope(known.get(community or ""), enterprise_id=roles.firm_by_code(tx, firm) if of_firm and firm else None)
            person_id = staff.holder(tx, role, where) or staff.hire(tx, DEMO_NAMES[role], role, where, now=now)
            code = sessions.link(tx, person_id, admits=True, now=now, expires_at=now + LINKS_FOR)
            lines.append(f"  {role:<12} {address}/desk/enter?code={code}")
    return lines
