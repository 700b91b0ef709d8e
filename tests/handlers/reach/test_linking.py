"""One person on several channels: joined by her own code, parted again, told where she prefers, and never twice."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from domain.capabilities import TELEGRAM, WEB, WECHAT, WECOM_KF, Capabilities
from domain.messages import Outbound
from handlers.tell import tell
from storage.people import persons
from storage.tables import messages
from tests.support.chat import Chat, Town


def code_in(chat: Chat) -> str:
    found = re.search(r"start ([0-9a-z]{10})", chat.text)
    assert found
    return found[1]


def person(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
    assert found is not None
    return found.person_id


def joined(town: Town) -> tuple[Chat, Chat]:
    web, phone = town.person("w"), town.person("o1", WECHAT)
    web.says("登记").says("1").says("1")
    phone.says("你是谁")
    town.later(minutes=1)
    code = code_in(web.says("关联"))
    phone.says(f"/start {code}").hears("这个码是您自己在另一个地方要的吗").says("1").hears("合好了")
    return web, phone


def test_she_goes_on_where_she_stopped(town: Town) -> None:
    web, phone = joined(town)
    assert person(town, web) == person(town, phone)
    web.listens()
    web.hears("微信上也和这里连起来了")
    town.later(minutes=1)
    phone.says("继续").hears("做")


@pytest.mark.parametrize("typed", ["/start {}", "start {}", "Start  {}", "START：{}", "start{}"])
@pytest.mark.parametrize("channel", [WEB, TELEGRAM, WECHAT])
def test_a_code_is_brought_as_it_is_said_to_be(town: Town, typed: str, channel: Capabilities) -> None:
    web, phone = town.person("w"), town.person("7", channel)
    web.says("你好")
    code = code_in(web.says("关联"))
    phone.says("你是谁").says(typed.format(code)).hears("这个码是您自己在另一个地方要的吗")


def test_a_code_is_good_once_and_not_for_long(town: Town) -> None:
    web, phone, other = town.person("w"), town.person("o1", WECHAT), town.person("o2", WECHAT)
    web.says("/start")
    code = code_in(web.says("关联"))
    phone.says(f"/start {code}").says("1").hears("合好了")
    other.says(f"/start {code}").hears("用过了")
    code = code_in(web.says("关联"))
    town.later(minutes=16)
    other.says(f"/start {code}").hears("过期")
    code = code_in(web.says("关联"))
    other.says(f"/start {code}").says("2").hears("作废了")
    other.says(f"/start {code}").hears("用过了")
    assert person(town, other) != person(town, web)


def test_a_worker_is_not_merged_into_somebody(town: Town) -> None:
    web = town.person("w")
    web.says("/start")
    code = code_in(web.says("关联"))
    worker = town.invited("g", "grid_worker")
    worker.says(f"/start {code}").hears("您在这里是工作人员")


def test_parted_nobody_there_sees_anything_of_hers(town: Town) -> None:
    web, phone = joined(town)
    web.says("解除关联").hears("解除微信")
    web.taps("解除微信").hears("分开了")
    assert person(town, web) != person(town, phone)
    phone.says("我的资料")
    assert "有合适的岗位" not in phone.text
    web.says("解除关联").hears("您现在只在这里")


def test_what_waited_where_she_parted_is_not_said_there(town: Town) -> None:
    web, phone = joined(town)
    town.later(hours=49)
    told(town, web, "请您明天来试工", kind="answer")
    with town.store.read() as tx:
        assert [status for (status,) in tx.execute(select(messages.outbox.c.status).where(messages.outbox.c.status == "kept"))] == ["kept"]
    web.says("解除关联").taps("解除微信")
    assert "试工" not in phone.says("你是谁").text and "试工" not in phone.says("更多").text
    with town.store.read() as tx:
        rows = tx.execute(select(messages.outbox.c.status, messages.outbox.c.why).where(messages.outbox.c.status == "withheld")).all()
    assert rows == [("withheld", "no_address")]


def test_on_three_channels_a_notice_comes_once_and_follows_what_she_parts(town: Town) -> None:
    telegram, phone, office = town.person("7", TELEGRAM), town.person("o1", WECHAT), town.person("wm1", WECOM_KF)
    telegram.says("/start")
    for other in (phone, office):
        other.says("你是谁")
        town.later(minutes=1)
        other.says(f"/start {code_in(telegram.says('关联'))}").says("1").hears("合好了")
    hers = (telegram, phone, office)
    for one in hers:
        one.listens()
    for text, preferred in (("一", "微信客服"), ("二", "Telegram"), ("三", "微信")):
        phone.says("在哪里告诉我").taps(f"先发到{preferred}")
        told(town, phone, text)
        heard = [one.channel.channel for one in hers if text in [said.text for said in one.listens()]]
        assert heard == [{"微信客服": "wecom_kf", "Telegram": "telegram", "微信": "wechat"}[preferred]]
    town.later(minutes=1)
    telegram.says("解除关联").taps("解除微信")
    told(town, telegram, "四")
    assert [one.channel.channel for one in hers if "四" in [said.text for said in one.listens()]] == ["telegram"]


def test_a_button_of_another_ones_place_does_nothing(town: Town) -> None:
    web, phone = joined(town)
    stranger = town.person("x")
    stranger.says("/start")
    for number in range(1, 6):
        stranger.taps_choice(f"place:part:{number}")
    assert person(town, web) == person(town, phone)


def told(town: Town, chat: Chat, text: str, *, kind: str = "staff") -> None:
    with town.store.begin() as tx:
        tell(tx, town.content, [person(town, chat)], kind, Outbound(text=text), now=town.now)


def test_she_is_told_where_she_prefers_and_only_there(town: Town) -> None:
    web, phone = joined(town)
    told(town, web, "一")
    assert [one.text for one in phone.listens()] == ["一"] and "一" not in [one.text for one in web.listens()]
    phone.says("在哪里告诉我").hears("先发到网页")
    phone.says("先发到网页").hears("先发到网页")
    told(town, web, "二")
    assert "二" in [one.text for one in web.listens()] and not phone.listens()


def test_where_one_channel_lets_nothing_through_another_is_taken(town: Town) -> None:
    telegram, phone = town.person("7", TELEGRAM), town.person("o1", WECHAT)
    telegram.says("/start")
    phone.says("你是谁")
    town.later(minutes=1)
    phone.says(f"/start {code_in(telegram.says('关联'))}").says("1").hears("合好了")
    telegram.listens()
    told(town, phone, "一")
    assert [one.text for one in phone.listens()] == ["一"]
    town.later(hours=49)
    told(town, phone, "二")
    assert not phone.listens() and [one.text for one in telegram.listens()] == ["二"]


@pytest.mark.parametrize("words", ["换手机", "换了手机"])
def test_a_new_phone_goes_on_with_a_code_of_the_old_one(town: Town, words: str) -> None:
    old, new = town.person("old"), town.person("new")
    old.says("你是谁")
    new.says("你是谁")
    code = code_in(old.says(words))
    new.says(f"/start {code}").says("1").hears("合好了")
    assert person(town, old) == person(town, new)
    old.listens()
    old.hears("连起来了")
