from __future__ import annotations

import pytest

from domain.reading import read
from domain.reading.activities import cues
from domain.reading.intent import PRECEDENCE, decide, suppose
from domain.reading.opinion import Opinion


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("俺想报个名", "register"),
        ("咋填表啊", "register"),
        ("我换了个手机号", "register"),
        ("有啥能干的活没", "find_work"),
        ("上午有空，会缝纫", "find_work"),
        ("月嫂班几号开课", "find_training"),
        ("想学门手艺", "find_training"),
        ("这个月的工钱几号发", "wage"),
        ("我上礼拜交了多少件", "wage"),
        ("把我的资料删了", "my_data"),
        ("我登记的手机号还是旧的，换成新的", "my_data"),
        ("别再给我发消息了", "unsubscribe"),
        ("退定", "unsubscribe"),
        ("一天到晚发消息，烦死了", "unsubscribe"),
        ("之前退订了，现在又想收通知", "resubscribe"),
        ("重新给俺推送吧", "resubscribe"),
        ("转人公", "human"),
        ("让网格员来我家一趟", "human"),
        ("这玩意咋用", "help"),
        ("你会些啥", "help"),
        ("您好呀", "smalltalk"),
        ("谢谢啦，回头见", "smalltalk"),
        ("哈哈哈哈", "other"),
        ("今天风可真大", "other"),
        ("", "other"),
        ("😂", "other"),
    ],
)
def test_what_she_wants(text: str, intent: str) -> None:
    assert read(text)["intent"] == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("别给我发了，有人工吗", "unsubscribe"),
        ("工资发了没，还有没有活", "wage"),
        ("转人工，我想找活", "human"),
        ("想学电脑，也想找活", "find_training"),
        ("想登记，找个缝纫的活", "find_work"),
        ("你好，咋报名", "register"),
        ("谢谢，这个怎么用", "help"),
    ],
)
def test_of_two_wishes_the_first_in_order_wins(text: str, intent: str) -> None:
    assert read(text)["intent"] == intent


def test_harm_by_another_makes_a_dispute_and_harm_to_oneself_does_not() -> None:
    work = cues("找活", ())
    assert decide(work, {"pay": {"min": 1}}, conflict=None, proposes=False, hazards=["violence"]) == "dispute"
    assert decide(work, {"pay": {"min": 1}}, conflict=None, proposes=False, hazards=["self_harm"]) == "find_work"
    assert decide(work, {}, conflict=None, proposes=False, hazards=["self_harm"]) == "human"
    assert decide(work, {"age": 30}, conflict=None, proposes=False, hazards=["child_harm"]) == "human"


def test_every_intent_of_the_codebook_has_its_place() -> None:
    assert len(set(PRECEDENCE)) == 13


def test_what_no_rule_decides_is_left_to_opinion_then_to_what_is_half_said_then_to_hints() -> None:
    nothing = cues("今天", ())
    assert decide(nothing, {}, conflict=None, proposes=False, hazards=()) is None
    sure, unsure = Opinion("human", 0.9, True, "other"), Opinion("human", 0.2, False, "other")
    assert suppose(nothing, {}, leaning="suggest", opinion=sure) == "human"
    assert suppose(nothing, {}, leaning="suggest", opinion=unsure) == "suggest"
    assert suppose(nothing, {}, leaning=None, opinion=unsure) == "other"
    assert suppose(nothing, {"age": 30}, leaning=None, opinion=None) == "register"


def test_half_a_complaint_with_danger_to_a_relative_is_a_dispute() -> None:
    nothing = cues("今天", ())
    assert decide(nothing, {}, conflict=None, proposes=False, hazards=["self_harm"], half="marital") == "dispute"


def test_pay_in_half_a_complaint_is_no_wish_for_work() -> None:
    nothing = cues("今天", ())
    assert decide(nothing, {"pay": {"min": 100}}, conflict=None, proposes=False, hazards=()) == "find_work"
    assert decide(nothing, {"pay": {"min": 100}}, conflict=None, proposes=False, hazards=(), half="wage") is None
