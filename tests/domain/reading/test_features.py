"""What the model sees is the same for words that only sound, or only dialects spell, differently; and words used alike share a class."""

from __future__ import annotations

import pytest

from domain.reading.canonical import canonical
from domain.reading.dialect import plainly
from domain.reading.features import features, runs
from domain.reading.sounds import sounds
from domain.reading.word_classes import classes_of_words


@pytest.mark.parametrize(
    ("dialect", "plain"),
    [("佢唔畀我走", "他不给我走"), ("俺婆娘", "我老婆"), ("佢哋喺屋企", "他们在家"), ("他打我", "他打我")],
)
def test_dialect_is_seen_as_the_standard_language(dialect: str, plain: str) -> None:
    assert plainly(canonical(dialect)) == plain
    assert set(features(canonical(dialect)).tolist()) & set(runs([*map(ord, plain)]).tolist())


@pytest.mark.parametrize(("typed", "meant"), [("我想四", "我想死"), ("农要", "农药"), ("一把道", "一把刀"), ("张三", "脏山")])
def test_a_word_typed_by_ear_sounds_as_it_was_meant(typed: str, meant: str) -> None:
    assert sounds(typed) == sounds(meant)


def test_what_has_no_sound_stands_for_itself() -> None:
    assert sounds("a0") == [ord("a"), ord("0")]
    assert set(sounds("打")).isdisjoint(map(ord, "打"))


def test_words_used_alike_share_a_class_and_others_do_not() -> None:
    assert classes_of_words("薪水") == classes_of_words("月薪") != classes_of_words("匕首")
    assert not classes_of_words("")


def test_the_longest_word_from_the_left_counts_and_near_ones_make_a_pair() -> None:
    one, other = classes_of_words("薪水").pop(), classes_of_words("拖欠").pop()
    pair = f"{one}>{other.removeprefix('word:')}"
    assert pair in classes_of_words("薪水拖欠")
    assert pair not in classes_of_words("薪水abcde拖欠")
