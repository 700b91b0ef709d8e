from __future__ import annotations

import pytest

from domain.reading import answered, read


def test_a_whole_introduction() -> None:
    assert read("俺今年三十五，会踩缝纫机，平时上午九点到十一点有空，想找服装加工的活带回家做，一个月两千左右，电话13800001111") == {
        "intent": "find_work",
        "skills": ["sewing"],
        "sectors": ["garment"],
        "modes": ["take_home"],
        "windows": [{"days": [1, 2, 3, 4, 5], "start": "09:00", "end": "11:00"}],
        "pay": {"min": 2000, "unit": "month"},
        "age": 35,
        "phone": "13800001111",
    }


def test_traditional_and_full_width_read_like_simplified() -> None:
    assert read("我會織毛衣，想學剪紙，電話１３８００００１１１１") == read("我会织毛衣，想学剪纸，电话13800001111")


def test_a_dispute_names_its_kind_and_has_no_pay() -> None:
    result = read("老板拖着工钱三个月不给，一天一百二说好的")
    assert result["intent"] == "dispute"
    assert result["dispute"] == "wage"
    assert "pay" not in result


def test_a_suggestion_names_its_topics_and_nothing_else_does() -> None:
    assert read("建议小区多装几盏路灯")["topics"] == ["facilities"]
    assert "topics" not in read("想学直播")


def test_hazards_come_with_any_intent() -> None:
    result = read("别给我发了，我不想活了")
    assert (result["intent"], result["hazards"]) == ("unsubscribe", ["self_harm"])


def test_empty_slots_are_left_out() -> None:
    assert read("我想登记") == {"intent": "register"}


@pytest.mark.parametrize("text", ["九点", "我七点到", "下午两点去接孩子", "手机八百块买的", "开车回家", "下班直接回家"])
def test_what_is_said_in_passing_fills_no_slot_of_work(text: str) -> None:
    assert set(read(text)) == {"intent"}


def test_the_same_words_fill_what_was_asked_for() -> None:
    assert answered("周末下午")["windows"] == [{"days": [6, 7], "start": "14:00", "end": "18:00"}]
    assert answered("领回家做")["modes"] == ["take_home"]
    assert answered("两千")["pay"] == {"min": 2000, "unit": "month"}
