"""Words that point at what she was just shown, and words that do not."""

from __future__ import annotations

import pytest

from domain.work.pointing import Pointing, pointing

TITLES = ("围巾编织", "校服锁边", "贺卡组装配套")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("第一个在哪里", Pointing("where", 0)),
        ("离我多远", Pointing("far", None)),
        ("第2个多远", Pointing("far", 1)),
        ("还有别的吗", Pointing("more", None)),
        ("换一批", Pointing("others", None)),
        ("近一点的", Pointing("nearer", None)),
        ("电话多少", Pointing("phone", None)),
        ("什么时候去", Pointing("hours", None)),
        ("第二个", Pointing("detail", 1)),
        ("我要第二個", Pointing("want", 1)),
        ("我想去2", Pointing("want", 1)),
        ("我想去 围巾编织", Pointing("want", 0)),
        ("最后那个", Pointing("detail", 2)),
        ("分享3", Pointing("share", 2)),
        ("详情 1", Pointing("detail", 0)),
        ("校服锁边要带什么", Pointing("bring", 1)),
    ],
)
def test_what_she_points_at(said: str, meant: Pointing) -> None:
    assert pointing(said, TITLES) == meant


@pytest.mark.parametrize(
    "said", ["我想去上课", "我不想去了", "工钱没发", "第九个", "你好", "我想找个做饭的活", "孩子两岁", "我婆婆老骂我", ""]
)
def test_what_is_something_else(said: str) -> None:
    assert pointing(said, TITLES) is None


def test_of_one_post_nothing_has_to_be_named() -> None:
    assert pointing("我想去", TITLES[:1]) == Pointing("want", None)
    assert pointing("这个多少钱", TITLES[:1]) == Pointing("pay", 0)


def test_what_she_looked_at_alone_need_not_be_named() -> None:
    assert pointing("我想去", TITLES) is None
    assert pointing("我想去", TITLES, one=True) == Pointing("want", None)
