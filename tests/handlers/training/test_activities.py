"""An activity from its announcement over sign-up, waiting list and reminder to the count, what was thought of it, and the money for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.lists import KINDS
from domain.notices import LOCAL
from storage import lists
from storage.people import persons
from storage.tables.fund import fund_spending
from storage.tables.training import enrolment, training_class
from storage.training import activities
from tests.handlers.work.test_work import registered
from tests.support.chat import Chat, Town

NINE = datetime(2026, 11, 28, 9, tzinfo=LOCAL)


@pytest.fixture
def office(town: Town) -> Chat:
    return town.invited("office", "coordinator")


def planned(town: Town, office: Chat, places: str = "2") -> None:
    """As the office says it in chat: a free clinic on Saturday at nine."""
    asked = (
        office.says("菜单")
        .taps("培训班")
        .taps("办社区活动")
        .taps("办一个活动")
        .taps("义诊")
        .says("妇女健康义诊")
        .says("2026-11-28")
        .taps("上午9点")
    )
    asked.says("小广场东边").says(places).says("带医保卡").taps("提交").hears("妇女健康义诊", "11月28日周六上午9点")
    town.tick()


def test_from_the_announcement_to_what_was_thought_of_it(town: Town, office: Chat) -> None:
    first, second, third = (registered(town, name) for name in ("first", "second", "third"))
    planned(town, office)
    for woman in (first, second, third):
        woman.listens()
        woman.hears("您社区有一个活动", "小广场东边", "带医保卡")
    first.taps("报名").hears("报上了", "小广场东边", "提醒您")
    second.says("有什么活动").taps("报名 1").hears("报上了")
    third.taps("报名").hears("名额满了", "第 1 位")
    first.says("我的事").hears("活动“妇女健康义诊”", "报上名了")
    office.says("菜单").taps("培训班").taps("办社区活动").taps("妇女健康义诊").hears("报名 2 人", "一共 2 个名额", "排队 1 人")
    second.taps("不去了").hears("不去了")
    third.listens()
    third.hears("轮到您了")
    town.now = NINE - timedelta(hours=14)
    town.tick()
    first.listens()
    first.hears("提醒您", "11月28日周六上午9点", "小广场东边")
    town.now = NINE + timedelta(hours=4)
    town.tick()
    first.listens()
    first.hears("觉得怎么样").taps("挺好").hears("谢谢您").taps("我想说两句").says("大夫讲得细").taps("提交").hears("看不到是谁")
    third.listens()
    third.taps("一般")
    second.taps_choice("thought:1:3").hears("没有这个活动")
    office.listens()
    office.hears("来了多少人").taps("报来了几人").says("17").taps("提交").hears("来了 17 人", "挺好 1，一般 1，不好 0", "大夫讲得细")
    assert "first" not in office.text
    office.taps_choice("activity:1:came").hears("报过了")
    first.says("我的资料").taps("存成文件")
    with town.store.begin() as tx:
        assert activities.by_community(tx, [], "2026-11") == {}
        assert tx.execute(select(enrolment.c.word).where(enrolment.c.mark == 3)).scalar_one() == "大夫讲得细"


def test_without_a_number_of_places_nobody_waits_and_calling_it_off_tells_all(town: Town, office: Chat) -> None:
    women = [registered(town, f"w{number}") for number in range(3)]
    planned(town, office, places="跳过")
    for woman in women:
        woman.listens()
        assert "名额" not in woman.taps("报名").text.split("把")[0]
    office.taps_choice("activity:1:cancel").hears("有 3 人报名").taps("不办了").hears("都告诉了")
    for woman in women:
        woman.listens()
        woman.hears("办不成了")
        woman.says("活动").hears("没有能报的活动")


def test_who_lives_elsewhere_or_wants_nothing_is_not_told_but_may_come(town: Town, office: Chat) -> None:
    near, far, silent = registered(town, "near"), registered(town, "far"), registered(town, "silent")
    with town.store.begin() as tx:
        elsewhere = persons.find(tx, "web", far.address)
        assert elsewhere is not None
        persons.change(tx, elsewhere.person_id, community_id=2)
    silent.says("退订")
    planned(town, office)
    near.listens()
    near.hears("您社区有一个活动")
    for woman in (far, silent):
        assert "您社区有一个活动" not in "".join(said.text for said in woman.listens())
    far.says("活动").taps("报名 1").hears("报上了")
    town.invited("elsewhere", "coordinator", "YT02").taps_choice("activity:1").hears("没有这个活动")


def test_a_class_is_no_activity_and_an_activity_is_in_no_list_of_classes(town: Town, office: Chat) -> None:
    woman = registered(town, "woman")
    planned(town, office)
    woman.listens()
    woman.taps("报名")
    woman.says("有什么班").hears("没有能报的培训班")
    woman.says("我的班").hears("还没有报过班")
    with town.store.begin() as tx:
        assert not list(lists.listed(tx, KINDS["classes"]))
        tx.execute(update(training_class).values(kind="class", skill="sewing", code="K1"))
        assert [row["code"] for row in lists.listed(tx, KINDS["classes"])] == ["K1"]


def test_the_fund_pays_for_an_activity_and_knows_how_many_came(town: Town, office: Chat) -> None:
    planned(town, office)
    office.taps_choice("activity:1").taps("申请用基金的钱").says("300").says("跳过").taps("提交").hears("要 1 个人同意")
    elsewhere = town.invited("elsewhere", "coordinator", "YT02")
    elsewhere.taps_choice("spending:activity:1").hears("没有这一条")
    with town.store.begin() as tx:
        row = tx.execute(select(fund_spending.c.purpose, fund_spending.c.what, fund_spending.c.activity_id)).one()
    assert row == ("activity", "妇女健康义诊", 1)
