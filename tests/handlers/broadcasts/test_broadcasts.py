"""群发 from writing to figures: whom it is for, the second person, stopping, correcting, and the doors to knock on."""

from __future__ import annotations

from datetime import timedelta
from typing import Unpack

import pytest
from sqlalchemy import func, select

from domain.capabilities import TELEGRAM, WEB, WECHAT, Capabilities
from storage import access_log
from storage.broadcasts import queue, results
from storage.people import persons
from storage.tables import messages, people, work
from tests.support.chat import Chat, Town

TEXT = "周六上午九点，活动室有免费体检。"


def mother(town: Town, name: str, *, community: int = 1, channel: Capabilities = WEB, **profile: Unpack[persons.Told]) -> Chat:
    """A registered mother who can be reached."""
    chat = Chat(town, name, channel)
    with town.store.begin() as tx:
        found = persons.add(tx, chat.channel.channel, name, language="zh", now=town.now - timedelta(days=2))
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == f"YT{community:02}")).scalar_one()
        persons.change(tx, found.person_id, community_id=place, name=f"妈妈{name}", phone="13800000000")
        persons.save_profile(tx, found.person_id, profile, now=town.now)
    return chat


def person_of(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
    assert found is not None
    return found.person_id


def drafted(writer: Chat, *, words: str = "", text: str = TEXT, urgent: bool = False, buttons: str = "1 2") -> Chat:
    """Write a notice up to its preview."""
    writer.says("/menu").taps("发通知").says(text).taps("不带网址")
    writer.says(buttons) if buttons else writer.taps("不放按钮")
    if words:
        writer.taps("用一句话说").says(words)
    else:
        writer.taps("我管的都发")
    return writer.taps("急事" if urgent else "不急").taps("提交")


def number(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(func.max(messages.notice.c.id)).where(messages.notice.c.kind.in_(queue.BROADCASTS))).scalar_one())


def figures(town: Town, notice: int) -> results.Figures:
    with town.store.read() as tx:
        row = queue.get(tx, notice)
        assert row is not None
        return results.figures(tx, row)


