"""The desk: the first page of each list in a town of 5,000 women and 3,200 posts, its size, and the search by name among a million women."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import httpx
from cryptography.fernet import Fernet
from starlette.applications import Starlette

from bench import million
from bot import content as contents
from bot import demo
from bot import desk as pages
from bot.config import Settings
from bot.desk.pages import PAGES
from bot.transactions import Transactions
from domain.access import CITY
from domain.finding import of_person
from handlers.content import Content
from storage import sealed
from storage.database import Store, migrate
from storage.desk import sessions, staff
from storage.people.finding import keep, of_word, unfindable

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
URL = "http://desk"
TURNS = 60
MOTHERS, POSTS, FOUND = 5_000, 3_200, 1_000_000
SURNAMES, FIRST, SECOND = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑", "丽秀淑玉桂海春小雪晓", "萍英芳兰梅燕红霞娟敏静洁琳颖雯欣怡佳慧琪"
# What each page may take and weigh: milliseconds at p99, and bytes.
LIST_MS, SEARCH_MS, BYTES = 100, 150, 60_000


def main() -> None:
    """Print p50, p99 and size of each page beside what is wanted."""
    sealed.use_keys((Fernet.generate_key().decode(),))
    content = contents.load(Settings())
    with _store() as store:
        demo.fill(store, mothers=MOTHERS, positions=POSTS, now=NOW)
        with store.begin() as tx:
            keep(tx, [(row, of_person(row.name, row.building)) for row in unfindable(tx, after=0, limit=10_000)])
        lists = [
            page.path
            for page in PAGES
            if "{" not in page.path and not page.path.endswith(("workbook", "word", "template", "export", "png"))
        ]
        asyncio.run(_measure(store, content, lists, LIST_MS))
    with _store() as store:
        demo.fill(store, mothers=1, positions=1, now=NOW)
        million.fill(store, FOUND)
        _names(store)
        searches = [f"/desk/people?words={words}" for words in ("王丽萍", "丽萍", "wlp", "王丽萍&community=1", "")]
        asyncio.run(_measure(store, content, searches, SEARCH_MS))


@contextmanager
def _store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'm.db'}")
        migrate(store)
        yield store
        store.close()


def _names(store: Store) -> None:
    """Every woman has one of 4,000 names, and is found by it, by its given name and by its initials."""
    names = ["".join(parts) for parts in product(SURNAMES, FIRST, SECOND)]
    sealing = sealed.Sealed().process_bind_param
    rows = [(place, sealing(name, None), *map(of_word, sorted(of_person(name, None)))) for place, name in enumerate(names)]  # type: ignore[arg-type]
    with store.begin() as tx:
        tx.exec_driver_sql("CREATE TEMP TABLE called (place INTEGER PRIMARY KEY, name, one, two, three)")
        tx.exec_driver_sql("INSERT INTO called VALUES (?, ?, ?, ?, ?)", rows)
        place = f"called.place = person.id % {len(names)}"
        tx.exec_driver_sql(f"UPDATE person SET findable = 1, name = (SELECT name FROM called WHERE {place})")  # noqa: S608 - names of ours
        for word in ("one", "two", "three"):
            tx.exec_driver_sql(
                f"INSERT OR IGNORE INTO found_by (word, person_id) SELECT {word}, person.id FROM person JOIN called ON {place}"
            )  # noqa: S608


async def _measure(store: Store, content: Content, addresses: list[str], most: float) -> None:
    with store.begin() as tx:
        sitting = staff.hire(tx, "吴主任", "federation", CITY, now=NOW)
        code = sessions.link(tx, sitting, admits=True, now=NOW, expires_at=NOW + timedelta(days=1))
    routes = pages.routes(Transactions(store), content, public_url="", now=lambda: NOW, wake=lambda: None)
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url=URL, follow_redirects=True) as client:
        await client.post("/desk/in", data={"code": code}, headers={"origin": URL})
        for address in addresses:
            first = await client.get(address)
            if first.is_success:
                took = sorted([await _timed(client, address) for _ in range(TURNS)])
                size, slow = len(first.content), took[-1]
                said = "" if slow < most and size < BYTES else "  <-- too much"
                print(
                    f"{address:36} p50 {statistics.median(took):6.1f} ms  p99 {slow:6.1f} ms (< {most})  {size / 1000:5.1f} KB{said}",
                    flush=True,
                )


async def _timed(client: httpx.AsyncClient, address: str) -> float:
    began = time.perf_counter()
    answer = await client.get(address)
    took = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    return took
