"""Where each person stands in which form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.forms.conversation import State
from storage.prepared import Prepared
from storage.rows import columns, every, first
from storage.tables.messages import ConversationStatus, conversation

# The rows and choices that a form was begun about, where it is not she who fills it in for herself.
About = Mapping[str, int | str]


class Conversation(NamedTuple):
    """Where she stands in a form; `saves` is how often it was saved when it was read."""

    id: int
    form: str
    status: ConversationStatus
    state: State
    saves: int
    about: About


class HalfDone(NamedTuple):
    """A form left half done: how often she was reminded of it, and when she last wrote in it."""

    id: int
    person_id: int
    form: str
    reminders: int
    updated_at: datetime


_SAVE = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("row"), conversation.c.saves == bindparam("read"))
    .values(
        saves=conversation.c.saves + 1,
        state=bindparam("new_state"),
        status=bindparam("new_status"),
        updated_at=bindparam("now"),
        remind_at=bindparam("due"),
        reminders=0,
    )
)


def begin(tx: Connection, person_id: int, form: str, *, about: About, now: datetime) -> int:
    """A new active conversation; one that was active is put off. Its row id is the key of its buttons."""
    tx.execute(
        update(conversation).where(conversation.c.person_id == person_id, conversation.c.status == "active").values(status="postponed")
    )
    values = {
        "person_id": person_id,
        "form": form,
        "status": "active",
        "state": {},
        "about": dict(about),
        "updated_at": now,
        "reminders": 0,
    }
    return int(tx.execute(insert(conversation).values(values).returning(conversation.c.id)).scalar_one())


class Changed(Exception):  # noqa: N818 - an expected case: all is read and done again
    """Somebody saved the conversation after it was read."""


def save(
    tx: Connection,
    conversation_id: int,
    state: State,
    *,
    read: int,
    status: ConversationStatus,
    now: datetime,
    remind_at: datetime | None,
) -> None:
    """Where she stands now, if nobody saved it since: `read` is its `saves` when it was read; `remind_at` None means that nobody reminds her.

    Raises Changed.
    """
    values = {"row": conversation_id, "read": read, "new_state": state, "new_status": status, "now": now, "due": remind_at}
    if _SAVE.changed(tx, values) != 1:
        raise Changed


_CONVERSATION = select(*columns(conversation, Conversation))


def get(tx: Connection, conversation_id: int, person_id: int) -> Conversation | None:
    """One of her conversations, in whatever status; None where it is not hers."""
    hers = conversation.c.id == conversation_id, conversation.c.person_id == person_id
    return first(tx, _CONVERSATION.where(*hers), Conversation)


def postponed(tx: Connection, person_id: int, form: str | None = None, *, about: About | None = None) -> Conversation | None:
    """The form she put off last (of this name, about this), or None."""
    hers = _CONVERSATION.where(conversation.c.person_id == person_id, conversation.c.status == "postponed")
    if form is not None:
        hers = hers.where(conversation.c.form == form)
    rows = every(tx, hers.order_by(conversation.c.updated_at.desc(), conversation.c.id.desc()), Conversation)
    return next((row for row in rows if about is None or row.about == about), None)


def activate(tx: Connection, conversation_id: int, person_id: int) -> None:
    """Take a form up again; the one that was active is put off."""
    tx.execute(
        update(conversation)
        .where(conversation.c.person_id == person_id, conversation.c.status == "active", conversation.c.id != conversation_id)
        .values(status="postponed")
    )
    tx.execute(update(conversation).where(conversation.c.id == conversation_id).values(status="active"))


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[HalfDone]:
    """Half-done forms whose reminder is due."""
    due = conversation.c.remind_at.is_not(None), conversation.c.remind_at <= now, conversation.c.status.in_(("active", "postponed"))
    statement = select(*columns(conversation, HalfDone)).where(*due)
    return every(tx, statement.order_by(conversation.c.remind_at).limit(limit), HalfDone)


def reminded(tx: Connection, conversation_id: int, *, reminders: int, remind_at: datetime | None) -> None:
    """Note that she was reminded, and when the next one is due."""
    tx.execute(update(conversation).where(conversation.c.id == conversation_id).values(reminders=reminders, remind_at=remind_at))


def drop_about(tx: Connection, person_id: int, what: str, number: int) -> None:
    """Half-filled forms of hers about this row are gone, with what she had filled in."""
    open_ = conversation.c.person_id == person_id, conversation.c.status.in_(("active", "postponed"))
    open_rows = tx.execute(select(conversation.c.id, conversation.c.about).where(*open_)).all()
    ids = [row.id for row in open_rows if row.about.get(what) == number]
    if ids:
        tx.execute(update(conversation).where(conversation.c.id.in_(ids)).values(state={}, status="cancelled", remind_at=None))
