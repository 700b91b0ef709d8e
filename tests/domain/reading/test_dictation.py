"""A dictated message without punctuation is read clause by clause, and no word is cut or lost."""

import pytest

from domain.reading import read
from domain.reading.dictation import punctuated
from domain.reading.lexicon import scan


def test_a_long_stretch_gets_commas_and_its_words_move_along() -> None:
    text = "手套围巾帽子我都会织想接编织的活拿家来做每天上午都有空我想在家干"
    moved, hits = punctuated(text, scan(text))
    assert moved.replace(",", "") == text
    assert moved != text
    written = [(hit.kind, hit.term) for hit in hits if "…" not in hit.term]
    assert written
    assert all(moved[hit.start : hit.end] == hit.term for hit in hits if "…" not in hit.term)


@pytest.mark.parametrize("text", ["", "想找活", "我会打毛衣，想找活，上午有空，离家近点，最好能带回家"])
def test_short_and_punctuated_messages_stay_the_same(text: str) -> None:
    hits = scan(text)
    assert punctuated(text, hits) == (text, hits)


def test_each_clause_of_a_dictated_message_is_read_for_itself() -> None:
    said = read("有没有看护病人的活呀擦身喂饭我都会有护理证白天都行就是礼拜三不行得去赶大集")
    assert said["windows"] == [{"days": [1, 2, 4, 5, 6, 7], "start": "08:00", "end": "18:00"}]
    assert "elder_care" in said["skills"]
