"""A complaint of somebody in particular is a dispute of the right kind; anything else is none."""

from __future__ import annotations

import pytest

from domain.normal import normalise
from domain.reading import read
from domain.reading.conflict import conflict, leaning


def kind(text: str) -> str | None:
    return conflict(normalise(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小姑子老挑拨是非骂我", "in_laws"),
        ("对象外头有人了", "marital"),
        ("前夫不让我接孩子", "children"),
        ("两个哥哥都不肯伺候老娘", "elder_support"),
        ("隔壁半夜唱歌，说了也不听", "neighbour"),
        ("物业光收钱不干活", "property_mgmt"),
        ("老板拖欠工资不给", "wage"),
        ("弟弟把老宅独占了，凭什么", "inheritance"),
        ("办的卡店家跑路了不退钱", "consumer"),
        ("老师当众羞辱俺孩子", "other"),
    ],
)
def test_kinds(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    "text", ["邻居说你这儿招人", "婆婆帮我看孩子", "老公在外地上班", "这个月工资几号发", "想学做客服", "小区路灯坏了", "老师您好，我想报名"]
)
def test_naming_somebody_is_no_complaint(text: str) -> None:
    assert kind(text) is None


def test_danger_by_another_is_a_dispute_also_without_words_of_quarrel() -> None:
    assert kind("婆婆打我") == "in_laws"
    assert kind("有个男的天天尾随我") == "other"
    assert read("他拿皮带抽我")["dispute"] == "marital"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("婆媳俩为带孩子闹僵了", "in_laws"),
        ("老公回家光玩手机，孩子的事不伸手，过不下去了", "marital"),
        ("人家孩子抢俺娃的车还推人，他家大人不道歉", "children"),
        ("俺妈轮到谁家谁家就推三阻四", "elder_support"),
        ("三楼那家把杂物堆到俺家门口，说了不挪", "neighbour"),
        ("没交物业费就给断水断电，合理吗", "property_mgmt"),
        ("给人家当保姆，走的时候扣我五百块", "wage"),
        ("老院子让弟弟偷偷卖了，没跟我商量", "inheritance"),
        ("理发店办了卡就联系不上人了", "consumer"),
        ("那个保姆总骂孩子还不承认", "other"),
    ],
)
def test_who_and_what_combine_within_a_message(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize("text", ["小品里婆婆骂儿媳妇笑死我了", "电视里那家人打官司争房子", "躲在朋友家看电影", "坐月子婆婆伺候我，关系好"])
def test_plots_and_kindness_are_no_complaint(text: str) -> None:
    assert kind(text) is None


def test_half_a_complaint_leans_to_a_kind_and_decides_nothing() -> None:
    half = normalise("婆婆从来不抱孩子")
    assert conflict(half) is None
    assert leaning(half) == "in_laws"
    assert leaning(normalise("婆婆来看孩子")) is None
    assert leaning(normalise("做梦婆婆从来不抱孩子")) is None


def test_a_child_left_alone_by_need_is_no_dispute() -> None:
    assert kind("我上班，四岁的孩子一个人锁在家") is None
