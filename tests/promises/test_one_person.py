"""Two processes, two channels, one person: nobody waits for each other for ever, and no answer of hers is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage import conversations
from storage.database import Store
from storage.people import persons
from tests.support import towns


def word(sender: str, number: int, text: str, now: datetime, *, channel: str = "web") -> Inbound:
    return Inbound(channel=channel, event_id=f"{channel}{sender}{number}", sender=sender, kind="text", text=text, sent_at=now)


def together(*works: Callable[[], None]) -> list[BaseException]:
    """Run each in a thread of its own, as processes would; what they raised."""
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return raised


def test_batches_with_crossing_senders_do_not_deadlock(postgresql_store: Store, content: Content, now: datetime) -> None:
    towns.small(postgresql_store)
    met = threading.Barrier(2)

    def batch(senders: list[str], number: int) -> Callable[[], None]:
        def work() -> None:
            inbounds = [word(sender, number, "你好", now) for sender in senders]
            met.wait()
            with postgresql_store.begin() as tx:
                dispatch.lock_senders(tx, inbounds)
                for inbound in inbounds:
                    dispatch.receive(tx, inbound, now, content=content)

        return work

    for sender in ("a", "b"):
        batch_of_one = [word(sender, 0, "你好", now)]
        with postgresql_store.begin() as tx:
            dispatch.lock_senders(tx, batch_of_one)
            dispatch.receive(tx, batch_of_one[0], now, content=content)
    for number in range(1, 11):
        assert together(batch(["a", "b"], 2 * number), batch(["b", "a"], 2 * number + 1)) == []


def test_two_channels_of_one_person_lose_no_answer(postgresql_store: Store, content: Content, now: datetime) -> None:
    """She registers on the page and writes on Telegram at the same moment: the second answer is taken on top of the first."""
    towns.small(postgresql_store)

    def says(inbound: Inbound) -> None:
        with postgresql_store.begin() as tx:
            dispatch.lock_senders(tx, [inbound])
            dispatch.receive(tx, inbound, now, content=content)

    says(word("a", 0, "我想登记", now))
    with postgresql_store.begin() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None and found.conversation_id is not None
        tx.exec_driver_sql(
            "INSERT INTO address (person_id, channel, address, state, used_at) VALUES (%s, 'telegram', 't', 'open', %s)",
            (found.person_id, now),
        )
    pages = [word("a", 1, "我会缝纫", now), word("t", 1, "我住海风1社区", now, channel="telegram")]
    assert together(*(lambda one=one: says(one) for one in pages)) == []
    with postgresql_store.read() as tx:
        row = conversations.get(tx, found.conversation_id, found.person_id)
    assert row is not None and row.saves == 3, "both were saved, one after the other"


def test_a_conversation_is_saved_only_if_it_is_the_one_that_was_read(store: Store, content: Content, now: datetime) -> None:
    towns.small(store)
    with store.begin() as tx:
        person = persons.add(tx, "web", "a", language="zh", now=now).person_id
        talk = conversations.begin(tx, person, "intake", about={}, now=now)
        conversations.save(tx, talk, {"form": "intake"}, read=0, status="active", now=now, remind_at=None)
        try:
            conversations.save(tx, talk, {"form": "old"}, read=0, status="active", now=now, remind_at=None)
        except conversations.Changed:
            pass
        else:
            raise AssertionError("an older reading was saved")
    with store.read() as tx:
        row = conversations.get(tx, talk, person)
    assert row is not None and row.state == {"form": "intake"}
