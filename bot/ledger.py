"""The ledger of one channel's allowances as its sender uses it: looked at and used up in one transaction, before the call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.gathered import Gathered
from bot.transactions import Transactions
from domain.allowance import Account, Way, choose
from storage.reach import allowances, answers

WINDOW = "window"


class StoredLedger:
    """`account` is what the account may do at all."""

    def __init__(self, channel: str, transactions: Transactions, account: Account, *, now: Callable[[], datetime]) -> None:
        self._channel, self._account, self._now = channel, account, now
        self._gathered = Gathered(transactions)

    async def way(self, row_id: int, address: str, messages: int) -> Way | None:
        """How this row may go; it is used up from now on. Where there is no way it waits for her next word from this very look on: kept
        later, it would miss a word that came in between."""
        return await self._gathered.run(lambda tx: self._way(tx, row_id, address, messages))

    def _way(self, tx: Connection, row_id: int, address: str, messages: int) -> Way | None:
        allowances.hold(tx, self._channel, address)
        ledger = allowances.ledgers(tx, self._channel, [address])[address]
        way = choose(ledger, self._account, self._now(), kind=allowances.kind_of(tx, row_id), messages=messages)
        if way is None:
            answers.keep(tx, row_id, WINDOW)
        else:
            allowances.use(tx, self._channel, address, way, messages=messages)
        return way

    async def closed(self, address: str, way: Way) -> None:
        """The platform knows better than our count."""

        def work(tx: Connection) -> None:
            if way.kind == "message":
                allowances.closed(tx, self._channel, address)
            elif way.kind == "grant":
                allowances.refused(tx, self._channel, address, [way.template])

        await self._gathered.run(work)

    async def told_briefly(self, row_id: int) -> None:
        """The whole of a notice that said only its first words waits for her next word."""
        await self._gathered.run(lambda tx: answers.keep_copy(tx, row_id, now=self._now()))
