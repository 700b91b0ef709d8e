"""From 我想去 through the trial to the start, with everything that can come in between; taken places always match the applications."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from domain.capabilities import WECHAT
from domain.notices import LOCAL
from handlers.content import Content
from handlers.turn import Turn
from handlers.work import applications, placements
from storage.people import consents, persons
from storage.tables.columns import table
from storage.tables.people import AccessLog, address, role
from storage.tables.work import FollowUp, application, enterprise
from storage.work import places, posts
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

HOLD = timedelta(hours=48)


def person_id(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
    assert found is not None
    return found.person_id


def contact(town: Town, name: str = "firm", code: str = "E1") -> Chat:
    """The contact of a firm."""
    chat = town.person(name).says("你好")
    who = person_id(town, chat)
    with town.store.begin() as tx:
        firm = tx.execute(select(enterprise.c.id).where(enterprise.c.code == code)).scalar_one()
        tx.execute(insert(role).values(person_id=who, role="employer", enterprise_id=firm, given_at=town.now))
    chat.says("取消").says("确定取消")
    return chat


def wants(town: Town, name: str = "mother", *, agrees: bool = True) -> Chat:
    """A mother who applied, and said whether the firm may have her data."""
    return registered(town, name).taps("我想去").taps("同意给" if agrees else "先不给")


def invites(chat: Chat, *, day: str = "明天", hour: str = "上午9点", place: str = "海风1社区工坊201，找王姐") -> Chat:
    """Who decides fills in the trial form, from a message with 请她来试工 on."""
    chat.listens()
    chat.taps("请她来试工").hears("哪一天")
    button = next(b for b in chat.fresh[-1].choices() if day in b.label)
    chat.taps_choice(button.choice).hears("几点")
    button = next(b for b in chat.fresh[-1].choices() if b.label.endswith(hour))
    chat.taps_choice(button.choice).hears("找谁").says(place).taps("提交")
    return chat


def rows(town: Town, position: int) -> list[tuple[str, bool]]:
    """Status and place of each application of a post, oldest first; the count of taken places is checked with it."""
    with town.store.read() as tx:
        found = tx.execute(
            select(application.c.status, application.c.holds).where(application.c.position_id == position).order_by(application.c.id)
        ).all()
        post = posts.get(tx, position)
    assert post is not None and post.taken == sum(row.holds for row in found) <= post.headcount
    assert (post.status == "filled") == (post.taken == post.headcount)
    return [(row.status, row.holds) for row in found]


def logged(town: Town) -> list[tuple[int | None, str]]:
    log = table(AccessLog)
    with town.store.read() as tx:
        return [(row.actor_id, row.action) for row in tx.execute(select(log).order_by(log.c.id))]


def test_from_wanting_to_go_to_the_start(town: Town) -> None:
    post = towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town).taps("我想去").hears("暖阳服装厂", "电话", "会做的活", "有空的时间", "同意给暖阳服装厂", "先不给")
    assert rows(town, post) == []
    mother.taps("同意给").hears("报上名了", "11月26日（周四）10:00")
    assert len(mother.fresh) == 1, "her answer is not told to her as news"
    coordinator.listens()
    coordinator.hears("想去“缝纫工”", "请她来试工", "这次不行")
    invites(coordinator).hears("已经告诉", "11月25日（周三）9:00")
    mother.listens()
    mother.hears("请您去试工", "11月25日（周三）9:00", "海风1社区工坊201，找王姐", "不用交任何钱", "能去", "换个时间", "不去了")
    mother.taps("能去").hears("已经告诉他们您能去")
    coordinator.listens()
    coordinator.hears("说能去试工")
    assert rows(town, post) == [("trial", True)]
    town.later(days=2)
    town.tick()
    coordinator.listens()
    coordinator.hears("后来怎么样", "上岗了", "没来", "不合适")
    coordinator.taps("上岗了").hears("上岗了")
    mother.listens()
    mother.hears("恭喜您", "上岗了")
    assert rows(town, post) == [("started", True)]
    mother.says("我的报名").hears("上岗了")
    follow_up = table(FollowUp)
    with town.store.read() as tx:
        assert list(tx.execute(select(follow_up.c.day).order_by(follow_up.c.day)).scalars()) == [7, 30, 90]
        started = tx.execute(select(application.c.started_at)).scalar_one()
    assert started == town.now
    assert logged(town).count((person_id(town, coordinator), "applications.decide")) == 2


def test_without_consent_only_the_coordinator_sees_and_answers(town: Town) -> None:
    post = towns.position(town.store, town.now)
    coordinator, firm = town.invited("coordinator", "coordinator"), contact(town)
    mother = wants(town, agrees=False).hears("报上名了", "海风1社区的协调员", "同意给暖阳服装厂")
    assert firm.listens() == []
    firm.says("/menu").taps("谁想去上岗").hears("没有等回话")
    firm.taps_choice("applicant:1:yes").hears("要有相应的身份")
    firm.taps_choice("applicant:1:see").hears("要有相应的身份")
    coordinator.listens()
    coordinator.taps("看看她的情况").hears("还没同意", "请您替她联系")
    invites(coordinator)
    assert firm.listens() == [], "nor of what comes later"
    mother.listens()
    mother.hears("请您去试工")
    with town.store.read() as tx:
        assert not consents.has(tx, person_id(town, mother), "employer", enterprise_id=1)
    assert rows(town, post) == [("trial", True)]


def test_with_consent_the_firm_sees_what_she_agreed_to_and_answers(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator, firm = town.invited("coordinator", "coordinator"), contact(town)
    mother = wants(town)
    firm.listens()
    firm.hears("想去“缝纫工”").taps("看看她的情况").hears("电话", "有空的时间")
    assert (person_id(town, firm), "applications.see") in logged(town)
    invites(firm).hears("已经告诉")
    coordinator.listens()
    coordinator.hears("约好试工")
    mother.listens()
    mother.hears("请您去试工")


def test_consent_is_asked_once_for_each_firm(town: Town) -> None:
    towns.position(town.store, town.now, "P1")
    other = towns.position(town.store, town.now, "P2", title="包装工")
    mother = wants(town)
    mother.taps_choice(f"apply:{other}").hears("报上名了", "包装工")
    refuses = wants(town, "refuses", agrees=False)
    refuses.taps_choice(f"apply:{other}").hears("报上名了", "同意给暖阳服装厂")


def test_she_can_agree_later_and_the_firm_is_told_then(town: Town) -> None:
    towns.position(town.store, town.now)
    firm = contact(town)
    mother = wants(town, agrees=False)
    mother.says("我的报名").taps("同意给").hears("能看到您的情况")
    firm.listens()
    firm.hears("同意把情况给", "请她来试工")
    mother.taps("同意给")
    assert firm.listens() == [], "once"


def test_what_she_takes_back_is_no_longer_seen_and_is_to_be_deleted(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator, firm = town.invited("coordinator", "coordinator"), contact(town)
    mother = wants(town)
    firm.listens()
    coordinator.listens()
    with town.store.begin() as tx:
        consents.withdraw(tx, person_id(town, mother), "employer", now=town.now)
        applications.withdrawn(Turn.to(tx, town.content, person_id(town, mother), now=town.now), 1)
    for told in (firm, coordinator):
        assert [said.text.count("收回了同意") for said in told.listens()] == [1]
    firm.taps("请她来试工").hears("要有相应的身份")
    coordinator.taps("请她来试工").hears("哪一天")


def test_declined_is_told_kindly_and_another_way_is_shown(town: Town) -> None:
    post = towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    coordinator.listens()
    coordinator.taps("这次不行").hears("已经告诉")
    assert len(coordinator.fresh) == 1, "who decided is not told a second time"
    mother.listens()
    mother.hears("这次没有成", "不是您不好", "找活干")
    assert rows(town, post) == [("declined", False)]


def test_applying_twice_counts_once(town: Town) -> None:
    post = towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    mother.taps_choice(f"apply:{post}").hears("已经报过名")
    mother.taps_choice(f"apply:{post}:yes").hears("能看到您的情况")
    coordinator.listens()
    assert coordinator.text.count("想去“缝纫工”") == 1
    assert rows(town, post) == [("applied", True)]


def test_the_last_place_is_held_once_and_the_list_moves_up(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    second, third = registered(town, "second"), registered(town, "third")
    first = wants(town, "first").hears("名额给您留到")
    second.taps("我想去").taps("同意给").hears("排在第1位")
    third.taps("我想去").taps("同意给").hears("排在第2位")
    assert rows(town, post) == [("applied", True), ("waiting", False), ("waiting", False)]
    coordinator.listens()
    assert coordinator.text.count("请回她的话") == 1
    first.taps("不去了").hears("真的不去了吗").taps("不去了").hears("给您取消了")
    assert rows(town, post) == [("withdrawn", False), ("applied", True), ("waiting", False)]
    second.listens()
    second.hears("轮到您了", "11月26日")
    assert third.listens() == []
    third.says("我的报名").hears("排在第1位")
    coordinator.listens()
    coordinator.hears("不去“缝纫工”了", "请回她的话")


def test_the_reminder_of_the_hold_and_its_end(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    second = registered(town, "second")
    first = wants(town, "first")
    second.taps("我想去").taps("同意给")
    coordinator.listens()
    town.later(hours=23)
    town.tick()
    assert "还在等" not in "".join(said.text for said in coordinator.listens())
    town.later(hours=1, minutes=1)
    town.tick()
    coordinator.listens()
    coordinator.hears("还在等“缝纫工”", "请她来试工")
    town.tick()
    assert coordinator.listens() == [], "once"
    town.later(hours=24)
    town.tick()
    first.listens()
    first.hears("一直没有回话", "不是您不好", "找活干")
    second.listens()
    second.hears("轮到您了")
    coordinator.listens()
    coordinator.hears("一直没有人回话", "请回她的话")
    assert rows(town, post) == [("lapsed", False), ("applied", True)]


def test_an_old_button_neither_gives_nor_takes_a_place(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    coordinator.listens()
    mother.taps("不去了").taps("不去了")
    coordinator.taps("请她来试工").hears("自己取消了")
    coordinator.taps("这次不行").hears("自己取消了")
    mother.taps("还是去").hears("您取消了")
    mother.taps_choice("mine:1:coming").hears("您取消了")
    assert rows(town, post) == [("withdrawn", False)]


def test_a_decision_is_made_once(town: Town) -> None:
    post = towns.position(town.store, town.now)
    one, two = town.invited("one", "coordinator"), town.invited("two", "coordinator")
    mother = wants(town)
    one.listens()
    two.listens()
    one.taps("请她来试工").taps("明天").taps("上午8点")
    two.taps("这次不行").hears("已经告诉")
    one.taps("只写社区名字").taps("提交").hears("这次没成")
    one.taps("这次不行").hears("这次没成")
    assert [said.text.count("没有成") for said in mother.listens()] == [1]
    assert rows(town, post) == [("declined", False)]


def test_of_two_who_agree_a_date_the_first_counts(town: Town) -> None:
    towns.position(town.store, town.now)
    one, two = town.invited("one", "coordinator"), town.invited("two", "coordinator")
    mother = wants(town)
    for chat, hour in ((one, "上午8点"), (two, "下午2点")):
        chat.listens()
        chat.taps("请她来试工").taps("明天").taps(hour).taps("只写社区名字")
    one.taps("提交").hears("已经告诉")
    two.taps("提交").hears("已经约好", "8:00")
    mother.listens()
    mother.hears("8:00", "地点：海风1社区")
    assert "14:00" not in mother.text


def test_the_coordinator_of_another_community_and_another_firm_may_neither_see_nor_decide(town: Town) -> None:
    towns.position(town.store, town.now)
    with town.store.begin() as tx:
        tx.execute(insert(enterprise).values(code="E2", name="别家", licence="913706000000000002", contact="李姐", share_percent=10))
    own, foreign = town.invited("own", "coordinator", "YT01"), town.invited("foreign", "coordinator", "YT02")
    rival = contact(town, "rival", "E2")
    wants(town)
    for chat in (foreign, rival):
        assert chat.listens() == []
        chat.says("/menu").taps("谁想去上岗").hears("没有等回话")
        for verb in ("see", "yes", "no", "started"):
            chat.taps_choice(f"applicant:1:{verb}").hears("要有相应的身份")
    own.listens()
    choice = next(b.choice for said in own.fresh for b in said.choices() if b.label == "请她来试工")
    registered(town, "nobody").taps_choice(choice).hears("要有相应的身份")
    registered(town, "curious").taps_choice("mine:1:leave").hears("这个按钮太旧了")


def test_at_night_the_coordinator_is_told_in_the_morning(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    town.later(hours=12)  # 22:00 in Yantai
    wants(town).hears("报上名了")
    assert coordinator.listens() == []
    town.later(hours=10)
    town.tick()
    coordinator.listens()
    coordinator.hears("想去“缝纫工”")


def test_she_is_reminded_the_evening_before_and_two_hours_before(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator, day="11月26日", hour="下午2点")
    mother.listens()
    heard = []
    for _ in range(14 * 24):
        town.later(minutes=15)
        town.tick()
        heard += [(town.now.astimezone(LOCAL).strftime("%d %H:%M"), said.text[:4]) for said in mother.listens()]
    reminders = [when for when, text in heard if text in ("提醒您：", "就快到了")]
    assert reminders == ["25 18:00", "26 12:00"]
    asked = [when for when, text in heard if text == "“缝纫工"]
    assert asked == ["27 09:00"], "and the day after how it was"


def test_a_reminder_that_is_late_is_left_out(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator, hour="下午2点")
    mother.listens()
    town.later(hours=10, minutes=30)  # 20:30 of the evening before: the machine was off
    town.tick()
    assert mother.listens() == []
    town.later(hours=15, minutes=30)
    town.tick()
    mother.listens()
    mother.hears("就快到了", "换个时间", "不去了")


def test_another_time_keeps_the_place_and_asks_for_another_date(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator)
    mother.listens()
    mother.taps("换个时间").hears("请他们换个时间")
    assert rows(town, post) == [("applied", True)]
    mother.says("我的报名").hears("等重新约")
    coordinator.listens()
    coordinator.hears("想换一个")
    invites(coordinator, day="11月27日", hour="下午3点")
    mother.listens()
    mother.hears("11月27日（周五）15:00")
    town.later(days=1, hours=9)
    town.tick()
    assert mother.listens() == [], "nothing of the first date"


def test_who_decides_can_move_the_date(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator)
    mother.listens()
    coordinator.says("/menu").taps("谁想去上岗").hears("约好11月25日").taps("改时间").taps("11月28日").taps("上午8点")
    coordinator.taps("只写社区名字").taps("提交").hears("11月28日")
    mother.listens()
    mother.hears("时间改了", "11月28日（周六）8:00")


@pytest.mark.parametrize(
    ("tap", "status", "to_her"), [("没来", "missed", "没见到您"), ("不合适", "declined", "不是您不好"), ("上岗了", "started", "恭喜您")]
)
def test_the_outcome_of_a_trial(town: Town, tap: str, status: str, to_her: str) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator, firm = town.invited("coordinator", "coordinator"), contact(town)
    second = registered(town, "second")
    mother = wants(town)
    second.taps("我想去").taps("同意给")
    invites(firm)
    town.later(days=2)
    town.tick()
    mother.listens()
    coordinator.listens()
    firm.listens()
    firm.hears("后来怎么样").taps(tap)
    mother.listens()
    mother.hears(to_her)
    coordinator.listens()
    coordinator.hears("缝纫工")
    holds = status == "started"
    assert rows(town, post) == [(status, holds), ("waiting" if holds else "applied", not holds)]
    firm.taps(tap)
    assert rows(town, post) == [(status, holds), ("waiting" if holds else "applied", not holds)]


@pytest.mark.parametrize(("tap", "status", "told"), [("我上岗了", "started", "说她在"), ("没成", "missed", "没有成")])
def test_she_says_herself_how_it_went(town: Town, tap: str, status: str, told: str) -> None:
    post = towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator)
    mother.listens()
    mother.taps_choice("mine:1:started").hears("去试工")
    assert rows(town, post) == [("trial", True)], "not before the trial"
    coordinator.taps_choice("applicant:1:missed").hears("还没到")
    town.later(days=2)
    town.tick()
    mother.listens()
    mother.hears("怎么样").taps(tap)
    coordinator.listens()
    coordinator.hears(told)
    assert rows(town, post) == [(status, status == "started")]


def test_nobody_says_how_it_went_and_staff_are_asked_again(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    invites(coordinator)
    mother.listens()
    days: dict[str, list[int]] = {"her": [], "staff": []}
    for day in range(1, 23):
        town.later(days=1)
        town.tick()
        days["her"] += [day for said in mother.listens() if "怎么样？" in said.text]
        days["staff"] += [day for said in coordinator.listens() if "后来怎么样" in said.text]
    assert days == {"her": [2, 4, 8], "staff": [2, 4, 8, 15, 22]}


def test_a_place_asked_for_with_money_is_not_told(town: Town) -> None:
    post = towns.position(town.store, town.now)
    firm = contact(town)
    mother = wants(town)
    invites(firm, place="工坊201，来的时候带200元押金").hears("不能收钱")
    assert mother.listens() == []
    assert rows(town, post) == [("applied", True)]


def test_a_time_that_has_passed_is_no_date(town: Town) -> None:
    post = towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    wants(town)
    coordinator.listens()
    coordinator.taps("请她来试工").says("2026-11-23").hears("今天以后")
    coordinator.says("2026-11-24").taps("上午8点").taps("只写社区名字").taps("提交").hears("已经过去了")
    assert rows(town, post) == [("applied", True)]


def test_a_withdrawn_post_tells_everybody_who_is_open_once(town: Town, content: Content) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    second = registered(town, "second")
    first = wants(town, "first")
    second.taps("我想去").taps("同意给")
    invites(coordinator)
    first.listens()
    with town.store.begin() as tx:
        towns.change(tx, post, withdrawn_at=town.now, status="closed")
        told = placements.cancel_all(tx, content, post, "applications.lapsed_waiting", now=town.now)
    assert told == [person_id(town, first), person_id(town, second)]
    for chat in (first, second):
        assert [said.text.count("招完了") for said in chat.listens()] == [1]
        chat.says("我的报名").hears("岗位取消了")
    town.tick()
    assert first.listens() == second.listens() == []
    registered(town, "late").taps_choice(f"apply:{post}").hears("已经没有了")


def test_who_waits_for_a_post_that_closed_is_told(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    second = registered(town, "second")
    wants(town, "first")
    second.taps("我想去").taps("同意给")
    with town.store.begin() as tx:
        towns.change(tx, post, closes_on=town.now.date())
    town.tick()
    assert second.listens() == []
    town.later(days=1)
    town.tick()
    second.listens()
    second.hears("招完了")


def test_more_places_go_to_the_list(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    second = registered(town, "second")
    wants(town, "first")
    second.taps("我想去").taps("同意给").hears("排在第1位")
    with town.store.begin() as tx:
        towns.change(tx, post, headcount=2, status="published")
    town.tick()
    second.listens()
    second.hears("轮到您了")
    assert rows(town, post) == [("applied", True), ("applied", True)]


def test_who_left_gives_the_place_to_the_next(town: Town) -> None:
    post = towns.position(town.store, town.now, headcount=1)
    second = registered(town, "second")
    wants(town, "first")
    second.taps("我想去").taps("同意给")
    with town.store.begin() as tx:
        tx.execute(update(application).where(application.c.id == 1).values(status="started", due_at=None))
        assert places.ended(tx, 1, "too_far", town.now)
        assert not places.ended(tx, 1, "too_far", town.now)
    town.tick()
    second.listens()
    second.hears("轮到您了")
    assert rows(town, post) == [("left", False), ("applied", True)]


def test_she_may_ask_again_after_it_came_to_nothing(town: Town) -> None:
    post = towns.position(town.store, town.now)
    mother = wants(town)
    mother.taps("不去了").taps("不去了").hears("取消了")
    mother.taps_choice(f"apply:{post}").hears("报上名了")
    assert rows(town, post) == [("applied", True)]


def test_several_are_listed_with_numbers_and_a_page_behind(town: Town) -> None:
    towns.position(town.store, town.now, headcount=20)
    coordinator = town.invited("coordinator", "coordinator")
    for n in range(12):
        wants(town, f"mother{n}")
    coordinator.says("/menu").taps("谁想去上岗").hears("等着回话的", "10. ", "后面还有")
    coordinator.taps("后面还有").hears("2. ").taps("2 ").hears("电话", "这次不行")


def test_without_buttons_numbers_do_it_all(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    with town.store.begin() as tx:
        found = persons.find(tx, "web", "coordinator")
        assert found is not None
        tx.execute(address.insert().values(person_id=found.person_id, channel="wechat", address="w", state="open", used_at=town.now))
    staff = town.person("w", WECHAT)
    staff.says("菜单")
    town.later(minutes=1)
    staff.says("菜单")
    wants(town)
    staff.listens()
    staff.hears("1 请她来试工").says("1").hears("哪一天").says("1").hears("几点").says("3").hears("找谁").says("跳过").hears("上午9点")
    staff.says("提交").hears("已经告诉", "9:00")
    assert coordinator.heard


def test_the_offer_is_answered_and_the_others_end_with_the_last_place(town: Town) -> None:
    from storage.work import offers
    from storage.work.offers import Recipient

    post = towns.position(town.store, town.now, headcount=1)
    mother, other = registered(town), registered(town, "other")
    with town.store.begin() as tx:
        offers.add(tx, post, [Recipient(person_id(town, mother), 1, []), Recipient(person_id(town, other), 1, [])], wave=1, now=town.now)
    mother.taps("我想去").taps("同意给")
    with town.store.read() as tx:
        found = [offers.get(tx, post, person_id(town, chat)) for chat in (mother, other)]
    assert [row.status for row in found if row] == ["applied", "filled"]
    with town.store.begin() as tx:
        towns.change(tx, post, announced_at=town.now)
    mother.taps("不去了").taps("不去了")
    with town.store.read() as tx:
        free = posts.get(tx, post)
    assert free is not None and (free.status, free.next_wave_at) == ("published", town.now), "and it is offered again"


def test_every_phrase_that_is_told_is_there(content: Content) -> None:
    """`tell_her` and `tell_staff` take keys that the check of phrases does not see."""
    folder = Path(applications.__file__).parent.parent
    keys = {
        key
        for name in ("work/applications", "work/applicants", "work/decisions", "work/placements", "work/wording", "forms")
        for key in re.findall(r'"(applications\.[a-z_]+)"', (folder / f"{name}.py").read_text("utf-8"))
    }
    given: dict[str, Any] = dict.fromkeys(
        ["title", "enterprise", "who", "until", "when", "place", "number", "name", "phone", "skills", "windows", "community", "day"], "…"
    )
    assert len(keys) > 50
    for key in keys - {"applications.see", "applications.decide", "applications.moment", "applications.day", "applications.day_tomorrow"}:
        content.phrases.say(key, **given, status="…", quotes="…")


def test_who_gave_no_name_can_fill_it_in_before_the_firm_gets_her_data(town: Town) -> None:
    towns.position(town.store, town.now)
    mother = registered(town).taps("我想去").hears("名字：还没有填", "先补上名字和电话")
    mother.taps("先补上名字和电话").taps("称呼").says("春燕").hears("春燕").taps("提交")
    mother.says("找活干").taps("我想去").hears("名字：春燕")
