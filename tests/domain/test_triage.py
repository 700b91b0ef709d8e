"""Every free text is looked at for danger, in whatever form it was written, and nothing makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import triage
from domain.reading import read

SAID = (
    "他昨晚喝了酒又打我了",
    "我不想活了",
    "他说要杀了我全家",
    "后爹把孩子打得浑身是伤",
    "他又喝了，我躲在屋里不敢出去",
    "今天打包打累了，明天见",
    "我马上就下去",
    "有没有能带回家做的手工活",
    "电影里那个男的把女的打死了",
)


def test_danger_is_an_alarm_with_its_codes() -> None:
    assert triage.look("他昨晚喝了酒又打我了") == triage.Alarm(["violence"])
    assert triage.look("我不想活了，药都买好了") == triage.Alarm(["self_harm"])


def test_fear_without_a_deed_is_a_reason_to_ask() -> None:
    assert isinstance(triage.look("他又喝多了，我躲在屋里不敢出去"), triage.Ask)


@pytest.mark.parametrize("text", ["今天打包打累了，明天见", "我马上就下去", "针打完了", "发给我一下", "下次吧", "🧶"])
def test_daily_talk_is_nothing(text: str) -> None:
    assert isinstance(triage.look(text), triage.Nothing)


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "🧶" * 1000, "a" * 10000, "打" * 10000, "\u202e我"])
def test_it_never_raises(text: str) -> None:
    triage.look(text)


@pytest.mark.parametrize("text", SAID)
@given(st.data())
def test_punctuation_blanks_and_ornaments_anywhere_change_nothing(text: str, data: st.DataObject) -> None:
    pieces = [
        data.draw(st.sampled_from(["", "", "", " ", "，", "。", "！", "…", "、", "\u200b", "😭", "🙏🏻", "\n"])) + char for char in text
    ]
    written = "".join(pieces) + data.draw(st.sampled_from(["", "啊", "吧", "哦", "。", "！", "😡", "呀。", "啊啊！"]))
    assert triage.look(data.draw(st.sampled_from(["", "你好，", "您好！", "在吗 ", "老师好"])) + written) == triage.look(text)


def test_traditional_and_full_width_are_the_same_cry() -> None:
    assert triage.look("他說要殺了我全家") == triage.look("他说要杀了我全家")
    assert triage.look("我 不 想 活 了") == triage.look("我不想活了")


@given(st.permutations(SAID))
def test_what_was_read_before_changes_nothing(order: list[str]) -> None:
    first = {text: read(text) for text in SAID}
    assert {text: read(text) for text in order} == first


@pytest.mark.parametrize("text", SAID)
def test_reading_and_triage_say_the_same(text: str) -> None:
    said, seen = read(text), triage.look(text)
    assert said.get("hazards", []) == (seen.hazards if isinstance(seen, triage.Alarm) else [])
    assert said.get("worry", False) == isinstance(seen, triage.Ask)
