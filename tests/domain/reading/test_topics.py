"""A proposal is told from a wish for oneself, and its subject is recognised."""

from __future__ import annotations

import pytest

from domain.normal import normalise
from domain.reading.topics import leaning, proposal, topics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("楼道垃圾没人扫", ["environment"]),
        ("电梯坏了好几天", ["facilities"]),
        ("建议办个暑假托管班", ["children"]),
        ("给独居老人送餐吧", ["elder"]),
        ("消防通道被堵住了", ["safety"]),
        ("车位能不能重新划", ["parking"]),
        ("遛狗的太多，管管吧", ["pets"]),
        ("组织个跳绳比赛呗", ["activity"]),
        ("工坊能不能添两台机器", ["workshop"]),
        ("办事大厅能不能网上取号", ["service"]),
        ("社区能不能想想办法", ["other"]),
        ("路灯坏了，车位也不够", ["facilities", "parking"]),
    ],
)
def test_subjects(text: str, expected: list[str]) -> None:
    assert proposal(normalise(text))
    assert topics(normalise(text)) == expected


@pytest.mark.parametrize("text", ["有没有能带回家的活", "想学缝纫", "我周末有空", "你好", "孩子上幼儿园了，想找活"])
def test_a_wish_for_oneself_is_no_proposal(text: str) -> None:
    assert not proposal(normalise(text))


def test_half_a_proposal_leans_and_decides_nothing() -> None:
    half = normalise("石凳上的漆都掉皮")
    assert not proposal(half)
    assert leaning(half)
    assert not leaning(normalise("今天真热"))
