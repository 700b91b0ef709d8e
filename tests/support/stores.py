"""Stores that fail the way machines do: a disk without room, another process that writes, a server that is gone or does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import make_url

from storage.database import Store


class Broken(NamedTuple):
    """A store as the bot has it, and what mends it."""

    store: Store
    mend: Callable[[], Awaitable[None]]


class Cable:
    """A way to PostgreSQL that can be cut (nobody answers the door) or hung (what is said arrives nowhere)."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.port = 0

    @property
    def url(self) -> str:
        return self._to.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def plug_in(self) -> None:
        self._server = await asyncio.start_server(self._line, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
        lines = tuple(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    def hang(self) -> None:
        self._open.clear()

    async def go_on(self) -> None:
        self._open.set()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.ensure_future(self._carry_both(reader, writer))
        self._lines.add(line)
        await asyncio.wait({line})
        self._lines.discard(line)

    async def _carry_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(self._to.host, self._to.port)
        try:
            await asyncio.gather(self._carry(reader, ours), self._carry(theirs, writer))
        finally:
            for end in (writer, ours):
                end.transport.abort()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self._open.wait()
            to.write(data)
            await to.drain()
        to.close()


@contextlib.asynccontextmanager
async def full_disk(store: Store) -> AsyncIterator[Broken]:
    """No page can be added to the file."""
    room = [0]

    @event.listens_for(store.engine, "checkout")
    def _full(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {room[0] or pages}")

    async def mend() -> None:
        room[0] = 1_000_000

    yield Broken(store, mend)


@contextlib.asynccontextmanager
async def written_elsewhere(store: Store) -> AsyncIterator[Broken]:
    """Another process holds the only lock."""
    with contextlib.closing(sqlite3.connect(str(make_url(store.url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        async def mend() -> None:
            other.execute("ROLLBACK")

        yield Broken(store, mend)


@contextlib.asynccontextmanager
async def cut(store: Store, *, hangs: bool = False) -> AsyncIterator[Broken]:
    """The way to the server is cut, or hangs, once it has been used."""
    cable = Cable(store.url)
    await cable.plug_in()
    far = Store(cable.url)
    await asyncio.to_thread(_used, far)
    if hangs:
        cable.hang()
    else:
        await cable.cut()
    yield Broken(far, cable.go_on if hangs else cable.plug_in)
    await asyncio.to_thread(far.close)
    await cable.cut()


def _used(store: Store) -> None:
    with store.read() as tx:
        tx.exec_driver_sql("SELECT 1")
