"""Free time as people say it; written here as `windows` in import files are: days, blank, hours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reading.windows import windows

ALL = "1234567"


def read(text: str) -> str:
    return "; ".join(f"{''.join(map(str, window['days']))} {window['start']}-{window['end']}" for window in windows(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每天上午", f"{ALL} 08:00-12:00"),
        ("周末", "67 08:00-21:00"),
        ("啥时候都行", f"{ALL} 08:00-21:00"),
        ("周一到周五 9:00-11:30", "12345 09:00-11:30"),
        ("上午9-11", f"{ALL} 09:00-11:00"),
        ("早八晚五都行", f"{ALL} 08:00-17:00"),
        ("周六到周一", "167 08:00-21:00"),
        ("周一、三、五,三点到五点", "135 15:00-17:00"),
        ("差一刻九点到三点一刻有空", f"{ALL} 08:45-15:15"),
        ("除了周四赶集天天有空", "123567 08:00-21:00"),
    ],
)
def test_short_answers(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电脑班晚上有没有", f"{ALL} 18:00-21:00"),
        ("问问周末有没有打包的活", "67 08:00-21:00"),
        ("昨天晚上有没有下雨", ""),
    ],
)
def test_hours_at_which_she_asks_for_a_class_or_work(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两点到四点有空", f"{ALL} 14:00-16:00"),
        ("五点到八点有空", f"{ALL} 17:00-20:00"),
        ("十一点到一点有空", f"{ALL} 11:00-13:00"),
        ("早上六点到八点有空", f"{ALL} 06:00-08:00"),
        ("晚上七点三刻到九点有空", f"{ALL} 19:45-21:00"),
        ("九点来钟到十一点有空", f"{ALL} 09:00-11:00"),
        ("晚上八点以后有空", f"{ALL} 20:00-21:00"),
        ("九点以后都有空", f"{ALL} 09:00-18:00"),
        ("下午四点之前有空", f"{ALL} 14:00-16:00"),
        ("三点以前有空", f"{ALL} 08:00-15:00"),
        ("四点接孩子之前都有空", f"{ALL} 08:00-16:00"),
        ("上午9点以后下午4点之前有空", f"{ALL} 09:00-16:00"),
        ("上午送完孩子到十一点有空", f"{ALL} 08:00-11:00"),
        ("九点到中午有空", f"{ALL} 09:00-12:00"),
        ("晚上九点以后有空", ""),
    ],
)
def test_hours_fit_the_half_of_the_day(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一三五上午二四六下午", "135 08:00-12:00; 246 14:00-18:00"),
        ("平时晚上和周末白天有空", "12345 18:00-21:00; 67 08:00-18:00"),
        ("晚上和周末有空", f"{ALL} 18:00-21:00; 67 08:00-21:00"),
        ("周六上午有空周日上午也有空", "67 08:00-12:00"),
        ("上午和中午有空", f"{ALL} 08:00-14:00"),
        ("平时送完孩子八点半到十一点有空下午两点半到四点也行", "12345 08:30-11:00; 12345 14:30-16:00"),
        ("周六全天有空,晚上七点到九点也行", f"{ALL} 19:00-21:00; 6 08:00-21:00"),
        ("平时孩子上学,白天有空", "12345 08:00-18:00"),
    ],
)
def test_days_and_hours_belong_together(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("除了周三,每天下午都有空", "124567 14:00-18:00"),
        ("除了周一三都有空", "24567 08:00-21:00"),
        ("早上六点到八点有空,礼拜天不行", "123456 06:00-08:00"),
        ("周一三五上午有空,周末得陪孩子", "135 08:00-12:00"),
        ("下午晚上都有空,就是周四得去赶集", "123567 14:00-21:00"),
        ("周三周五不得闲,其余天上午行", "12467 08:00-12:00"),
        ("礼拜天歇班,除此以外白天都行", "123456 08:00-18:00"),
        ("上午有空,周三上午不行", "124567 08:00-12:00"),
        ("周一三五没空二四六有空", "246 08:00-21:00"),
        ("我白天上班,晚上有空", f"{ALL} 18:00-21:00"),
        ("上午十点之前不行,十点到下午两点可以", f"{ALL} 10:00-14:00"),
    ],
)
def test_days_that_are_not_free_are_removed(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("想找个晚上能干的活", f"{ALL} 18:00-21:00"),
        ("只能晚上干", f"{ALL} 18:00-21:00"),
        ("周六周日不上班,想找兼职", "67 08:00-21:00"),
        ("老公周末在家,我就周末有空", "67 08:00-21:00"),
    ],
)
def test_free_is_also_said_in_other_ways(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "下午好,我想问问有没有活",
        "工坊晚上能不能开门",
        "今天下午有空",
        "昨天晚上老公打我",
        "老公天天晚上喝酒骂我",
        "婆婆白天有空能帮我带孩子",
        "楼上每天晚上十点以后还蹦跶",
        "中午得回家做饭",
        "下午有空不",
        "想找双休的工作",
        "我提两点建议",
        "一天能干两个半小时",
        "老板让我早上七点干到晚上九点",
        "一周三天",
        "平时没什么爱好",
    ],
)
def test_other_times_are_not_free(text: str) -> None:
    assert read(text) == ""


@given(
    st.one_of(st.text(max_size=60), st.text(alphabet="周一三五六日到上下中午晚早八点半以后之前有空不行除了都得,、和平时末", max_size=60))
)
def test_windows_are_always_well_formed(text: str) -> None:
    for window in windows(text):
        assert window["days"] == sorted(set(window["days"])) and set(window["days"]) <= set(range(1, 8))
        assert "00:00" <= window["start"] < window["end"] <= "24:00"


@pytest.mark.parametrize("piece", ["下午", "下午呀", "周一三五上午九点到十一点", "除了周三", "送完孩子", "有空", "下午的", "八点"])
def test_long_messages_are_read_to_the_end(piece: str) -> None:
    assert isinstance(windows(piece * (100_000 // len(piece))), list)
