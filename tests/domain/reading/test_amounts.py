"""Pay, distance, ages and phone numbers, in sentences and as short answers in a form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reading import amounts


def pay(text: str) -> dict[str, object] | None:
    read = amounts.pay(text)
    return dict(read) if read else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一千五吧", {"min": 1500, "unit": "month"}),
        ("一个月两千五六的活有吗", {"min": 2500, "max": 2600, "unit": "month"}),
        ("两到三千", {"min": 2000, "max": 3000, "unit": "month"}),
        ("最少两千最多三千", {"min": 2000, "max": 3000, "unit": "month"}),
        ("不超过一千五一个月", {"max": 1500, "unit": "month"}),
        ("一天八九十就中", {"min": 80, "max": 90, "unit": "day"}),
        ("一百五一天往上就来", {"min": 150, "unit": "day"}),
        ("15元/小时", {"min": 15, "unit": "hour"}),
        ("一件两块五", {"min": 2.5, "unit": "piece"}),
        ("起码三毛一个", {"min": 0.3, "unit": "piece"}),
        ("孩子一个月奶粉钱八百,我想挣两千", {"min": 2000, "unit": "month"}),
        ("坐公交半小时也行 一个月两千五左右", {"min": 2500, "unit": "month"}),
    ],
)
def test_pay_that_she_asks_for(text: str, expected: dict[str, object]) -> None:
    assert pay(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "学费三百能便宜点吗",
        "老公一个月挣五千",
        "以前一个月三千",
        "我38岁",
        "我住3号楼2单元",
        "一天干八小时",
        "666",
        "手机138 0000 1234",
        "座机0535-6880000",
    ],
)
def test_other_amounts_are_no_pay(text: str) -> None:
    assert pay(text) is None


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("离家五里地以内", 2500),
        ("一公里半", 1500),
        ("走路十来分钟能到", 800),
        ("骑电动车一刻钟", 3750),
        ("骑车十分钟或者走路二十分钟", 1600),
        ("最远三里路", 1500),
    ],
)
def test_the_distance_that_she_goes(text: str, metres: int) -> None:
    assert amounts.distance(text) == metres


@pytest.mark.parametrize("text", ["附近的", "开车二十分钟", "坐公交半小时", "家里有事", "那厂离我家八里地,太远了", "孩子走路十分钟去学校"])
def test_other_ways_are_no_distance(text: str) -> None:
    assert amounts.distance(text) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("三十八", 38),
        ("我38岁", 38),
        ("俺51了", 51),
        ("我今年39,不是49", 39),
        ("女,29,会电脑", 29),
        ("我叫李红三十四,家有俩娃", 34),
        ("婆婆七十二了,我三十九", 39),
    ],
)
def test_her_own_age(text: str, years: int) -> None:
    assert amounts.age(text) == years


@pytest.mark.parametrize("text", ["我妈六十五岁了", "四十出头", "我88年的", "我住18号楼", "今年30号发工资", "快五十了"])
def test_other_numbers_are_no_age(text: str) -> None:
    assert amounts.age(text) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("两岁半", [30]),
        ("老大七岁老二三岁", [84, 36]),
        ("小的刚满月,大的四岁", [48, 1]),
        ("儿子十岁,双胞胎女儿三岁", [120, 36, 36]),
        ("一岁八个月的宝宝", [20]),
        ("儿子十三闺女十岁", [156, 120]),
        ("写的孩子五岁,其实六岁了", [72]),
        ("怀二胎六个月,老大五岁", [60]),
        ("把娃哄睡了就能走,他才一岁半", [18]),
        ("仨孩子,十三岁、九岁,还有个半岁的", [156, 108, 6]),
        ("七岁的大的看着八个月的小的", [84, 8]),
    ],
)
def test_her_children_in_months(text: str, months: list[int]) -> None:
    assert amounts.children(text) == months


@pytest.mark.parametrize(
    "text",
    [
        "小孙女两岁",
        "带俩孙子,大的五岁",
        "邻居家孩子八岁老踢门",
        "三岁以下的孩子能不能有个地方玩",
        "拖了三个月工资",
        "怀孕五个月了",
        "上小学三年级",
    ],
)
def test_other_ages_are_no_children(text: str) -> None:
    assert amounts.children(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("幺三八零零零零五六七八", "13800005678"),
        ("幺三九四个零幺二三四", "13900001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("38岁 13800001234", "13800001234"),
        ("原来的13800001234不用了,换成13900001234", "13900001234"),
    ],
)
def test_her_phone(text: str, number: str) -> None:
    assert amounts.phone(text) == number


@pytest.mark.parametrize(
    "text", ["1380000123", "138000012345", "12800001234", "0535-6001234", "370612199001011234", "我老公电话13800001234"]
)
def test_other_numbers_are_no_phone(text: str) -> None:
    assert amounts.phone(text) is None


@given(
    st.one_of(
        st.text(max_size=60), st.text(alphabet="一二三十百千半几岁个月块元天小时分钟走路骑车里米公老大孩子我今年138+- ,了的", max_size=60)
    )
)
def test_nothing_raises(text: str) -> None:
    amounts.pay(text)
    amounts.distance(text)
    amounts.age(text)
    amounts.phone(text)
    assert amounts.children(text) == sorted(amounts.children(text), reverse=True)


@pytest.mark.parametrize("piece", ["双胞胎三岁", "1380 ", "三里走路三分钟", "一个月两千", "我十八岁", "千", "半"])
def test_long_messages_are_read_to_the_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    amounts.pay(text)
    amounts.distance(text)
    amounts.age(text)
    amounts.phone(text)
    assert isinstance(amounts.children(text), list)
