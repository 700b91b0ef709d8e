"""A question that nothing answers is counted without who asked, listed for staff, answered by them, and the answer is given at once."""

from __future__ import annotations

import pytest

from domain.reading import read
from handlers.content import Content
from storage.answers import questions
from storage.database import Store
from tests.support import towns
from tests.support.chat import Town

ASKED = "工坊下雨天借不借雨伞呀"


@pytest.fixture
def town(store: Store, content: Content, now: object) -> Town:
    towns.small(store)
    return Town(store, content, now)  # type: ignore[arg-type]


def test_it_is_counted_answered_by_staff_and_given_at_once(town: Town) -> None:
    one, other = town.person("one"), town.person("other")
    for mother in (one, other):
        mother.says(ASKED).hears("先记下了", "找人帮忙")
    staff = town.invited("staff", "federation", None)
    staff.says("没答上的问题").hears("问过 2 次", "雨伞")
    staff.taps("第1个").taps("写答案").says("借的，门口的桶里有伞，用完放回去。").says("跳过").taps("提交").hears("从现在起")
    one.says("下雨天工坊借不借雨伞").hears("门口的桶里有伞")
    town.invited("other staff", "coordinator").taps_choice("unanswered").hears("要有相应的身份")
    with town.store.begin() as tx:
        assert questions.count(tx) == 0
    staff.taps("收回这个答案").hears("收回了")
    one.says(ASKED).hears("先记下了")


def test_nothing_is_kept_of_what_is_no_question_or_tells_of_her(town: Town) -> None:
    mother = town.person("one")
    for said in (
        "今天真热",
        "我家孩子昨天回来说老师讲了好多好多话我一句也没听懂你说这到底是怎么一回事呢到底是怎么一回事呢",
        "13812345678 这号谁的",
    ):
        mother.says(said)
    with town.store.begin() as tx:
        assert [row.said for row in questions.unanswered(tx, limit=5)] == []


def test_where_two_answers_are_as_likely_she_is_asked_which(town: Town, content: Content) -> None:
    catalogue = content.answers
    unsure = next(
        text
        for answer in catalogue.all
        for text in (answer.questions[0][: len(answer.questions[0]) // 2] + "怎么算", answer.questions[-1][:4] + "行不行")
        if catalogue.either(text) and catalogue.best(text) is None and read(text)["intent"] == "other"
    )
    mother = town.person("one")
    mother.says(unsure).hears("您是问下面哪一个", "都不是")
    mother.taps(catalogue.either(unsure)[0].questions[0]).hears(catalogue.either(unsure)[0].answer.split("\n")[0])
    mother.says(unsure).taps("都不是").hears("换个说法")
