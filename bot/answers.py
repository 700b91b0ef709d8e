"""What goes into a response: taken from the store as it is composed, marked when it is out, given again to a repeat, also after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.gathered import Gathered
from bot.transactions import Transactions
from channels.wechat.callback import Taken
from channels.wechat.composing import Composer
from domain.messages import Receipt
from storage.reach import answers
from storage.reach.answers import Given

# Of what had waited, in one response.
MOST = 20


class StoredAnswers:
    """The answers of one channel; `committed` is called where something was left to its sender."""

    def __init__(
        self,
        channel: str,
        transactions: Transactions,
        composer: Composer,
        *,
        now: Callable[[], datetime],
        committed: Callable[[], None],
        pushes: bool = True,
    ) -> None:
        """Where nothing `pushes`, what a response does not take waits for the next one."""
        self._pushes = pushes
        self._channel = channel
        self._gathered = Gathered(transactions)
        self._composer = composer
        self._now = now
        self._committed = committed
        self._marking: set[asyncio.Future[None]] = set()

    async def take(self, receipt: Receipt, address: str) -> Taken:
        """The answer to an event, in one text; what does not fit is the sender's at once."""
        taken, left = await self._gathered.run(lambda tx: self._take(tx, receipt, address))
        if left:
            self._committed()
        return taken

    def given(self, rows: tuple[int, ...]) -> None:
        """The response went out."""
        self._mark(lambda tx: answers.out(tx, rows, now=self._now()))

    def kept_back(self, rows: tuple[int, ...]) -> None:
        """The response went out without these rows."""
        self._mark(lambda tx: self._let_go(tx, rows))

    async def close(self) -> None:
        """Wait for what is being marked."""
        await self._gathered.close()

    def _mark(self, work: Callable[[Connection], None]) -> None:
        marking = self._gathered.run(work)
        self._marking.add(marking)
        marking.add_done_callback(self._marked)

    def _marked(self, marking: asyncio.Future[None]) -> None:
        self._marking.discard(marking)
        if not marking.cancelled():
            # Not marked, it is brought again when its lease ends: twice is better than never.
            marking.exception()
        self._committed()

    def _take(self, tx: Connection, receipt: Receipt, address: str) -> tuple[Taken, bool]:
        """The answer, and whether something is left to the sender."""
        inbox_id, now = receipt.inbox_id or 0, self._now()
        replies = answers.replies(tx, inbox_id)
        kept = answers.kept(tx, self._channel, address, limit=MOST)
        composed = self._composer.compose([row.outbound for row in replies], [row.outbound for row in kept])
        rows = Given(replies[: composed.replies], kept[: composed.kept], composed.more, now)
        if not answers.note(tx, rows, inbox_id):
            # Its answer is the one that it had, also where two of its calls came at once.
            before = answers.given(tx, inbox_id) or rows
            answers.carry(tx, before, now=now)
            return _taken(self._text(before), before), False
        answers.carry(tx, rows, now=now)
        self._let_go(tx, [row.id for row in replies[composed.replies :]])
        return _taken(composed.text, rows), composed.replies < len(replies)

    def _let_go(self, tx: Connection, ids: Sequence[int]) -> None:
        if self._pushes:
            answers.let_go(tx, ids, now=self._now())
        else:
            answers.hold(tx, ids, "window")

    def _text(self, rows: Given) -> str:
        return self._composer.text_of([row.outbound for row in rows.replies], [row.outbound for row in rows.kept], more=rows.more)


def _taken(text: str, rows: Given) -> Taken:
    return Taken(text, tuple(rows.ids), int(rows.at.timestamp()))
