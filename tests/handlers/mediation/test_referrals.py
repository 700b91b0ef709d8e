"""One side's matter goes to another body on that side's word alone, and what it sees ends with the referral."""

from __future__ import annotations

import pytest

from storage.tables.mediation import referral
from tests.support.chat import Chat, Town
from tests.support.mediation import consented, joins, tell


@pytest.fixture
def mediator(town: Town) -> Chat:
    return town.invited("调解", "mediator")


@pytest.fixture
def women(town: Town) -> Chat:
    return town.invited("妇联", "federation", None)


def referred(town: Town, mediator: Chat, side: str = "a") -> int:
    row = consented(town, mediator)
    mediator.taps_choice(f"case:{row.id}:refer:{side}:federation").says("当面问的，她说愿意转给妇联")
    return row.id


def status(town: Town) -> list[str]:
    with town.store.read() as tx:
        return [row.status for row in tx.execute(referral.select())]


def test_the_receiver_sees_the_side_that_agreed_and_only_after_taking_it(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town, contact="给我打电话")
    other_words = "对方说是她家孩子先闹的"
    row_id = consented(town, mediator).id
    other = joins(town, mediator)
    other.taps_choice(f"matter:{row_id}:say").says(other_words)
    mediator.taps_choice(f"case:{row_id}:refer:a:federation").says("当面问的，她说愿意转给妇联").hears("只有同意的这一方")
    women.listens()
    women.hears("有一件转给您")
    assert "麻将" not in women.text and "王小雨" not in women.text
    women.taps("看一看").hears("收下")
    assert "麻将" not in women.text and "王小雨" not in women.text
    women.taps("收下").hears("王小雨", "麻将")
    assert other_words not in women.text and status(town) == ["accepted"]
    mediator.listens()
    mediator.hears("收下了")
    women.taps("办完了").hears("内容都收回了")
    women.taps_choice("referral:1").hears("没有这一件")
    assert status(town) == ["done"]
    mediator.listens()
    mediator.hears("办完了")


def test_without_that_sides_word_there_is_no_referral(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town)
    row = consented(town, mediator)
    mediator.taps_choice(f"case:{row.id}:refer:a:federation").says("取消").taps("确定")
    assert status(town) == [] and women.listens() == []


def test_a_word_for_one_receiver_is_none_for_another(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town)
    row = consented(town, mediator)
    mediator.taps_choice(f"case:{row.id}:refer:a:police").says("她说愿意告诉派出所").hears("当面交过去")
    women.taps_choice("referral:1").hears("没有这一件")
    assert women.taps_choice("referrals").hears("没有转来的") and status(town) == ["in_progress"]


def test_sent_back_with_a_reason_that_the_mediator_reads(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town)
    referred(town, mediator)
    women.taps_choice("referral:1:reject").says("这一类归街道管").hears("退回了")
    assert status(town) == ["rejected"]
    women.taps_choice("referral:1").hears("没有这一件")
    mediator.listens()
    mediator.hears("退回了")


def test_taken_back_the_receiver_sees_nothing_from_then_on(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town)
    row_id = referred(town, mediator)
    women.taps_choice("referral:1:accept").hears("麻将")
    mediator.taps_choice(f"case:{row_id}:revoke:1").hears("什么也看不到")
    women.taps_choice("referral:1").hears("没有这一件")
    women.taps_choice("referrals").hears("没有转来的")
    women.taps_choice("referral:1:done").hears("没有这一件")
    assert status(town) == ["revoked"]


def test_an_unanswered_one_is_asked_after(town: Town, mediator: Chat, women: Chat) -> None:
    tell(town)
    referred(town, mediator)
    mediator.listens()
    town.later(days=3, minutes=5)
    town.tick()
    mediator.listens()
    mediator.hears("三天没有答复")
