"""Danger is seen however it is told, and not where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.normal import normalise
from domain.reading.hazards import hazards, ruled
from domain.reading.lexicon import FOLDER, check

EXAMPLES = Path(__file__).parents[2] / "data" / "hazards.jsonl"


def read(text: str) -> list[str]:
    return hazards(normalise(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我男人拿鞋抽我", ["violence"]),
        ("我叫他打了", ["violence"]),
        ("把俺娘推倒了", ["violence"]),
        ("他打闺女", ["child_harm"]),
        ("闺女被他打了", ["child_harm"]),
        ("他打我也打孩子", ["child_harm", "violence"]),
        ("他扬言要弄死我弟弟", ["threat"]),
        ("他举着菜刀追我", ["threat"]),
        ("要跟我同归于尽", ["self_harm", "threat"]),
        ("有个男的一直尾随我", ["threat"]),
        ("我不想活了", ["self_harm"]),
        ("婆婆闹着要上吊", ["self_harm"]),
        ("四岁的孩子一个人锁在家", ["child_harm"]),
        ("他把我锁在屋里不让出门", ["violence"]),
    ],
)
def test_who_suffers_what(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["打包的活", "给孩子打疫苗", "你打我电话", "他打麻将去了", "打扫楼道", "打毛衣", "工资打我卡上"])
def test_other_senses_of_da_are_no_blow(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["他没打过我", "婆婆从来没动过手", "俺对象从不打人", "我没想不开", "老师没打孩子"])
def test_denial_is_no_danger(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["气死我了", "笑死个人", "想死你们了", "真想揍他一顿", "累死累活", "打死我也不去"])
def test_figures_of_speech_are_no_danger(text: str) -> None:
    assert read(text) == []


def test_what_is_on_a_screen_is_no_danger() -> None:
    assert read("电视剧里男主把媳妇打了") == []
    assert read("看电视剧的时候他打我") == ["violence"]


def test_the_past_counts_only_where_it_goes_on() -> None:
    assert read("他以前打过我，后来再没打过") == []
    assert read("他以前打过我，后来再没打过，昨晚又动手了") == ["violence"]


def test_a_child_nobody_can_watch_is_no_danger_until_left_alone() -> None:
    assert read("不能把孩子一个人放家里") == []
    assert read("孩子没人看，我想在家干活") == []
    assert read("只能把三岁的孩子一个人留家里") == ["child_harm"]


def test_traditional_full_width_and_unpunctuated_text_is_read_alike() -> None:
    assert read("他掐著我脖子說要弄死我") == read("他掐着我脖子说要弄死我") == ["threat", "violence"]


def test_reviews_and_news_are_not_taken_for_a_cry() -> None:
    assert read("作者笔下的主人公最后自杀了，小说的情节很打动人") == []
    assert read("中国选手打破世界纪录") == []


def test_the_second_opinion_hears_what_no_rule_has_words_for() -> None:
    text = normalise("药片我数了，八十多片，应该够了吧").text
    assert ruled(text) == ()
    assert hazards(normalise(text)) == ["self_harm"]


def test_the_second_opinion_takes_back_what_a_rule_mistook() -> None:
    text = normalise("俺家鸡让隔壁的狗咬死三只，他不认账").text
    assert ruled(text) == ("violence",)
    assert hazards(normalise(text)) == []


def test_the_examples_are_read() -> None:
    """97 % of danger found, under 3 % of the rest flagged: the codebook's targets, on examples the rules were tuned on."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    missed = [row["text"] for row in rows if row["hazards"] and not read(row["text"])]
    flagged = [row["text"] for row in rows if not row["hazards"] and read(row["text"])]
    dangerous = sum(1 for row in rows if row["hazards"])
    assert len(missed) <= 0.03 * dangerous, missed
    assert len(flagged) < 0.03 * (len(rows) - dangerous), flagged


@pytest.mark.parametrize(
    "text", ["", " ", "打" * 5000, "他打我" * 2000, "\ud800", "，，，", "我\u200b不想活了" * 500, "把" * 3000 + "我打"]
)
def test_any_text_is_survived(text: str) -> None:
    assert set(read(text)) <= {"violence", "threat", "self_harm", "child_harm"}


def test_the_word_list_is_sound() -> None:
    names = {"hazards.yaml", "conflict.yaml", "topics.yaml"}
    assert [str(error) for error in check(FOLDER) if any(name in str(error) for name in names)] == []
