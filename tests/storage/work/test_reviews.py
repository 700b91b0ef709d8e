"""Reviews and withdrawals in the store: decided once, never by the one who asked, and only who was told is found."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert

from domain.access import CITY, Scope
from storage import notices
from storage.database import Store
from storage.people import persons
from storage.tables import messages
from storage.work import posts, reviews
from tests.support import towns


@pytest.fixture
def draft(store: Store, now: datetime) -> int:
    towns.small(store)
    return towns.position(store, now, status="draft", published_at=None)


def someone(store: Store, now: datetime, address: str) -> int:
    with store.begin() as tx:
        return persons.add(tx, "web", address, language="zh", now=now).person_id


def test_a_review_is_decided_once_and_not_by_who_asked(store: Store, draft: int, now: datetime) -> None:
    first, second, third = (someone(store, now, name) for name in "abc")
    with store.begin() as tx:
        row = reviews.ask(tx, draft, [{"code": "vague_pay", "quote": "面议"}], digest="d", by=first, now=now)
        assert [r.id for r in reviews.waiting(tx, [CITY], not_by=second, after=0, limit=5)] == [row]
        assert reviews.waiting(tx, [CITY], not_by=first, after=0, limit=5) == []
        assert reviews.waiting(tx, [Scope(community_id=2)], not_by=second, after=0, limit=5) == []
        assert reviews.waiting(tx, [Scope(enterprise_id=99)], not_by=second, after=0, limit=5) == []
        assert not reviews.decide(tx, row, "published", by=first, reason="我说行", now=now)
        assert reviews.decide(tx, row, "refused", by=second, reason="没写钱", now=now)
        assert not reviews.decide(tx, row, "published", by=third, reason="可以", now=now)
        found = reviews.of_post(tx, draft)
        assert found is not None and (found.outcome, found.decided_by) == ("refused", second)
        assert reviews.waiting(tx, [CITY], not_by=third, after=0, limit=5) == []


def test_posts_are_found_page_by_page_within_scopes(store: Store, draft: int, now: datetime) -> None:
    other = towns.position(store, now, "P2", community="YT02", status="draft")
    with store.read() as tx:
        assert [r.id for r in posts.listed(tx, [CITY], statuses=["draft"], after=0, limit=9)] == [draft, other]
        assert [r.id for r in posts.listed(tx, [CITY], statuses=["draft"], after=draft, limit=9)] == [other]
        own = [Scope(community_id=1)]
        assert [r.id for r in posts.listed(tx, own, statuses=["draft"], after=0, limit=9)] == [draft]
        assert posts.listed(tx, [], statuses=["draft"], after=0, limit=9) == []


def test_told_is_only_whom_a_message_reached_or_is_on_its_way_to(store: Store, draft: int, now: datetime) -> None:
    names = ("sent", "read", "sending", "waiting", "uncertain", "failed", "withheld")
    persons = {name: someone(store, now, name) for name in names}
    undecided = someone(store, now, "undecided")
    with store.begin() as tx:
        notice = notices.add(tx, "position", {}, now=now, position_id=draft)
        notices.add_recipients(tx, notice, [(person, 0, []) for person in (*persons.values(), undecided)], due_at=now)
        ids = {row.person_id: row.id for row in notices.of_notice(tx, notice)}
        for name, person in persons.items():
            row = {"channel": "web", "address": name, "priority": 1, "body": "{}", "created_at": now, "due_at": now, "digest": 0}
            fresh = insert(messages.outbox).values(person_id=person, status=name, **row).returning(messages.outbox.c.id)
            notices.queued(tx, [ids[person]], tx.execute(fresh).scalar_one(), now=now)
        assert reviews.told_of(tx, draft) == sorted(persons[name] for name in names[:5])
        assert reviews.withhold(tx, draft, now=now) == 1
        assert {row.person_id: row.why for row in notices.outcomes(tx, notice)}[undecided] == "withdrawn"


def test_a_withdrawn_post_is_closed_once(store: Store, draft: int, now: datetime) -> None:
    with store.begin() as tx:
        assert not posts.withdraw(tx, draft, "fee", now=now), "a draft was never public"
        towns.change(tx, draft, status="filled")
        stamp = posts.stamp(tx)
        assert posts.withdraw(tx, draft, "fee", now=now)
        assert posts.stamp(tx) != stamp
        assert not posts.withdraw(tx, draft, "pay", now=now)
        row = posts.get(tx, draft)
        assert row is not None and (row.status, row.withdrawn_why) == ("closed", "fee")
