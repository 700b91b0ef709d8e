"""The outbox: order, leases, repeats after a crash, the loop guard; on both stores."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import event, select

from domain.messages import Button, Outbound
from storage import bodies, outbox, sending, told
from storage.database import Store
from storage.tables import messages
from storage.tables.messages import BULK, NOTICE, REPLY
from storage.tables.messages import notice as notices


def put(store: Store, text: str, now: datetime, *, address: str = "a", priority: int = REPLY, **more: object) -> int:
    with store.begin() as tx:
        return outbox.put(tx, Outbound(text=text, **more), channel="web", address=address, person_id=None, now=now, priority=priority)  # type: ignore[arg-type]


def claim(store: Store, now: datetime, most: int = 10, resting: tuple[str, ...] = ()) -> list[sending.Claimed]:
    with store.begin() as tx:
        return sending.claim(tx, "web", now=now, most=most, resting=resting)


def troubled(store: Store) -> list[told.Trouble]:
    with store.read() as tx:
        return told.troubled(tx, 100)


def test_what_is_put_in_comes_out_as_it_was(store: Store, now: datetime) -> None:
    said = Outbound(
        text="您好，“妈妈” 👩‍👧", buttons=((Button("好", "menu:work"), Button("网页", "", "https://example.org")),), private=True, once=True
    )
    with store.begin() as tx:
        outbox.put(tx, said, channel="web", address="a", person_id=None, now=now)
    [claimed] = claim(store, now)
    assert claimed.outbound == said
    assert claimed.attempts == 1


def test_text_is_sealed_in_the_store(store: Store, now: datetime) -> None:
    put(store, "婆婆又动手了", now)
    with store.read() as tx:
        body = tx.exec_driver_sql("SELECT body FROM outbox").scalar_one()
    assert "婆婆" not in body and "text" not in body


def test_replies_go_before_notices_before_bulk(store: Store, now: datetime) -> None:
    for address, priority in (("b", BULK), ("n", NOTICE), ("r", REPLY)):
        put(store, "x", now, address=address, priority=priority)
    assert [claim(store, now, most=1)[0].address for _ in range(3)] == ["r", "n", "b"]


def test_nothing_is_claimed_twice(store: Store, now: datetime) -> None:
    put(store, "x", now)
    assert len(claim(store, now)) == 1
    assert claim(store, now) == []


def test_one_persons_messages_keep_their_order(store: Store, now: datetime) -> None:
    first, second = put(store, "1", now), put(store, "2", now)
    [row] = claim(store, now)
    assert row.id == first
    assert claim(store, now) == [], "the second waits while the first is on its way"
    with store.begin() as tx:
        sending.postpone(tx, first, due_at=now + timedelta(minutes=1), why="retry")
    assert claim(store, now) == [], "the second does not overtake a first that is tried again later"
    later = now + timedelta(minutes=2)
    assert [row.id for row in claim(store, later)] == [first]
    with store.begin() as tx:
        sending.mark_sent(tx, [(first, "m1")], now=later)
    assert [row.id for row in claim(store, later)] == [second]


def test_a_poisoned_row_holds_up_nobody_else(store: Store, now: datetime) -> None:
    bad = put(store, "x", now, address="bad")
    put(store, "y", now, address="good")
    claim(store, now, most=1)
    with store.begin() as tx:
        sending.postpone(tx, bad, due_at=now + timedelta(hours=1), why="retry")
    assert [row.address for row in claim(store, now)] == ["good"]


def test_a_reply_does_not_wait_for_an_older_notice_to_the_same_person(store: Store, now: datetime) -> None:
    notice = put(store, "notice", now, priority=NOTICE)
    with store.begin() as tx:
        sending.postpone(tx, notice, due_at=now + timedelta(hours=1), why="throttled")
    reply = put(store, "reply", now)
    assert [row.id for row in claim(store, now)] == [reply]


def test_resting_addresses_are_left_alone(store: Store, now: datetime) -> None:
    put(store, "x", now, address="a")
    put(store, "x", now, address="b")
    assert [row.address for row in claim(store, now, resting=("a",))] == ["b"]


def test_after_a_crash_a_send_is_repeated_and_listed(store: Store, now: datetime) -> None:
    row = put(store, "job", now)
    claim(store, now)
    with store.begin() as tx:
        assert sending.recover(tx, now=now, all_leases=True) == (1, 0)
    assert [claimed.id for claimed in claim(store, now)] == [row]
    assert [(t.id, t.ambiguous_at is not None) for t in troubled(store)] == [(row, True)]


def test_after_a_crash_a_message_of_a_dispute_waits_for_a_human(store: Store, now: datetime) -> None:
    put(store, "dispute", now, once=True)
    claim(store, now)
    with store.begin() as tx:
        assert sending.recover(tx, now=now, all_leases=True) == (0, 1)
    assert claim(store, now) == []
    assert [t.status for t in troubled(store)] == ["uncertain"]


def test_another_process_keeps_its_rows_while_its_lease_lasts(store: Store, now: datetime) -> None:
    put(store, "x", now)
    claim(store, now)
    with store.begin() as tx:
        assert sending.recover(tx, now=now + sending.LEASE - timedelta(seconds=1), all_leases=False) == (0, 0)
        assert sending.recover(tx, now=now + sending.LEASE + timedelta(seconds=1), all_leases=False) == (1, 0)


def test_the_21st_identical_text_within_five_minutes_stays_unsent(store: Store, now: datetime) -> None:
    for _ in range(25):
        put(store, "same", now)
    put(store, "other", now)
    put(store, "same", now, address="somebody else")
    with store.read() as tx:
        assert told.counts(tx) == {("web", "waiting"): 22, ("web", "withheld"): 5}
    put(store, "same", now + timedelta(minutes=5, seconds=1))
    with store.read() as tx:
        assert told.counts(tx)["web", "waiting"] == 23


def test_a_newer_edit_replaces_one_that_still_waits(store: Store, now: datetime) -> None:
    put(store, "one", now, edits="7")
    newer = put(store, "two", now, edits="7")
    assert [row.id for row in claim(store, now)] == [newer]


@pytest.mark.parametrize(
    ("said", "choice"), [("2", "menu:data"), ("我的资料", "menu:data"), ("１", "menu:work"), ("3", None), ("别的", None), ("", None)]
)
def test_a_button_can_be_named_by_number_or_label(store: Store, now: datetime, said: str, choice: str | None) -> None:
    put(store, "old", now, buttons=((Button("旧", "old"),),))
    put(store, "menu", now, buttons=((Button("找活干", "menu:work"), Button("我的资料", "menu:data")),))
    with store.read() as tx:
        assert outbox.choice_named(tx, "web", "a", said) == choice


def test_read_marks_are_hers_alone(store: Store, now: datetime) -> None:
    row = put(store, "x", now)
    claim(store, now)
    with store.begin() as tx:
        sending.mark_sent(tx, [(row, "m")], now=now)
        sending.mark_read(tx, "b", [row], channel="web")
        assert told.counts(tx) == {("web", "sent"): 1}
        sending.mark_read(tx, "a", [row], channel="web")
        assert told.counts(tx) == {("web", "read"): 1}


def test_what_one_notice_says_to_many_is_read_once_and_said_to_each(store: Store, now: datetime) -> None:
    """Rows without a body of their own share the notice's words; those with one keep theirs."""
    with store.begin() as tx:
        body = orjson.loads(bodies.body_of(Outbound(text="通知", buttons=((Button("好", "menu:work"),),))))
        notice = tx.execute(
            notices.insert().values(kind="staff", body=body, audience={}, created_at=now).returning(notices.c.id)
        ).scalar_one()
        for address in "abc":
            row = outbox.put(tx, Outbound(text="自己的"), channel="web", address=address, person_id=None, now=now)
            if address != "b":
                tx.execute(
                    messages.outbox.update().where(messages.outbox.c.id == row).values(notice_id=notice, body="", private=address == "c")
                )
    said = {row.address: row.outbound for row in claim(store, now)}
    assert {address: one.text for address, one in said.items()} == {"a": "通知", "b": "自己的", "c": "通知"}
    assert [said[address].private for address in "abc"] == [False, False, True]
    assert said["a"].buttons == ((Button("好", "menu:work"),),)


