"""A complaint of somebody in particular is a dispute of the right kind; anything else is none."""

from __future__ import annotations

import pytest

from domain.normal import normalise
from domain.reading.conflict import conflict


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
    assert kind("他拿皮带抽我") == "marital"
    assert kind("有个男的天天尾随我") == "other"
    assert kind("婆婆打我") == "in_laws"


def test_a_child_left_alone_by_need_is_no_dispute() -> None:
    assert kind("我上班，四岁的孩子一个人锁在家") is None
