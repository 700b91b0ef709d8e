from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reading import lexicon, read
from domain.reading.intent import PRECEDENCE

# The Big List of Naughty Strings, Max Woolf, MIT licence (blns.LICENSE beside it).
NAUGHTY: list[str] = json.loads((Path(__file__).parents[2] / "data" / "blns.json").read_text(encoding="utf-8"))
PIECES = [
    "我",
    "俺妈",
    "会",
    "不会",
    "想学",
    "织毛衣",
    "、",
    "，",
    " ",
    "保洁",
    "的活",
    "在家",
    "带",
    "回家做",
    "一个月",
    "两千",
    "三点",
    "到",
    "周一",
    "除了",
    "孩子",
    "打",
    "😀",
    "1",
    "3８",
    "\u200b",
    "\ud800",
]
KEYS = {
    "intent",
    "sectors",
    "modes",
    "skills",
    "learn",
    "windows",
    "pay",
    "distance_m",
    "age",
    "children",
    "phone",
    "dispute",
    "hazards",
    "worry",
    "topics",
}


def sound(text: str) -> None:
    """The answer is one of the codebook's, and plain JSON."""
    result = read(text)
    assert result["intent"] in PRECEDENCE
    assert set(result) <= KEYS
    assert all(value not in (None, [], {}) for value in result.values())
    assert ("dispute" in result) == (result["intent"] == "dispute")
    assert not ("worry" in result and "hazards" in result)
    assert "topics" not in result or result["intent"] == "suggest"
    json.dumps(result)


@given(st.text(st.characters()))
def test_any_unicode_is_read(text: str) -> None:
    sound(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mix_of_her_words_is_read(text: str) -> None:
    sound(text)


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_are_read(text: str) -> None:
    sound(text)


@pytest.mark.parametrize("piece", ["会", "想学织毛衣", "一", "1", "在家", "有", " ", "，", "打我", "周一三点到", "a", "\u0301", "三个月"])
def test_a_hundred_thousand_characters_are_read(piece: str) -> None:
    sound((piece * 100_000)[:100_000])


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_hits_are_sorted_and_lie_in_the_text(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode("utf-8")
    hits = lexicon.scan(text)
    assert list(hits) == sorted(hits, key=lambda hit: hit.start)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    for hit in hits:
        inside = [other for other in hits if other.kind == hit.kind and hit.start <= other.start and other.end <= hit.end]
        assert all((other.start, other.end) == (hit.start, hit.end) for other in inside)
