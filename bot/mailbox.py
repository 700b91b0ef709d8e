"""What the web page shows after a reload or a break: her words and the bot's, from the store; and the pictures of all channels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.transactions import PATIENCE, Slow, Transactions
from channels.web import Item, bot_item
from domain.access import scopes
from domain.notices import LOCAL
from storage import inbox, sending, told
from storage.broadcasts import pictures
from storage.database import unable
from storage.people import addresses, persons
from storage.staff import roles

log = logging.getLogger(__name__)
Found = TypeVar("Found")
SHOWN = 50
# Looks at a store across a network that may be under way, or hang, at once.
LOOKS = 8


class Mailbox:
    """History and read marks of web addresses. A store that does not answer holds up neither the loop nor a page."""

    def __init__(self, transactions: Transactions, *, now: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._now = now
        self._store = transactions.store
        self._threads = ThreadPoolExecutor(LOOKS, "mailbox")
        self._looking = 0

    async def history(self, address: str, after: int) -> list[Item] | None:
        """The last messages of both sides, oldest first; with `after`, only the bot's newer than that row. None where the store is down."""
        return await self._look(partial(self._history, address, after))

    async def _look(self, look: Callable[[], Found]) -> Found | None:
        if not self._store.remote:
            return _tried(look)
        if self._looking >= LOOKS:
            return None
        self._looking += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, _tried, look)
        running.add_done_callback(self._looked)
        done, _ = await asyncio.wait({running}, timeout=PATIENCE)
        return running.result() if done else None

    def _looked(self, _: object) -> None:
        self._looking -= 1

    def _history(self, address: str, after: int) -> list[Item]:
        with self._store.read() as tx:
            if addresses.ended(tx, "web", address):
                return []
            bot = [_item(row) for row in told.said_to(tx, "web", address, after=after, limit=SHOWN if after == 0 else 500)]
            person = persons.find(tx, "web", address) if after == 0 else None
            hers = inbox.said_by(tx, person.person_id, channel="web", limit=SHOWN) if person else []
        mine = [_hers(row) for row in hers]
        # At the same moment her words came first.
        return sorted([*mine, *bot], key=lambda item: (item["at"], item["from"] == "bot", item["id"]))[-SHOWN if after == 0 else 0 :]

    async def seen(self, address: str, ids: list[int]) -> None:
        """She has these rows on her screen; where the store is down that is not known."""

        def mark(tx: Connection) -> None:
            sending.mark_read(tx, address, ids, channel="web")

        try:
            await self._transactions.run(mark)
        except SQLAlchemyError as error:
            log.warning("what was read could not be marked: %s", type(error).__name__)

    async def ended(self, address: str, channel: str = "web") -> bool:
        """Whether she left this address; where the store is down nobody did, so that danger is heard."""
        return await self._look(partial(self._ended, address, channel)) or False

    def _ended(self, address: str, channel: str) -> bool:
        with self._store.read() as tx:
            return addresses.ended(tx, channel, address)

    async def left(self, address: str) -> None:
        """She leaves this address; where the store is down only its cookie goes."""
        try:
            await self._transactions.run_soon(lambda tx: addresses.leave(tx, "web", address, now=self._now()), patience=PATIENCE)
        except Exception as error:
            if not (isinstance(error, Slow) or unable(error)):
                raise
            log.warning("an address could not be ended: %s", type(error).__name__)

    async def may_send(self, address: str, channel: str = "web") -> bool:
        """Whether a picture from this address would be kept: of staff who write notices, and of who was just asked for one."""
        return await self._look(partial(self._may_send, address, channel)) or False

    def _may_send(self, address: str, channel: str) -> bool:
        with self._store.read() as tx:
            person = persons.find(tx, channel, address)
            if person is None:
                return False
            asked = person.state is not None and persons.sends_picture(person.state)
            return asked or bool(scopes(roles.roles_of(tx, person.person_id), "broadcasts.write"))

    def picture(self, key: str) -> tuple[str, bytes] | None:
        """Type and content of a picture; called from threads."""
        with self._store.read() as tx:
            return pictures.get(tx, key)


def _tried(look: Callable[[], Found]) -> Found | None:
    try:
        return look()
    except SQLAlchemyError as error:
        log.warning("the store could not be read: %s", type(error).__name__)
        return None


def _hers(row: inbox.Said) -> Item:
    at = _iso(row.received_at)
    return {"id": -row.id, "from": "me", "text": row.said or "", "at": at, "buttons": [], "edits": "", "event": row.event_id}


def _item(row: told.Shown) -> Item:
    return bot_item(row.id, row.outbound, row.created_at.astimezone(LOCAL))


def _iso(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat()
