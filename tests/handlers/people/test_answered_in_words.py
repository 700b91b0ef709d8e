"""The questions of her own form, answered as people answer them: hours without a day, a place that no list has."""

from __future__ import annotations

import pytest

from tests.support.chat import Chat, Town


def test_hours_without_a_day_ask_for_the_days(town: Town) -> None:
    chat = at_the_hours(town)
    chat.says("上午九点到下午三点").hears("09:00–15:00", "哪几天", "周一到周五", "每天", "周末")
    chat.says("继续").hears("哪几天")
    chat.says("周一三五").hears("离家多远")
    chat.says("修改").hears("周一、周三、周五 09:00-15:00")
    chat.says("有空时间").says("下午两点到五点").taps("每天").hears("离家多远")
    chat.says("修改").hears("每天 14:00-17:00")


def test_days_that_were_named_are_not_asked_for(town: Town) -> None:
    at_the_hours(town).says("周末上午九点到十一点").hears("周六、周日 09:00-11:00", "对吗")


def test_done_below_is_that_right_takes_what_was_read(town: Town) -> None:
    chat = at_the_hours(town).says("周一到周五上午九点到十一点").hears("对吗")
    chat.says("继续").hears("对吗")
    chat.says("好了").hears("离家多远")
    chat.says("修改").hears("09:00-11:00")


def at_the_hours(town: Town) -> Chat:
    chat = town.person().says("登记").says("1 3").says("海风3社区").says("跳过").says("跳过")
    return chat.hears("什么时候有空")


@pytest.mark.parametrize(
    ("said", "place"), [("桃花社区", "桃花社区"), ("我住火车站旁边", "火车站旁边"), ("我家在幸福中路那边", "幸福中路那边")]
)
def test_a_place_that_no_list_has_is_the_way_out_in_her_words(town: Town, said: str, place: str) -> None:
    chat = town.person().says("登记").says("1 3").says(said).hears("没有我的社区", place, "对吗")
    chat.says("对").hears("哪些活")
    chat.says("修改").hears(place)


@pytest.mark.parametrize("said", ["我住院了", "在家里找活", "你们在哪", "我想回家"])
def test_what_is_no_place_is_not_taken_for_one(town: Town, said: str) -> None:
    assert "没有我的社区、" not in town.person().says("登记").says("1 3").says(said).text.replace("（", "、")
