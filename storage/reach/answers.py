"""What goes into the response to an event: its own answers, what waited for her next word, and to a repeat the same as the first time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, case, literal_column, select, update

from domain.messages import Outbound
from storage import bodies, outbox
from storage.bodies import SHOWN
from storage.tables.messages import NOTICE, REPLY, inbox
from storage.tables.messages import outbox as messages

# How a row says that a response holds it, whether it arrived or not.
IN_RESPONSE = "response"


class Held(NamedTuple):
    """A row that a response may hold."""

    id: int
    outbound: Outbound


class Given(NamedTuple):
    """What a response holds: rows that answer its event, rows that had waited for it, whether it tells of more, and its moment."""

    replies: list[Held]
    kept: list[Held]
    more: bool
    at: datetime

    @property
    def ids(self) -> list[int]:
        """Its rows, in the order of their words."""
        return [row.id for row in (*self.kept, *self.replies)]


# A response is out within five seconds; it names no process, so that its lease has to end.
LEASE = timedelta(seconds=30)

_HELD = select(messages.c.id, *SHOWN)
_REPLIES = _HELD.where(messages.c.inbox_id == bindparam("event"), messages.c.status == "waiting").order_by(messages.c.id)
# As the condition of the partial index says it.
_HERS = (
    messages.c.channel == bindparam("of_channel"),
    messages.c.address == bindparam("to_address"),
    messages.c.status == literal_column("'kept'"),
)
_KEPT = _HELD.where(*_HERS).order_by(messages.c.id).limit(bindparam("most"))
_THESE = _HELD.where(messages.c.id.in_(bindparam("rows", expanding=True))).order_by(messages.c.id)
_RESPONSE = select(inbox.c.response).where(inbox.c.id == bindparam("event"))
_NOTE = update(inbox).where(inbox.c.id == bindparam("event"), inbox.c.response.is_(None)).values(response=bindparam("what"))


def given(tx: Connection, inbox_id: int) -> Given | None:
    """What the response to this event held, whether it arrived or not; None where there was none."""
    noted = tx.execute(_RESPONSE, {"event": inbox_id}).scalar()
    if noted is None:
        return None
    held = {row.id: row for row in _held(tx, _THESE, rows=[*noted["replies"], *noted["kept"]])}
    return Given(
        replies=[held[row] for row in noted["replies"] if row in held],
        kept=[held[row] for row in noted["kept"] if row in held],
        more=bool(noted["more"]),
        at=datetime.fromisoformat(noted["at"]),
    )


def replies(tx: Connection, inbox_id: int) -> list[Held]:
    """The answers to this event that nobody has taken yet."""
    return _held(tx, _REPLIES, event=inbox_id)


def kept(tx: Connection, channel: str, address: str, *, limit: int) -> list[Held]:
    """What waits for a word of hers, oldest first."""
    return _held(tx, _KEPT, of_channel=channel, to_address=address, most=limit)


def _held(tx: Connection, statement: Select[Any], **values: object) -> list[Held]:
    rows: Sequence[Any] = tx.execute(statement, values).all()
    return [Held(row.id, said) for row, said in zip(rows, bodies.outbounds(tx, rows), strict=True)]


def note(tx: Connection, rows: Given, inbox_id: int) -> bool:
    """From now on this is the answer to the event, however often it comes. False where it has one."""
    noted = {
        "replies": [row.id for row in rows.replies],
        "kept": [row.id for row in rows.kept],
        "more": rows.more,
        "at": rows.at.isoformat(),
    }
    return tx.execute(_NOTE, {"event": inbox_id, "what": noted}).rowcount == 1


def carry(tx: Connection, rows: Given, *, now: datetime) -> None:
    """These rows are on their way with a response: no sender takes them as well, unless the process dies."""
    if rows.ids:
        mine = update(messages).where(messages.c.id.in_(rows.ids), messages.c.status.in_(("waiting", "kept", "sending")))
        tx.execute(mine.values(status="sending", why="", lease_until=now + LEASE, owner=None, platform_ref=IN_RESPONSE))


def out(tx: Connection, ids: Collection[int], *, now: datetime) -> None:
    """The response with these rows went out."""
    mine = (messages.c.id.in_(ids), messages.c.status == "sending", messages.c.platform_ref == IN_RESPONSE)
    tx.execute(update(messages).where(*mine).values(status="sent", lease_until=None, sent_at=now))


def let_go(tx: Connection, ids: Collection[int], *, now: datetime) -> None:
    """These rows did not go out with a response: the sender has them now."""
    if ids:
        mine = (messages.c.id.in_(ids), messages.c.status.in_(("sending", "waiting")))
        tx.execute(
            update(messages).where(*mine).values(status="waiting", platform_ref="", why="", lease_until=None, owner=None, due_at=now)
        )


def keep(tx: Connection, row_id: int, why: str) -> None:
    """This row waits for her next word: the platform lets nothing else through."""
    tx.execute(update(messages).where(messages.c.id == row_id).values(status="kept", why=why, lease_until=None, owner=None))


def not_through(tx: Connection, row_id: int, why: str, *, attempt: int) -> None:
    """The same, told of one attempt: a row that her word has brought meanwhile is where that put it."""
    same = (messages.c.id == row_id, messages.c.status == "sending", messages.c.attempts == attempt, messages.c.platform_ref != IN_RESPONSE)
    tx.execute(update(messages).where(*same).values(status="kept", why=why, lease_until=None, owner=None))


def hold(tx: Connection, ids: Collection[int], why: str) -> None:
    """These rows did not go out with a response, and nothing else can take them: they wait for her next word."""
    if ids:
        mine = (messages.c.id.in_(ids), messages.c.status.in_(("sending", "waiting")))
        tx.execute(update(messages).where(*mine).values(status="kept", why=why, platform_ref="", lease_until=None, owner=None))


def bring(tx: Connection, channel: str, address: str, *, now: datetime) -> None:
    """What waited for a word of hers is the sender's, before the answer to it: she spoke where no response takes it."""
    mine = (messages.c.channel == channel, messages.c.address == address, messages.c.status == literal_column("'kept'"))
    tx.execute(
        update(messages)
        .where(*mine)
        .values(status="waiting", why="", due_at=now, priority=case((messages.c.priority > REPLY, REPLY), else_=messages.c.priority))
    )


def keep_copy(tx: Connection, row_id: int, *, now: datetime) -> None:
    """The whole of a row, of which the platform showed only the first words, waits for her next word."""
    row = tx.execute(select(messages.c.channel, messages.c.address, messages.c.person_id, *SHOWN).where(messages.c.id == row_id)).one()
    [said] = bodies.outbounds(tx, [row])
    copy = outbox.put(tx, said, channel=row.channel, address=row.address, person_id=row.person_id, now=now, priority=NOTICE)
    keep(tx, copy, "briefly")