def test_marks_are_each_rows_own(store: Store, now: datetime) -> None:
    rows = [put(store, "x", now, address=address) for address in "abc"]
    claim(store, now)
    later = now + timedelta(seconds=3)
    with store.begin() as tx:
        sending.mark_sent(tx, [(rows[0], "7"), (rows[2], 'a "quoted" 号')], now=later)
        found = tx.execute(
            select(
                messages.outbox.c.status, messages.outbox.c.platform_ref, messages.outbox.c.sent_at, messages.outbox.c.lease_until
            ).order_by(messages.outbox.c.id)
        )
        first, second, third = found.all()
    assert first == ("sent", "7", later, None)
    assert (second.status, second.platform_ref, second.sent_at) == ("sending", "", None)
    assert third == ("sent", 'a "quoted" 号', later, None)


def test_what_was_sent_before_is_not_looked_through_when_rows_are_claimed(sqlite_store: Store, now: datetime) -> None:
    """Only the partial indexes of open rows serve: whom thousands of messages went to costs no more than anybody."""
    put(sqlite_store, "x", now)
    seen: list[tuple[str, Any]] = []
    note = lambda connection, cursor, statement, parameters, context, many: seen.append((statement, parameters))  # noqa: E731
    event.listen(sqlite_store.engine, "before_cursor_execute", note)
    claim(sqlite_store, now, resting=("b",))
    event.remove(sqlite_store.engine, "before_cursor_execute", note)
    with sqlite_store.read() as tx:
        asked = [one for one in seen if "outbox" in one[0]]
        plans = [
            str(row.detail) for statement, parameters in asked for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    looks = [plan for plan in plans if "INDEX" in plan]
    assert looks
    assert all("outbox_due" in plan or "outbox_open" in plan for plan in looks), plans
