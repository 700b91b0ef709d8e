"""A prepared statement finds, changes and refuses what the ordinary way does, on either store."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Store
from storage.people import persons
from storage.prepared import Prepared
from storage.rows import columns
from storage.tables.messages import conversation
from storage.tables.people import address


class Stands(NamedTuple):
    """Columns that are each kept otherwise than they are read: sealed JSON, an instant, a number, and nothing."""

    id: int
    form: str
    state: dict[str, object]
    updated_at: datetime
    remind_at: datetime | None
    saves: int


BEGIN = insert(conversation).returning(conversation.c.id)
FIND = select(*columns(conversation, Stands)).where(conversation.c.person_id == bindparam("person"), conversation.c.saves < 1)
SAVE = (
    update(conversation)
    .where(conversation.c.id == bindparam("row"), conversation.c.saves == bindparam("read"))
    .values(saves=conversation.c.saves + 1)
)


def test_it_is_the_same_as_the_ordinary_way(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        person = persons.add(tx, "web", "a", language="zh", now=now).person_id
        row = {"person_id": person, "form": "intake", "status": "active", "state": {"at": "名字", "n": [1, None]}, "about": {}}
        row |= {"updated_at": now, "remind_at": None, "reminders": 0, "saves": 0}
        [[number]] = Prepared(BEGIN).rows(tx, row)
        once = Prepared(FIND)
        for _ in range(2):
            assert once.every(tx, Stands, {"person": person}) == [Stands._make(one) for one in tx.execute(FIND, {"person": person})]
        found = once.first(tx, Stands, {"person": person})
        assert found == Stands(number, "intake", {"at": "名字", "n": [1, None]}, now, None, 0)
        save = Prepared(SAVE)
        assert [save.changed(tx, {"row": number, "read": 0}) for _ in range(2)] == [1, 0]
        assert once.first(tx, Stands, {"person": person}) is None
    if not store.remote:
        assert once._plan is not None
    with store.read() as tx:
        assert once.every(tx, Stands, {"person": person}) == []


def test_what_the_driver_refuses_is_told_as_ever(store: Store, now: datetime) -> None:
    with pytest.raises(IntegrityError), store.begin() as tx:
        persons.add(tx, "web", "a", language="zh", now=now)
        persons.add(tx, "web", "a", language="zh", now=now)


def test_a_list_as_a_parameter_cannot_be_prepared(sqlite_store: Store) -> None:
    several = Prepared(select(address.c.id).where(address.c.channel.in_(bindparam("channels", expanding=True))))
    with sqlite_store.begin() as tx:
        tx.execute(select(1))
        with pytest.raises(ValueError, match="list"):
            several.rows(tx, {"channels": ["web"]})
