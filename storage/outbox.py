"""What is to be said: put in with the change it tells of, found again by a button's words, emptied when it is over. What senders do is `storage.sending`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    update,
)

from domain.messages import Outbound
from storage.bodies import SHOWN, body_of, outbounds
from storage.prepared import Prepared
from storage.tables.messages import REPLY, outbox

LOOP_WINDOW = timedelta(minutes=5)
LOOP_LIMIT = 20
# What is older was emptied by an earlier run.
FORGOTTEN_BEFORE = timedelta(days=14)

_same = outbox.alias("same")
_SAME_LATELY = (
    select(func.count())
    .select_from(_same)
    .where(
        _same.c.address == bindparam("to_address"),
        _same.c.digest == bindparam("same_digest"),
        _same.c.created_at > bindparam("since"),
        _same.c.digest != 0,
    )
    .scalar_subquery()
)
_LOOPS = _SAME_LATELY >= LOOP_LIMIT
# The 21st identical text to one person within five minutes stays unsent, whichever process writes it.
_PUT = Prepared(
    insert(outbox)
    .values(status=case((_LOOPS, literal("withheld")), else_=literal("waiting")), why=case((_LOOPS, literal("loop")), else_=literal("")))
    .returning(outbox.c.id)
)


def _digest(outbound: Outbound) -> int:
    if outbound.edits or outbound.always:
        return 0
    said = "\n".join([outbound.text, *(card.text for card in outbound.cards)])
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=7).digest()) or 1


def put(
    tx: Connection,
    outbound: Outbound,
    *,
    channel: str,
    address: str,
    person_id: int | None,
    now: datetime,
    priority: int = REPLY,
    inbox_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Put one message to one address into the outbox; its row id."""
    digest = _digest(outbound)
    row = {
        "person_id": person_id,
        "inbox_id": inbox_id,
        "channel": channel,
        "address": address,
        "priority": priority,
        "body": body_of(outbound),
        "private": outbound.private,
        "once": outbound.once,
        "edits": outbound.edits,
        "digest": digest,
        "attempts": 0,
        "created_at": now,
        "due_at": due_at or now,
        "platform_ref": "",
        "to_address": address,
        "same_digest": digest,
        "since": now - LOOP_WINDOW,
    }
    if outbound.edits:
        supersede(tx, channel, address=address, edits=outbound.edits)
    [[number]] = _PUT.rows(tx, row)
    return int(number)


def supersede(tx: Connection, channel: str, *, address: str, edits: str) -> None:
    """A newer edit of a message makes older ones that still wait pointless."""
    tx.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.edits == edits, outbox.c.status == "waiting")
        .values(status="withheld", why="superseded")
    )


class _Shown(NamedTuple):
    """A row that she saw, or that waits for her word (`kept`)."""

    status: str
    body: str
    notice_id: int | None
    private: bool
    once: bool
    edits: str


_SEEN = (
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.address == bindparam("to_address"),
    outbox.c.status != "withheld",
    outbox.c.status != "failed",
)
_NEWEST = select(outbox.c.status, *SHOWN).where(*_SEEN).order_by(outbox.c.id.desc()).limit(bindparam("several"))
_LAST, _LAST_OF = Prepared(_NEWEST), Prepared(_NEWEST.where(outbox.c.priority <= bindparam("of_priority")))


def choice_named(
    tx: Connection, channel: str, address: str, text: str, *, numbers: bool = True, priority: int | None = None, several: int = 1
) -> str | None:
    """The button that she named: by its number in the newest list that she saw (of a priority, or a higher one), or by its label in any of the last messages."""
    values: dict[str, object] = {"of_channel": channel, "to_address": address, "several": several}
    rows = _LAST.every(tx, _Shown, values) if priority is None else _LAST_OF.every(tx, _Shown, {**values, "of_priority": priority})
    lists = [(row.status != "kept", one.choices()) for row, one in zip(rows, outbounds(tx, rows), strict=True) if one.choices()]
    newest = next((buttons for seen, buttons in lists if seen), [])
    number = int(text) if numbers and text.isdecimal() and len(text) < 4 else 0
    if 0 < number <= len(newest):
        return newest[number - 1].choice or None
    return next((button.choice for _, buttons in lists for button in buttons if button.label.lstrip("0123456789. ") == text), None)


def forget(tx: Connection, *, person_id: int | None = None, before: datetime | None = None) -> None:
    """Empty the text of what is over: of one person, or of all that is older. The rows stay, as a record without content."""
    over = update(outbox).where(outbox.c.status.not_in(("waiting", "kept", "sending", "uncertain")))
    if person_id is not None:
        over = over.where(outbox.c.person_id == person_id)
    if before is not None:
        over = over.where(outbox.c.created_at < before, outbox.c.created_at > before - FORGOTTEN_BEFORE)
    tx.execute(over.values(body=body_of(Outbound(text=""))))


def leave(tx: Connection, channel: str, address: str) -> None:
    """What still waits for an address is not said there: somebody else writes from it now."""
    mine = (outbox.c.channel == channel, outbox.c.address == address, outbox.c.status.in_(("waiting", "kept", "uncertain")))
    tx.execute(update(outbox).where(*mine).values(status="withheld", why="no_address"))


def take_back(tx: Connection, person_id: int, *, since: datetime) -> None:
    """Sealed matters that a person was told since then are emptied in her chat; what still waits is not sent."""
    told = outbox.c.person_id == person_id, outbox.c.private, outbox.c.created_at >= since
    tx.execute(
        update(outbox).where(*told, outbox.c.status.in_(("waiting", "kept", "uncertain"))).values(status="withheld", why="taken_back")
    )
    tx.execute(update(outbox).where(*told, outbox.c.status != "sending").values(body=body_of(Outbound(text=""))))
