import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, MessageLimit

from channels.telegram_text import BUTTONS_IN_ROW, button_rows, cut, label, linkable, with_links
from domain.capabilities import TELEGRAM
from domain.cutting import BLANK, clean
from domain.messages import Button, Outbound
from tests.support import telegram_rules as rules

FAMILY = "👩\u200d👩\u200d👧"
FLAG = "🇨🇳"


def test_our_limits_are_those_python_telegram_bot_knows() -> None:
    assert TELEGRAM.max_text == MessageLimit.MAX_TEXT_LENGTH == rules.MAX_TEXT
    assert TELEGRAM.choice_bytes == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA == rules.MAX_DATA
    assert InlineKeyboardMarkupLimit.BUTTONS_PER_ROW == BUTTONS_IN_ROW == rules.MAX_ROW
    assert TELEGRAM.max_buttons == InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER == rules.MAX_BUTTONS


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("你好", 10, ["你好"]),
        ("第一段话。还有\n\n第二段话。", 12, ["第一段话。还有", "第二段话。"]),
        ("第一行话话话\n第二行话话话", 10, ["第一行话话话", "第二行话话话"]),
        ("今天来学缝纫。明天来学糕点", 10, ["今天来学缝纫。", "明天来学糕点"]),
        ("她说：“今天来吧！”我们就来了", 12, ["她说：“今天来吧！”", "我们就来了"]),
        ("今天缝纫班，明天糕点班", 10, ["今天缝纫班，", "明天糕点班"]),
        ("字" * 25, 10, ["字" * 10, "字" * 10, "字" * 5]),
    ],
)
def test_text_is_cut_at_the_best_border(text: str, limit: int, pieces: list[str]) -> None:
    assert cut(text, limit) == pieces


@pytest.mark.parametrize("whole", [FAMILY, FLAG, "👍🏽", "é", "❤\ufe0f", "1\ufe0f\u20e3", "🏴\U000e0067\U000e0062\U000e007f"])
@pytest.mark.parametrize("before", range(12))
def test_a_visible_character_is_never_cut(whole: str, before: int) -> None:
    pieces = cut("字" * before + whole * 6, 12)
    assert "".join(pieces) == "字" * before + whole * 6
    assert all(re.fullmatch(f"字*({re.escape(whole)})*", piece) for piece in pieces)


def test_a_character_longer_than_a_message_is_cut_all_the_same() -> None:
    assert "".join(cut("a" + "\u0301" * 50, 10)).startswith("a")


@given(st.text(), st.integers(4, 40))
def test_pieces_hold_all_that_can_be_seen(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert pieces
    assert all(len(piece) <= limit for piece in pieces)
    seen = [char for char in clean(text) if unicodedata.category(char)[0] in "LNPS" and char not in "\u2800\ufffc"]
    assert [char for piece in pieces for char in piece if unicodedata.category(char)[0] in "LNPS" and char not in "\u2800\ufffc"] == seen


@given(st.text(st.characters()))
def test_clean_text_is_accepted(text: str) -> None:
    for piece in cut(text, 4096):
        assert rules.text({"text": piece})


@given(st.text(st.characters()), st.integers(2, 40))
def test_labels_are_accepted_and_short(text: str, limit: int) -> None:
    shown = label(text, limit)
    assert len(shown) <= limit
    assert rules.keyboard({"reply_markup": {"inline_keyboard": [[{"text": shown, "callback_data": "a"}]]}})


def test_blank_and_broken_text_is_made_sendable() -> None:
    assert [clean(text) for text in ("", " \n", "\u200b\u200d", "\u2800", "\u0301")] == [BLANK] * 5
    assert clean("好\ud83d") == "好\ufffd"
    assert clean("\ud83d\ude00") == "😀"


def test_wide_rows_are_refolded_and_empty_ones_dropped() -> None:
    row = tuple(Button(str(number), str(number)) for number in range(11))
    assert [len(each) for each in button_rows((row, (), row[:2]), 40)] == [8, 3, 2]


def test_an_address_that_telegram_refuses_goes_into_the_text() -> None:
    outbound = Outbound(text="请看", buttons=((Button("网页", "", "http://localhost:8000/x"), Button("网站", "", "https://example.org/")),))
    assert with_links(outbound) == "请看\n网页：http://localhost:8000/x"
    assert button_rows(outbound.buttons, 40) == [[{"text": "网站", "url": "https://example.org/"}]]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://localhost/", "https://exa mple.org", "http://[::1", "", "example.org"])
def test_not_every_address_may_stand_under_a_button(url: str) -> None:
    assert not linkable(url)
