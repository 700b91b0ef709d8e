"""Suggestions that ask for the same get one group, what only sounds alike stays apart, and no text stops it."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grouping import group, pairs
from domain.grouping.places import place
from domain.grouping.vocabulary import FOLDER, vocabulary
from domain.reading import terms
from domain.reading.topics import TOPICS
from train import grouping_model

ROWS: list[dict[str, str]] = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data" / "grouping.jsonl").read_text(encoding="utf-8").splitlines()
]
TEXTS = [row["text"] for row in ROWS]


def together(*texts: str) -> bool:
    """Whether all texts are in one group."""
    return len({item.group for item in group(texts)}) == 1


def apart(*texts: str) -> bool:
    """Whether each text is in a group of its own."""
    return len({item.group for item in group(texts)}) == len(texts)


def f1(gold: list[str], said: list[str]) -> float:
    def pairs(labels: list[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    both = pairs(list(zip(gold, said, strict=True)))
    return 2 * both / (pairs(gold) + pairs(said))


def partition(texts: list[str]) -> set[frozenset[str]]:
    homes: dict[str, set[str]] = {}
    for text, item in zip(texts, group(texts), strict=True):
        homes.setdefault(item.group, set()).add(text)
    return {frozenset(home) for home in homes.values()}


@pytest.mark.parametrize(
    "texts",
    [
        ("3号楼门口的路灯坏了", "三號樓前面黑咕隆咚的，換個燈泡吧", "３栋楼下照明不亮，请维修"),
        ("东门口车停得满满当当，划上禁停线吧", "東門外違停嚴重", "东门别让停车了"),
        ("工坊能不能晚上也开门", "希望妈妈工坊延长到晚上九点", "下了班去工坊就锁门了，晚上开着吧"),
        ("放学没人接孩子，办个托管班", "希望开设四点半课堂"),
    ],
)
def test_same_request_in_other_words_is_one_group(texts: tuple[str, ...]) -> None:
    assert together(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("3号楼门口的路灯坏了", "13号楼门口的路灯坏了", "三十号楼门口的路灯坏了", "门口的路灯坏了"),
        ("一单元楼道堆满杂物", "二单元楼道堆满杂物"),
        ("5号楼1单元门锁坏了", "5号楼2单元门锁坏了"),
        ("东门装个摄像头", "西门装个摄像头", "南门装个摄像头"),
        ("6号楼东侧的长椅坏了", "6号楼西侧的长椅坏了"),
        ("幸福路装条减速带", "建设路装条减速带"),
        ("小花园装个滑梯", "小广场装个滑梯"),
    ],
)
def test_another_place_stays_apart(texts: tuple[str, ...]) -> None:
    assert apart(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("七号楼前加个垃圾桶", "七号楼前的垃圾桶挪走吧"),
        ("工坊星期天也开门吧", "工坊星期天别开门了"),
        ("北广场禁止遛狗", "北广场允许遛狗吧"),
        ("4号楼前种几棵树", "4号楼前不要再种树了"),
    ],
)
def test_opposite_wish_stays_apart(texts: tuple[str, ...]) -> None:
    assert apart(*texts)


def test_a_vague_suggestion_does_not_bridge_opposite_wishes() -> None:
    more, less, _ = group(["小广场放个垃圾桶", "小广场拆个垃圾桶", "小广场的垃圾桶"])
    assert more.group != less.group


@pytest.mark.parametrize(
    "texts",
    [
        ("工坊开个编织班", "工坊开个直播班", "工坊开个面点班"),
        ("小花园装个滑梯", "小花园的滑梯坏了，修修"),
        ("工坊早上早点开门", "工坊晚上开门吧", "工坊周末开门吧"),
        ("中秋办个晚会", "元宵办个晚会"),
        ("工坊的计件单价公示一下", "工坊的计件单价涨一涨"),
    ],
)
def test_another_request_stays_apart(texts: tuple[str, ...]) -> None:
    assert apart(*texts)


def test_a_ban_and_a_barrier_against_one_nuisance_are_one_request() -> None:
    assert together("禁止在楼道吸烟", "楼道里加几块牌子，二手烟呛人")


def test_what_the_lexicon_does_not_know_is_grouped_by_wording() -> None:
    assert together("希望引进咖啡拉花体验项目", "社区引进一个咖啡拉花体验项目吧")
    assert apart("希望引进咖啡拉花体验项目", "希望引进陶笛吹奏体验项目")


def test_a_character_that_sounds_the_same_is_understood() -> None:
    assert together("5号楼店梯一停好几天", "五号楼电梯又出毛病了")


def test_own_set_keeps_its_floor() -> None:
    found = group(TEXTS)
    assert f1([row["group"] for row in ROWS], [item.group for item in found]) >= 0.93
    assert sum(item.topic == row["topic"] for item, row in zip(found, ROWS, strict=True)) >= 0.9 * len(ROWS)


def test_order_of_input_changes_nothing() -> None:
    shuffled = random.Random(3).sample(TEXTS, len(TEXTS))
    assert dict(zip(TEXTS, group(TEXTS), strict=True)) == dict(zip(shuffled, group(shuffled), strict=True))


def test_twice_the_same_input_gives_the_same_groups() -> None:
    assert group(TEXTS) == group(TEXTS)


def test_a_group_keeps_its_name_when_others_join_the_input() -> None:
    lamp = ["3号楼路灯坏了", "三号楼的灯不亮，修修"]
    assert group(lamp) == group([*lamp, "东门停车太乱", "办个读书会"])[:2]


def test_repeated_texts_are_one_group() -> None:
    assert together("吃瓜", "吃瓜", "吃瓜！"[:2])
    assert partition(TEXTS + TEXTS) == {frozenset(home) for home in partition(TEXTS)}


def test_nothing_in_nothing_out() -> None:
    assert group([]) == []
    assert together("", "  ", "\u200b", "\n")
    assert group([""])[0].topic == "other"


@pytest.mark.parametrize(
    "text", ["\ud800路灯", "一" * 100_000, "一、二、" * 25_000, "路灯" * 50_000, "\x00", "🙏" * 100_000, "Ａ座" * 30_000]
)
def test_hostile_texts_are_grouped_like_others(text: str) -> None:
    assert len(group([text, "路灯坏了"])) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_gets_a_group_and_a_topic(texts: list[str]) -> None:
    found = group(texts)
    assert len(found) == len(texts)
    assert all(item.group and item.topic in TOPICS for item in found)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("二十三号楼下", {("building", "23")}),
        ("3、5号楼", {("building", "3"), ("building", "5")}),
        ("A座门口".lower(), {("building", "a")}),
        ("二号车棚", {("shed", "2")}),
        ("东边的大门", {("门", "东")}),
        ("两栋楼中间", set()),
        ("办一期培训", set()),
        ("买东西", set()),
    ],
)
def test_numbered_and_compass_named_places(text: str, named: set[tuple[str, str]]) -> None:
    assert place(text).named == named


def test_the_lexicon_speaks_only_of_its_own_codes() -> None:
    things = terms.load_yaml(FOLDER / "things.yaml")
    wishes = terms.load_yaml(FOLDER / "wishes.yaml")
    known = vocabulary()
    named = {
        *known.weak,
        *known.nuisance,
        *known.timed,
        *known.near,
        *known.over,
        *(part for parts in known.over.values() for part in parts),
    }
    assert named <= things["codes"].keys()
    assert set(things["codes"].values()) <= set(TOPICS)
    assert {time for times in known.timed.values() for time in times} <= set(terms.load_yaml(FOLDER / "times.yaml")["codes"])
    assert known.acts.keys() | known.states.keys() <= set(wishes["codes"])
    assert {*known.states.values(), *known.opposite, *(act for acts in known.opposite.values() for act in acts)} <= set(wishes["acts"])


def test_the_weights_are_learned_again_to_the_same_bytes() -> None:
    assert grouping_model.fit() == pairs.weights()
