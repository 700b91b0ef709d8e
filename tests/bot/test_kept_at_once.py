"""What a platform does not let through waits from the very look that found no way: a word that comes meanwhile brings it, once."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from bot.ledger import StoredLedger
from bot.sender import record_failure
from bot.transactions import Transactions
from domain.allowance import Account
from domain.errors import SendError
from domain.messages import Outbound
from storage import outbox, sending
from storage.reach import answers
from storage.reach.answers import Given
from storage.sending import Claimed
from storage.tables import messages
from tests.support.chat import Town

T = messages.outbox
CLOSED = SendError("window_closed", "window")


def status(tx: Connection) -> tuple[str, str]:
    return tuple(tx.execute(select(T.c.status, T.c.platform_ref)).one())


@pytest.fixture
def on_its_way(town: Town) -> Claimed:
    """A notice that the sender has claimed, to somebody whose window is closed: there is no way."""
    with town.store.begin() as tx:
        outbox.put(tx, Outbound(text="一"), channel="wechat", address="o1", person_id=None, now=town.now)
        [row] = sending.claim(tx, "wechat", now=town.now, most=1)
        ledger = StoredLedger("wechat", Transactions(town.store), Account(pushes=True), now=lambda: town.now)
        assert ledger._way(tx, row.id, "o1", 1) is None
    return row


def test_a_response_takes_it_before_the_sender_has_heard_that_there_was_no_way(town: Town, on_its_way: Claimed) -> None:
    with town.store.begin() as tx:
        kept = answers.kept(tx, "wechat", "o1", limit=9)
        assert [row.id for row in kept] == [on_its_way.id]
        answers.carry(tx, Given([], kept, False, town.now), now=town.now)
        record_failure(tx, on_its_way, CLOSED, now=town.now)
        assert status(tx) == ("sending", answers.IN_RESPONSE)
        answers.out(tx, [on_its_way.id], now=town.now)
        assert status(tx)[0] == "sent"


def test_where_her_word_made_it_due_again_an_earlier_attempt_does_not_stop_it(town: Town, on_its_way: Claimed) -> None:
    with town.store.begin() as tx:
        answers.bring(tx, "wechat", "o1", now=town.now)
        record_failure(tx, on_its_way, CLOSED, now=town.now)
        assert status(tx)[0] == "waiting"
        [again] = sending.claim(tx, "wechat", now=town.now, most=1)
        record_failure(tx, on_its_way, CLOSED, now=town.now)
        assert status(tx)[0] == "sending"
        record_failure(tx, again, CLOSED, now=town.now)
        assert status(tx)[0] == "kept"


def test_what_a_response_of_an_account_that_cannot_push_did_not_take_waits_at_once(town: Town, on_its_way: Claimed) -> None:
    with town.store.begin() as tx:
        answers.carry(tx, Given(answers.kept(tx, "wechat", "o1", limit=9), [], False, town.now), now=town.now)
        answers.hold(tx, [on_its_way.id], "window")
        assert [row.id for row in answers.kept(tx, "wechat", "o1", limit=9)] == [on_its_way.id]
