"""A required question has an honest way out; 继续 neither skips nor submits; after two misses the way changes; how far she has come is said."""

from __future__ import annotations

import pytest

from domain.access import CITY
from storage.people import persons
from storage.staff import tasks
from tests.handlers.work.test_work import registered
from tests.support.chat import Town


@pytest.mark.parametrize("said", ["没有我的社区", "不知道", "都不是"])
def test_who_finds_not_her_community_gives_her_address_and_somebody_completes_it(town: Town, said: str) -> None:
    chat = town.person().says("登记").says("1").says(said).hears("哪条街").says("火车站旁边，铁路小区")
    chat.skips_to("提交").taps("提交").hears("登记好了")
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None and persons.get(tx, found.person_id).community_id is None
        assert [row.said for row in tasks.open_(tx, [CITY], kinds=["place"])] == ["火车站旁边，铁路小区"]
    chat.says("我的资料").hears("没有我的社区", "提交")


def test_going_on_neither_skips_nor_submits(town: Town) -> None:
    chat = town.person().says("登记").says("1").says("海风3").hears_question("intake", "skills")
    chat.says("继续").hears_question("intake", "skills")
    chat.skips_to("提交").says("继续").hears("提交")
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None and persons.profile(tx, found.person_id) is None


def test_how_far_she_has_come_is_said(town: Town) -> None:
    chat = town.person().says("登记").says("1").hears("第 2 步，共")
    chat.says("海风3").hears("第 3 步，共")
    assert "步，共" not in chat.skips_to("提交").taps("会做的活").text


def test_after_two_misses_there_is_a_way_past_the_question_and_a_person(town: Town) -> None:
    chat = town.person().says("登记").says("1").says("海风3").says("咕噜").says("呱呱")
    assert {"跳过", "先放一放", "找人帮忙"} <= set(chat.labels())
    chat.taps("跳过").hears_question("intake", "modes")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("晚上别发", "18:00到第二天08:00"),
        ("中午十二点到两点别给我发", "12:00到14:00"),
        ("改成一天一条", "每天最多给您发1条"),
        ("每天两条就行", "每天最多给您发2条"),
    ],
)
def test_when_and_how_often_in_words(town: Town, said: str, heard: str) -> None:
    chat = registered(town).says(said).hears(heard)
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None and persons.get(tx, found.person_id).notices


def test_what_was_not_understood_of_a_long_sentence_is_said(town: Town) -> None:
    said = "我会踩缝纫机，想找点能拿回家做的活，我表姐说那样好，上午有空"
    town.person().says(said).hears("没听懂：“我表姐说那样好”")
    assert "没听懂" not in town.person("b").says("我会踩缝纫机，想找活，上午有空").text
