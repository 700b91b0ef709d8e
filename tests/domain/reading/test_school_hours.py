"""Hours that follow from the children's day are read like plain ones."""

import pytest

from domain.reading.windows import windows


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("八点半上学三点放学,中间有空", ("08:30", "15:00")),
        ("孩子七点五十上校车,四点二十到站,这当间我能出来", ("07:50", "16:20")),
        ("孩子四点半放学,之前都有空", ("08:00", "16:30")),
        ("放学前都有空,孩子五点放学", ("08:00", "17:00")),
        ("不是上午是下午有空", ("14:00", "18:00")),
        ("晚上娃睡了有空,八点到十点", ("20:00", "22:00")),
        ("白天啥时候都行", ("08:00", "18:00")),
    ],
)
def test_hours_of_every_day(text: str, hours: tuple[str, str]) -> None:
    assert windows(text) == [{"days": [1, 2, 3, 4, 5, 6, 7], "start": hours[0], "end": hours[1]}]


def test_an_errand_at_a_certain_hour_is_cut_out() -> None:
    said = windows("除了接孩子那会儿三点到四点,白天啥时候都成")
    assert [(window["start"], window["end"]) for window in said] == [("08:00", "15:00"), ("16:00", "18:00")]


def test_a_half_of_the_day_behind_days_says_them_more_closely() -> None:
    assert windows("平时晚上有空,周末也可以上午") == [
        {"days": [1, 2, 3, 4, 5], "start": "18:00", "end": "21:00"},
        {"days": [6, 7], "start": "08:00", "end": "12:00"},
    ]
