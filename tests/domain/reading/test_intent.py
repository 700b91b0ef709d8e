from __future__ import annotations

import pytest

from domain.reading import read
from domain.reading.activities import cues
from domain.reading.intent import PRECEDENCE, hinted, ruled
from domain.reading.model import INTENTS


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


def test_every_intent_of_the_codebook_has_its_place_and_the_model_knows_it() -> None:
    assert len(set(PRECEDENCE)) == 14
    assert set(PRECEDENCE) == set(INTENTS)


def test_rules_find_what_is_said_in_their_words_and_leave_the_rest() -> None:
    assert ruled(cues("找活", ()), {"pay": {"min": 1}}, proposes=False) == "find_work"
    assert ruled(cues("今天", ()), {}, proposes=True) == "suggest"
    assert ruled(cues("今天", ()), {}, proposes=False) is None
    assert hinted(cues("今天", ()), {"age": 30}) == "register"
