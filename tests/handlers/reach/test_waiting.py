"""What WeChat does not let through now: seen before it is sent, brought with her next word, and in the end somebody knocks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.allowance import Account
from domain.capabilities import WECHAT
from domain.messages import Outbound
from handlers.tell import tell
from storage import outbox, sending, told
from storage.notices import outcomes
from storage.reach import allowances
from storage.tables.messages import recipient
from storage.tables.people import task
from tests.handlers.broadcasts.test_broadcasts import drafted, mother, person_of
from tests.support.chat import Chat, Town


def said(chat: Chat) -> list[str]:
    return [one.text for one in chat.fresh]


def sent(town: Town, **how: bool) -> Chat:
    writer = town.invited("writer", "coordinator")
    drafted(writer, buttons="", **how)  # type: ignore[arg-type]
    writer.taps("发出")
    town.tick()
    return writer


def test_staff_see_beforehand_who_is_reached_how(town: Town) -> None:
    town.content = replace(
        town.content, rules=replace(town.content.rules, accounts={"wechat": Account(pushes=True, grants={"broadcast": "G1"})})
    )
    now, granted, silent = (mother(town, name, channel=WECHAT) for name in ("now", "granted", "silent"))
    now.says("你是谁")
    with town.store.begin() as tx:
        allowances.granted(tx, "wechat", granted.address, {"G1": 2})
    drafted(town.invited("writer", "coordinator")).hears("微信：现在就能发到1人、用她给的订阅发1人、要等她下次说话才看到1人")
    assert not silent.fresh


def test_a_broadcast_waits_for_her_word_and_counts_as_told_then(town: Town) -> None:
    friend = mother(town, "friend", channel=WECHAT)
    writer = sent(town)
    assert not friend.listens()
    writer.taps_choice("broadcast:see:1").hears("还在等1人")
    town.later(hours=3)
    friend.says("你是谁")
    assert "周六上午九点" in said(friend)[0] and "母亲岗" in said(friend)[-1]
    town.tick()
    writer.taps_choice("broadcast:see:1").hears("发到1人")


def test_after_a_week_somebody_knocks(town: Town) -> None:
    mother(town, "friend", channel=WECHAT)
    sent(town)
    town.later(days=7, hours=1)
    town.tick()
    with town.store.read() as tx:
        assert [row.why for row in tx.execute(select(recipient.c.why).where(recipient.c.status == "withheld"))] == ["window_closed"]
        assert len(tx.execute(select(task).where(task.c.kind == "knock")).all()) == 1


def test_stopped_it_comes_no_more_with_her_word(town: Town) -> None:
    friend = mother(town, "friend", channel=WECHAT)
    writer = sent(town)
    writer.taps_choice("broadcast:stop:1").hears("停了")
    town.tick()
    friend.says("你是谁")
    assert not any("周六" in text for text in said(friend))


@pytest.mark.parametrize("pushes", [True, False], ids=["verified", "unverified"])
def test_notices_come_with_her_word_in_one_answer(town: Town, pushes: bool) -> None:
    town.content = replace(town.content, rules=replace(town.content.rules, accounts={"wechat": Account(pushes=pushes)}))
    friend = mother(town, "friend", channel=WECHAT)
    numbers = []
    for number in range(3):
        with town.store.begin() as tx:
            word = Outbound(text=f"通知{number}")
            numbers.append(tell(tx, town.content, [person_of(town, friend)], "staff", word, now=town.now))
    assert not friend.listens()
    town.later(hours=1)
    town.tick()
    assert not friend.listens()
    friend.says("你是谁")
    assert said(friend)[:3] == ["通知0", "通知1", "通知2"] and "母亲岗" in said(friend)[3]
    with town.store.read() as tx:
        assert [outcomes(tx, number)[0].outcome for number in numbers] == ["delivered"] * 3


def test_a_notice_that_waited_a_week_is_given_up_by_name(town: Town) -> None:
    friend = mother(town, "friend", channel=WECHAT)
    with town.store.begin() as tx:
        number = tell(tx, town.content, [person_of(town, friend)], "staff", Outbound(text="通知"), now=town.now)
    town.later(days=7, minutes=1)
    town.tick()
    with town.store.read() as tx:
        assert [(one.outcome, one.why) for one in outcomes(tx, number)] == [("withheld", "window_closed")]


def test_the_newer_list_has_the_numbers_and_the_older_one_its_words(town: Town) -> None:
    friend = mother(town, "friend", channel=WECHAT)
    friend.says("更多")
    town.later(minutes=1)
    drafted(town.invited("writer", "coordinator")).taps("发出")
    town.tick()
    friend.listens()
    friend.hears("1 报名")
    friend.says("菜单").hears("1 找活干")
    friend.says("报名").hears("报上名了")
    friend.says("菜单").says("3").hears("岗位")


def test_nobody_types_what_only_the_account_tells(town: Town) -> None:
    chat = town.person("w")
    chat.says('/wechat_told {"granted":{"G1":9}}').hears("没听明白")
    with town.store.read() as tx:
        assert allowances.ledgers(tx, "web", ["w"])["w"].grants == {}


def test_what_the_platform_did_not_deliver_in_the_end_is_a_failure(town: Town) -> None:
    friend = mother(town, "friend", channel=WECHAT)
    with town.store.begin() as tx:
        row = outbox.put(tx, Outbound(text="x"), channel="wechat", address="friend", person_id=None, now=town.now)
        sending.mark_sent(tx, [(row, "170")], now=town.now) if sending.claim(tx, "wechat", now=town.now, most=1) else None
        allowances.became(tx, "wechat", friend.address, {"169": "failed:system failed", "170": "failed:user block"})
        assert [(one.status, one.why) for one in told.troubled(tx, 5)] == [("failed", "switched_off")]
