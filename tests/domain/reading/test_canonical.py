"""What changes nothing about a message's meaning is gone before the model sees it."""

from __future__ import annotations

import pytest

from domain.reading.canonical import LONGEST, canonical


@pytest.mark.parametrize("text", ["你好，他打我。", "他打我！", "他 打 我", "他打我啊", "他打我😭", "您好呀 他打我吧。", "他，打，我…"])
def test_all_ways_to_write_it_are_one(text: str) -> None:
    assert canonical(text) == "他打我"


def test_numbers_are_told_apart_from_letters_alone() -> None:
    assert canonical("C1栋302") == canonical("C2栋15") == "c0栋0"


def test_a_greeting_alone_stays() -> None:
    assert canonical("你好") == "你好"


def test_what_holds_no_letter_is_empty_and_a_long_text_is_cut() -> None:
    assert canonical("😭。…") == ""
    assert len(canonical("打我" * 100_000)) == LONGEST
