"""Small work of many callers at one moment shares one transaction, each in a savepoint of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.transactions import Transactions
from storage.database import savepoint, unable

Result = TypeVar("Result")
MOST_AT_ONCE = 100


class Gathered:
    """Whoever comes while a transaction runs shares the next one."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._waiting: list[tuple[Callable[[Connection], Any], asyncio.Future[Any]]] = []
        self._working: asyncio.Task[None] | None = None

    def run(self, work: Callable[[Connection], Result]) -> asyncio.Future[Result]:
        """What `work` returns, once it is committed; its exception, if it raised one."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._drain())
        return done

    async def close(self) -> None:
        """Finish what was handed in."""
        if self._working is not None:
            await asyncio.wait({self._working})

    async def _drain(self) -> None:
        while self._waiting:
            await self._transactions.breathe()
            some, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            works = [work for work, _ in some]
            try:
                results = await self._transactions.run(lambda tx, works=works: [_each(tx, work) for work in works])  # type: ignore[misc]
            except Exception as error:
                results = [error] * len(some)
            for (_, done), result in zip(some, results, strict=True):
                if done.done():
                    continue
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)


def _each(tx: Connection, work: Callable[[Connection], Any]) -> Any:
    """The result, or the error that undid this work alone."""
    try:
        with savepoint(tx):
            return work(tx)
    except Exception as error:
        if unable(error):
            raise
        return error
