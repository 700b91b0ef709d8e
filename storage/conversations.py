"""Where each person stands in which form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import Conversation
from storage.tables.columns import table

T = table(Conversation)

_SAVE = (
    update(T)
    .where(T.c.id == bindparam("row"), T.c.saves == bindparam("read"))
    .values(
        saves=T.c.saves + 1,
        state=bindparam("new_state"),
        status=bindparam("new_status"),
        updated_at=bindparam("now"),
        remind_at=bindparam("due"),
        reminders=0,
    )
)


def begin(tx: Connection, person_id: int, form: str, *, about: Mapping[str, Any], now: datetime) -> int:
    """A new active conversation; one that was active is put off. Its row id is the key of its buttons."""
    tx.execute(update(T).where(T.c.person_id == person_id, T.c.status == "active").values(status="postponed"))
    values = {
        "person_id": person_id,
        "form": form,
        "status": "active",
        "state": {},
        "about": dict(about),
        "updated_at": now,
        "reminders": 0,
    }
    return int(tx.execute(insert(T).values(values).returning(T.c.id)).scalar_one())


class Changed(Exception):  # noqa: N818 - an expected case: all is read and done again
    """Somebody saved the conversation after it was read."""


def save(
    tx: Connection,
    conversation_id: int,
    state: dict[str, Any],
    *,
    read: int,
    status: str,
    now: datetime,
    remind_at: datetime | None,
) -> None:
    """Where she stands now, if nobody saved it since: `read` is its `saves` when it was read; `remind_at` None means that nobody reminds her.

    Raises Changed.
    """
    values = {"row": conversation_id, "read": read, "new_state": state, "new_status": status, "now": now, "due": remind_at}
    if tx.execute(_SAVE, values).rowcount != 1:
        raise Changed


def get(tx: Connection, conversation_id: int, person_id: int) -> dict[str, Any] | None:
    """One of her conversations, in whatever status; None where it is not hers."""
    row = tx.execute(select(T).where(T.c.id == conversation_id, T.c.person_id == person_id)).first()
    return None if row is None else dict(row._mapping)


def postponed(tx: Connection, person_id: int, form: str | None = None, *, about: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """The form she put off last (of this name, about this), or None."""
    statement = select(T).where(T.c.person_id == person_id, T.c.status == "postponed").order_by(T.c.updated_at.desc(), T.c.id.desc())
    if form is not None:
        statement = statement.where(T.c.form == form)
    rows = (dict(row._mapping) for row in tx.execute(statement))
    return next((row for row in rows if about is None or row["about"] == about), None)


def activate(tx: Connection, conversation_id: int, person_id: int) -> None:
    """Take a form up again; the one that was active is put off."""
    tx.execute(update(T).where(T.c.person_id == person_id, T.c.status == "active", T.c.id != conversation_id).values(status="postponed"))
    tx.execute(update(T).where(T.c.id == conversation_id).values(status="active"))


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Half-done forms whose reminder is due: id, person_id, form, reminders, updated_at."""
    columns = (T.c.id, T.c.person_id, T.c.form, T.c.reminders, T.c.updated_at)
    statement = select(*columns).where(T.c.remind_at.is_not(None), T.c.remind_at <= now, T.c.status.in_(("active", "postponed")))
    return [dict(row._mapping) for row in tx.execute(statement.order_by(T.c.remind_at).limit(limit))]


def reminded(tx: Connection, conversation_id: int, *, reminders: int, remind_at: datetime | None) -> None:
    """Note that she was reminded, and when the next one is due."""
    tx.execute(update(T).where(T.c.id == conversation_id).values(reminders=reminders, remind_at=remind_at))
