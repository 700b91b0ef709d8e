"""What goes into the response to an event: its own answers, what waited for her next word, and to a repeat the same as the first time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, update

from domain.messages import Outbound
from storage import bodies, outbox
from storage.bodies import SHOWN
from storage.outbox import T
from storage.tables.messages import NOTICE

# How a row says that the response to its event holds it, as an answer or as what had waited; with MORE, that it also told of more that waits.
REPLIED, WAITED, MORE = "response", "response to waiting", "+"
_RESPONSE = (REPLIED, WAITED, REPLIED + MORE, WAITED + MORE)


class Held(NamedTuple):
    """A row that a response may hold."""

    id: int
    outbound: Outbound


class Given(NamedTuple):
    """What a response held: rows that answer its event, rows that had waited for it, and whether it told of more."""

    replies: list[Held]
    kept: list[Held]
    more: bool


# A response is out within five seconds; it names no process, so that its lease has to end.
LEASE = timedelta(seconds=30)

_COLUMNS = (T.c.id, T.c.platform_ref, *SHOWN)


def given(tx: Connection, inbox_id: int) -> Given | None:
    """What the response to this event held, whether it arrived or not; None where there was none."""
    rows = tx.execute(select(*_COLUMNS).where(T.c.inbox_id == inbox_id, T.c.platform_ref.in_(_RESPONSE)).order_by(T.c.id)).all()
    if not rows:
        return None
    waited = {row.id for row in rows if row.platform_ref.startswith(WAITED)}
    held = _held(tx, rows)
    return Given(
        replies=[one for one in held if one.id not in waited],
        kept=[one for one in held if one.id in waited],
        more=any(row.platform_ref.endswith(MORE) for row in rows),
    )


def replies(tx: Connection, inbox_id: int) -> list[Held]:
    """The answers to this event that nobody has taken yet."""
    return _all(tx, select(*_COLUMNS).where(T.c.inbox_id == inbox_id, T.c.status == "waiting").order_by(T.c.id))


def kept(tx: Connection, channel: str, address: str, *, limit: int) -> list[Held]:
    """What waits for a word of hers, oldest first."""
    hers = (T.c.channel == channel, T.c.address == address, T.c.status == "kept")
    return _all(tx, select(*_COLUMNS).where(*hers).order_by(T.c.id).limit(limit))


def _all(tx: Connection, statement: Select[Any]) -> list[Held]:
    return _held(tx, tx.execute(statement).all())


def _held(tx: Connection, rows: Sequence[Any]) -> list[Held]:
    return [Held(row.id, said) for row, said in zip(rows, bodies.shown(tx, rows), strict=True)]


def carry(tx: Connection, rows: Given, inbox_id: int, *, now: datetime) -> None:
    """These rows go out with the response to this event now; after a crash they are found by it."""
    for some, ref in ((rows.replies, REPLIED), (rows.kept, WAITED)):
        mine = update(T).where(T.c.id.in_([row.id for row in some]), T.c.status.in_(("waiting", "kept", "sending")))
        marked = {"platform_ref": ref + (MORE if rows.more else ""), "inbox_id": inbox_id}
        tx.execute(mine.values(status="sending", why="", lease_until=now + LEASE, owner=None, **marked))


def out(tx: Connection, ids: Collection[int], *, now: datetime) -> None:
    """The response with these rows went out."""
    mine = (T.c.id.in_(ids), T.c.status == "sending", T.c.platform_ref.in_(_RESPONSE))
    tx.execute(update(T).where(*mine).values(status="sent", lease_until=None, sent_at=now))


def let_go(tx: Connection, ids: Collection[int], *, now: datetime) -> None:
    """These rows did not go out with a response: the sender has them now."""
    mine = (T.c.id.in_(ids), T.c.status.in_(("sending", "waiting")))
    tx.execute(update(T).where(*mine).values(status="waiting", platform_ref="", why="", lease_until=None, owner=None, due_at=now))


def keep(tx: Connection, row_id: int, why: str) -> None:
    """This row waits for her next word: the platform lets nothing else through."""
    tx.execute(update(T).where(T.c.id == row_id).values(status="kept", why=why, lease_until=None, owner=None))


def keep_copy(tx: Connection, row_id: int, *, now: datetime) -> None:
    """The whole of a row, of which the platform showed only the first words, waits for her next word."""
    row = tx.execute(select(T.c.channel, T.c.address, T.c.person_id, *SHOWN).where(T.c.id == row_id)).one()
    [said] = bodies.shown(tx, [row])
    copy = outbox.put(tx, said, channel=row.channel, address=row.address, person_id=row.person_id, now=now, priority=NOTICE)
    keep(tx, copy, "briefly")
