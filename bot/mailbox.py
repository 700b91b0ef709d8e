"""What the web page shows after a reload or a break: her words and the bot's, from the store; and the pictures of all channels."""

from __future__ import annotations

from datetime import datetime

from bot.consumer import Transactions
from domain.access import scopes
from domain.notices import LOCAL
from storage import inbox, outbox
from storage.broadcasts import pictures
from storage.people import persons
from storage.staff import roles

SHOWN = 50


class Mailbox:
    """History and read marks of web addresses."""

    def __init__(self, transactions: Transactions) -> None:
        self._store = transactions.store

    def history(self, address: str, after: int) -> list[dict[str, object]]:
        """The last messages of both sides, oldest first; with `after`, only the bot's newer than that row."""
        with self._store.read() as tx:
            bot = [_item(row) for row in outbox.said_to(tx, "web", address, after=after, limit=SHOWN if after == 0 else 500)]
            found = persons.find(tx, "web", address) if after == 0 else None
            hers = inbox.said_by(tx, found.person_id, channel="web", limit=SHOWN) if found else []
        mine = [_hers(row) for row in hers]
        # At the same moment her words came first.
        return sorted([*mine, *bot], key=lambda item: (item["at"], item["from"] == "bot", item["id"]))[-SHOWN if after == 0 else 0 :]

    def seen(self, address: str, ids: list[int]) -> None:
        """She has these rows on her screen."""
        with self._store.begin() as tx:
            outbox.mark_read(tx, address, ids, channel="web")

    def may_send(self, address: str) -> bool:
        """Whether a picture from this web address would be kept: only staff who write notices send any."""
        with self._store.read() as tx:
            found = persons.find(tx, "web", address)
            return found is not None and bool(scopes(roles.roles_of(tx, found.person_id), "broadcasts.write"))

    def picture(self, key: str) -> tuple[str, bytes] | None:
        """Type and content of a picture; called from threads."""
        with self._store.read() as tx:
            return pictures.get(tx, key)


def _hers(row: inbox.Said) -> dict[str, object]:
    at = _iso(row.received_at)
    return {"id": -row.id, "from": "me", "text": row.said, "at": at, "buttons": [], "edits": "", "event": row.event_id}


def _item(row: outbox.Shown) -> dict[str, object]:
    said = row.outbound
    buttons = [[{"label": b.label, "choice": b.choice, "url": b.url} for b in line] for line in said.buttons]
    picture = {"picture": said.picture} if said.picture else {}
    at = _iso(row.created_at)
    return {"id": row.id, "from": "bot", "text": said.text, "buttons": buttons, "at": at, "edits": said.edits, **picture}


def _iso(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat()