def test_a_notice_reaches_everybody_of_her_community_once(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    near, far = mother(town, "near"), mother(town, "far", community=2)
    drafted(writer).hears("海风1社区", "一共1人", "能发到1人（网页1人）", "您可以直接发", TEXT, "[报名] [已读]", "微信上这样", "1 报名")
    writer.taps("发出").hears("开始发了")
    town.tick()
    town.tick()
    assert [said.text for said in near.listens()] == [TEXT]
    assert far.listens() == []
    town.tick()
    writer.listens()
    writer.hears("发完了：发到1人，没发到0人")
    writer.taps("看进度").hears("发完了", "一共1人", "发到1人", "还在等0人")


def test_the_answers_are_in_the_figures_and_the_names_on_a_list_that_is_logged(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    first, second = mother(town, "first"), mother(town, "second")
    drafted(writer).taps("发出")
    town.tick()
    first.listens()
    first.taps("已读").hears("知道您看到了")
    first.taps("报名").hears("报上名了")
    second.listens()
    second.taps("已读").taps("已读")
    writer.says("/menu").taps("我发的通知").taps("周六").hears("点了：", "报名1人", "已读1人")
    writer.taps("报名名单").hears("妈妈first", "13800000000")
    assert "妈妈second" not in writer.text
    with town.store.read() as tx:
        seen = tx.execute(select(access_log.LOG.c.subject_id).where(access_log.LOG.c.action == "people.see")).scalars().all()
    assert seen == [person_of(town, first)]


def test_only_who_got_it_may_tap_and_made_up_taps_do_nothing(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    mother(town, "near")
    stranger = mother(town, "stranger", community=2)
    drafted(writer).taps("发给自己看看").hears(TEXT)
    writer.taps("报名").hears("给您自己看")
    town.tick()
    notice = number(town)
    for choice in (
        f"broadcast_tap:{notice}:join",
        "bc:",
        "broadcast_tap:9999:join",
        f"broadcast_tap:{notice}:x",
        "broadcast_tap:1e3:join",
        f"broadcast:go:{notice}",
        "bs:",
        "broadcast:go:x",
        "broadcast:see:99999",
    ):
        stranger.taps_choice(choice)
        assert stranger.fresh and "出了点问题" not in stranger.text, choice
    assert figures(town, notice).tapped == {}


def test_nobody_writes_beyond_her_scope(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    mother(town, "near")
    mother(town, "far", community=2)
    drafted(writer, words="海风1社区和海风2社区").hears("发给：海风1社区\n", "一共1人")
    drafted(writer, words="海风2社区").hears("只能发给自己管的范围")
    mother(town, "nobody").taps_choice("broadcast_write").hears("要有相应的身份")


def test_words_say_whom_and_are_said_back(town: Town) -> None:
    writer = town.invited("writer", "federation", None)
    mother(town, "meant", skills=["sewing"], children=["2025-01"])
    mother(town, "older", skills=["sewing"], children=["2020-01"])
    mother(town, "unskilled", skills=["cooking"], children=["2025-01"])
    mother(town, "elsewhere", community=2, skills=["sewing"], children=["2025-01"])
    drafted(writer, words="海风1社区有三岁以下孩子、会缝纫的").hears("海风1社区 · 孩子0到36个月 · 会缝纫裁剪", "一共1人")
    for doubtful in ("退休的老师", "没报过名的", "除了海风1社区"):
        drafted(writer, words=doubtful)
        assert "先看看" not in writer.text, doubtful


def test_who_cannot_be_reached_is_counted_with_the_reason_and_becomes_a_door_to_knock_on(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    reached, blocked, out = mother(town, "reached"), mother(town, "blocked"), mother(town, "out")
    with town.store.begin() as tx:
        persons.set_address_state(tx, "web", "blocked", "gone")
        persons.change(tx, person_of(town, out), notices=False)
        never = mother_without_address(tx, town)
    drafted(writer).hears("一共4人", "能发到1人", "没留联系渠道1人", "把机器人停了1人", "退订了1人")
    writer.taps("发出")
    town.tick()
    reached.listens()
    town.tick()
    with town.store.read() as tx:
        doors = tx.execute(select(people.task.c.person_id, people.task.c.said).where(people.task.c.kind == "knock")).all()
    assert {row.person_id for row in doors} == {person_of(town, blocked), never}
    assert all(TEXT in row.said for row in doors)
    assert figures(town, number(town)).withheld == {"unreachable": 2, "unsubscribed": 1}


def mother_without_address(tx: object, town: Town) -> int:
    found = persons.add(tx, "web", "nowhere", language="zh", now=town.now)  # type: ignore[arg-type]
    place = tx.execute(select(work.community.c.id).where(work.community.c.code == "YT01")).scalar_one()  # type: ignore[attr-defined]
    persons.change(tx, found.person_id, community_id=place)  # type: ignore[arg-type]
    persons.save_profile(tx, found.person_id, {}, now=town.now)  # type: ignore[arg-type]
    tx.execute(people.address.delete().where(people.address.c.address == "nowhere"))  # type: ignore[attr-defined]
    return found.person_id


@pytest.fixture
def small(town: Town) -> Town:
    """A town in which more than one person is many."""
    from dataclasses import replace

    return Town(town.store, replace(town.content, rules=replace(town.content.rules, approve_above=1)), town.now)


def test_above_the_size_a_second_person_must_agree_and_never_the_writer(small: Town) -> None:
    writer, second = small.invited("writer", "coordinator"), small.invited("second", "coordinator")
    foreign = small.invited("foreign", "coordinator", "YT02")
    one, two = mother(small, "one"), mother(small, "two")
    drafted(writer).hears("要第二个人点头").taps("发出").hears("已经请1位看过再发")
    notice = number(small)
    small.tick()
    assert one.listens() == []
    writer.taps_choice(f"broadcast:yes:{notice}").hears("自己写的通知，要别人点头")
    foreign.listens()
    assert foreign.fresh == []
    foreign.taps_choice(f"broadcast:yes:{notice}").hears("要有相应的身份")
    second.listens()
    second.hears("有一条通知等您点头", "海风1社区", "一共2人", TEXT)
    second.taps("同意发出").hears("开始发了")
    second.taps("同意发出").hears("不能这样改了")
    small.tick()
    assert one.listens() and two.listens()
    writer.listens()
    writer.hears("有人点头了")


def test_the_second_person_may_refuse_and_without_one_nothing_goes(small: Town) -> None:
    writer = small.invited("writer", "coordinator")
    one, _ = mother(small, "one"), mother(small, "two")
    drafted(writer).taps("发出").hears("没有别的人能点头")
    second = small.invited("second", "federation", None)
    writer.taps("发出").hears("已经请1位")
    second.says("/menu").taps("等我点头的通知").taps("不同意").hears("不发")
    small.tick()
    assert one.listens() == []
    writer.listens()
    writer.hears("没有通过")


def test_an_urgent_notice_needs_a_second_person_and_then_wakes(town: Town) -> None:
    writer, second = town.invited("writer", "coordinator"), town.invited("second", "coordinator")
    one = mother(town, "one")
    town.later(hours=12)  # 22:00 in Yantai
    drafted(writer, text="台风今夜登陆，请到学校避险。", urgent=True).hears("要第二个人点头", "夜里也发").taps("发出")
    second.listens()
    second.hears("【急】").taps("同意发出")
    town.tick()
    assert [said.text for said in one.listens()] == ["台风今夜登陆，请到学校避险。"]


def test_at_night_it_waits_for_the_morning(town: Town) -> None:
    writer, one = town.invited("writer", "coordinator"), mother(town, "one")
    town.later(hours=12)
    drafted(writer).taps("发出")
    town.tick()
    assert one.listens() == []
    town.later(hours=11)
    town.tick()
    assert len(one.listens()) == 1


def test_who_was_told_enough_today_gets_it_tomorrow(town: Town) -> None:
    writer, one = town.invited("writer", "coordinator"), mother(town, "one")
    for text in ("第一条通知", "第二条通知", "第三条通知"):
        drafted(writer, text=text).taps("发出")
        town.tick()
    assert [said.text for said in one.listens()] == ["第一条通知", "第二条通知"]
    assert figures(town, number(town)).waiting == 1
    town.later(days=1)
    town.tick()
    assert [said.text for said in one.listens()] == ["第三条通知"]


def test_it_goes_at_its_time(town: Town) -> None:
    writer, one = town.invited("writer", "coordinator"), mother(town, "one")
    drafted(writer).taps("定时").says("今天").taps("对").taps("下午3点").taps("提交").hears("定在11月24日 15:00")
    town.tick()
    assert one.listens() == []
    town.later(hours=5)
    town.tick()
    assert len(one.listens()) == 1
    drafted(writer).taps("定时").says("今天").taps("对").taps("上午8点半").taps("提交").hears("已经过了")


def test_stopped_stays_unsent_and_the_correction_goes_to_exactly_those_who_got_it(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    got, never = mother(town, "got"), mother(town, "never")
    drafted(writer).taps("发出")
    town.tick()
    assert got.listens()
    writer.taps("停，不再发").hears("停了", "发到1人", "没发1人（叫停了1人）")
    town.tick()
    assert never.listens() == []
    writer.taps("发更正").says("体检是周日，不是周六。").taps("提交").hears("收到第", "一共1人", "【更正】体检是周日")
    writer.taps("发出")
    town.tick()
    town.tick()
    assert [said.text for said in got.listens()] == ["【更正】体检是周日，不是周六。"]
    assert never.listens() == []
    assert figures(town, number(town) - 1).withheld == {"stopped": 1}


def test_a_writer_who_lost_her_role_sends_nothing_any_more(town: Town) -> None:
    writer, one = town.invited("writer", "coordinator"), mother(town, "one")
    drafted(writer).taps("发出")
    with town.store.begin() as tx:
        tx.execute(people.role.update().where(people.role.c.person_id == person_of(town, writer)).values(withdrawn_at=town.now))
    town.tick()
    assert one.listens() == []


def test_a_notice_never_disturbs_a_half_filled_form(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    one = mother(town, "one")
    one.says("/menu").taps("登记")
    drafted(writer).taps("发出")
    town.tick()
    one.listens()
    one.hears(TEXT).taps("已读").hears("知道您看到了")
    one.says("1 2 3").hears_question("intake", "community")


def test_each_channel_shows_it_in_its_own_way(town: Town) -> None:
    writer = town.invited("writer", "coordinator")
    phone, friend = mother(town, "phone", channel=TELEGRAM), mother(town, "friend", channel=WECHAT)
    with town.store.begin() as tx:
        persons.change(tx, person_of(town, phone), language="zh-Hant")
    drafted(writer).taps("发出")
    town.tick()
    assert [said.text for said in phone.listens()] == ["週六上午九點，活動室有免費體檢。"]
    # WeChat lets nothing through before she speaks.
    assert not friend.listens()
    friend.says("更多").hears("1 报名", "2 已读", "回复").says("1").hears("报上名了")


def test_a_place_that_is_not_found_is_an_error_and_nobody_is_told(town: Town) -> None:
    writer = town.invited("writer", "federation", None)
    mother(town, "far", community=2, skills=["sewing"])
    drafted(writer, words="海丰2社区会缝纫的").hears("没有叫“海丰2社区”的", "海风2社区")
    assert "发出" not in writer.labels()
    drafted(writer, words="东关社区会缝纫的").hears("“东关社区”没听懂")
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(messages.notice)).scalar() == 0


def test_the_whole_city_is_said_and_taken_by_a_tap_of_its_own(town: Town) -> None:
    writer = town.invited("writer", "federation", None)
    near, far = mother(town, "near"), mother(town, "far", community=2)
    drafted(writer, words="全市").hears("发给：全市", "一共2人").taps("发出").hears("全市 2 人", "不是一个社区")
    town.tick()
    assert near.listens() == far.listens() == []
    writer.taps("就是发全市").hears("开始发了")
    town.tick()
    assert [said.text for said in (*near.listens(), *far.listens())] == [TEXT, TEXT]
    drafted(writer, text=TEXT + "第二条").taps("定时").hears("全市 2 人").taps("就是发全市").hears_question("broadcast_time", "day")


def test_one_community_needs_no_such_tap(town: Town) -> None:
    writer = town.invited("writer", "federation", None)
    mother(town, "near")
    drafted(writer, words="海风1社区").taps("发出").hears("开始发了")
