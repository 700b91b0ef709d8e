"""The inbox: an event counts once, whatever the platform repeats; on both stores."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.messages import Inbound
from storage import inbox
from storage.database import Store, savepoint
from storage.inbox import Repeated
from storage.people import persons


def event(now: datetime, event_id: str = "1", channel: str = "web") -> Inbound:
    return Inbound(channel=channel, event_id=event_id, sender="a", kind="text", text="你好", sent_at=now)


def test_a_repeat_is_recognised_and_leaves_the_transaction_usable(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        person = persons.add(tx, "web", "a", language="zh", now=now).person_id
        first = inbox.put(tx, event(now), person_id=person, said="你好", now=now)
        with pytest.raises(Repeated), savepoint(tx):
            inbox.put(tx, event(now), person_id=person, said="你好", now=now)
        assert inbox.seen(tx, "web", "1") == first
        inbox.put(tx, event(now, "2"), person_id=person, said="", now=now)
    with store.read() as tx:
        assert [row.said for row in inbox.said_by(tx, person, channel="web", limit=9)] == ["你好"]


def test_the_same_number_on_another_channel_is_another_event(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        person = persons.add(tx, "web", "a", language="zh", now=now).person_id
        inbox.put(tx, event(now), person_id=person, said="", now=now)
        inbox.put(tx, event(now, channel="telegram"), person_id=person, said="", now=now)


def test_what_fails_in_a_savepoint_is_undone_alone(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        kept = persons.add(tx, "web", "kept", language="zh", now=now)
        with pytest.raises(RuntimeError), savepoint(tx):
            persons.add(tx, "web", "lost", language="zh", now=now)
            raise RuntimeError
    with store.read() as tx:
        found = persons.find(tx, "web", "kept")
        assert found is not None and found.person_id == kept.person_id
        assert persons.find(tx, "web", "lost") is None
