"""Normalising: one plain spelling, and every quote an exact piece of what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.normal import normalise, spell

ANY_TEXT = st.text(st.characters(codec=None), max_size=60) | st.text("押 金\u200b⒖ﬁ①ＶА.-/元a\ud800\n", max_size=30)


@given(ANY_TEXT, st.booleans())
def test_offsets_are_monotonic_and_quotes_exact(text: str, join: bool) -> None:
    normal = normalise(text, join=join)
    offsets = list(normal.offsets)
    assert len(offsets) == len(normal.text) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    for index in range(len(normal.text)):
        quote = normal.quote(index, index + 1)
        assert quote == text[offsets[index]]
        assert normal.text[index] in spell(quote)
    assert normal.quote(0, len(normal.text)) in text


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("專業刷單，ＶＸ：jy", "专业刷单,vx:jy"),
        ("押\u200b金\ufe0f", "押金"),
        ("⒖岁 １５ ❺ 1️⃣", "15.岁 15 5 1"),
        ("уajin Υājīn 𝐲𝐚", "yajin yajin ya"),
        ("押̶金", "押金"),
        ("⾦額 \uf90a", "金额 金"),
        ("a\r\nb\tc", "a \nb c"),
        ("\ud800好", "好"),
        ("", ""),
    ],
)
def test_plain_spelling(written: str, plain: str) -> None:
    assert normalise(written).text == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("先付質 保 金 200", "先付质保金200"),
        ("押.金 押-金 押/金", "押金押金押金"),
        ("s f z交给, y z m", "sfz交给, yzm"),
        ("26元/时, 周一-周五", "26元/时, 周一-周五"),
        ("加 V 谈", "加v谈"),
        ("good day sir", "good day sir"),
        ("押\n金", "押\n金"),
    ],
)
def test_join_closes_up_spaced_words(written: str, plain: str) -> None:
    assert normalise(written, join=True).text == plain


def test_quote_of_a_spaced_word_is_what_was_written() -> None:
    normal = normalise("先付質 保\u200b 金 200", join=True)
    start = normal.text.index("质保金")
    assert normal.quote(start, start + 3) == "質 保\u200b 金"


def test_a_drop_and_a_growth_in_one_text_do_not_cancel_out() -> None:
    normal = normalise("\u200b⑩好")
    assert normal.text == "10好"
    assert normal.quote(2, 3) == "好"


def test_a_long_text_of_every_character_is_read() -> None:
    text = "".join(map(chr, range(0x20000)))
    normal = normalise(text, join=True)
    assert normal.quote(0, len(normal.text)) in text
