"""Words about a matter of hers that runs already: their kind, the day they name, how late she will be; and words that are something else."""

from __future__ import annotations

from datetime import date

import pytest

from domain.running import Said, heard

TUESDAY = date(2026, 11, 24)
WEDNESDAY, NEXT_MONDAY, TOMORROW = date(2026, 11, 25), date(2026, 11, 30), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("明天去不了", Said("cannot", TOMORROW)),
        ("孩子发烧了明天去不了", Said("cannot", TOMORROW)),
        ("明天请个假", Said("cannot", TOMORROW)),
        ("能不能改到周三", Said("other_time", WEDNESDAY)),
        ("改到周三", Said("other_time", WEDNESDAY)),
        ("明天去不了，换到下周一行吗", Said("other_time", NEXT_MONDAY)),
        ("换个时间", Said("other_time")),
        ("改到12月2日", Said("other_time", date(2026, 12, 2))),
        ("我不想去了", Said("out")),
        ("不去了", Said("out")),
        ("不做了", Said("quit")),
        ("班不上了", Said("quit")),
        ("我不干了", Said("quit")),
        ("我不去上课了", Said("class_out")),
        ("取消报名", Said("class_out")),
        ("迟到半小时", Said("late", None, 30)),
        ("要晚二十分钟", Said("late", None, 20)),
        ("堵车，晚10分钟", Said("late", None, 10)),
        ("做得挺好，让我下周一去", Said("taken", NEXT_MONDAY)),
        ("在哪里", Said("where")),
        ("怎么去", Said("where")),
    ],
)
def test_what_she_says_of_a_matter_of_hers(text: str, said: Said) -> None:
    assert heard(text, TUESDAY) == said


@pytest.mark.parametrize("text", ["你好", "我老公不去了", "工钱没发", "想找个活", "我婆婆老骂我", "孩子两岁半", "孩子生病会不会开除我", ""])
def test_what_is_something_else(text: str) -> None:
    assert heard(text, TUESDAY) is None


def test_a_day_that_is_over_is_never_named() -> None:
    assert heard("改到3号", TUESDAY) == Said("other_time", date(2026, 12, 3))
    assert heard("改到2月30日", TUESDAY) == Said("other_time")
