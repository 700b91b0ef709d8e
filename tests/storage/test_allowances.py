"""The ledger: opened by what she does, used up before each call, corrected by the platform."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.allowance import Ledger, Way
from storage.database import Store
from storage.reach import allowances


def ledger(store: Store) -> Ledger:
    with store.read() as tx:
        return allowances.ledgers(tx, "wechat", ["o1"])["o1"]


def test_a_word_opens_a_window_and_a_late_event_takes_nothing_back(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        allowances.opened(tx, "wechat", "o1", "word", now)
        allowances.use(tx, "wechat", "o1", Way("message"), messages=2)
        allowances.opened(tx, "wechat", "o1", "word", now - timedelta(hours=1))
        allowances.opened(tx, "wechat", "o1", "tap", now)
    assert ledger(store) == Ledger(word_at=now, word_left=3, tap_at=now, tap_left=3)
    with store.begin() as tx:
        allowances.use(tx, "wechat", "o1", Way("message"), messages=9)
    assert ledger(store).messages(now) == 0
    with store.begin() as tx:
        allowances.opened(tx, "wechat", "o1", "word", now + timedelta(minutes=1))
        assert allowances.ledgers(tx, "wechat", ["o1", "o2"])["o2"] == Ledger()
    assert ledger(store).word_left == 5


def test_grants_are_counted_and_used_one_by_one(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        allowances.granted(tx, "wechat", "o1", {"T1": 1, "T2": 2})
        allowances.granted(tx, "wechat", "o1", {"T1": 1})
        allowances.use(tx, "wechat", "o1", Way("grant", "T1"))
    assert ledger(store).grants == {"T1": 1, "T2": 2}
    with store.begin() as tx:
        allowances.refused(tx, "wechat", "o1", ["T2"])
        allowances.use(tx, "wechat", "o1", Way("grant", "T1"))
        allowances.use(tx, "wechat", "o1", Way("grant", "T1"))
    assert ledger(store).grants == {}


def test_what_the_platform_closed_is_closed(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        allowances.opened(tx, "wechat", "o1", "word", now)
        allowances.closed(tx, "wechat", "o1")
    assert ledger(store).messages(now) == 0
