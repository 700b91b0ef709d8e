"""Questions are found by meaning, answered only where it is certain, and the content is whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import CONTENT
from domain.answers import Answer, Catalogue
from domain.answers.load import check, load

OURS = load(CONTENT / "answers")


def one(name: str, *questions: str) -> Answer:
    return Answer(name=name, questions=questions, answer=name, source="x", look_again=date(2027, 1, 1), responsible="x")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("请问要交钱吗？", "costs_money"),
        ("能不能带孩子去啊", "bring_child"),
        ("你们签合同吗", "contract"),
        ("要交錢嗎", "costs_money"),
        ("俺五十四了还能来不", "over_fifty"),
        ("讓我先交押金", "deposit_asked"),
    ],
)
def test_what_is_asked_is_found_however_it_is_worded(asked: str, name: str) -> None:
    found = OURS.best(asked)
    assert found is not None and found.name == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("你们是骗子吗", "who_are_you"),
        ("会不会泄露我电话", "phone_leak"),
        ("你是真人吗", "real_person"),
        ("这是政府的吗", "is_it_government"),
        ("先看看有什么活", "look_first"),
        ("我不想填表", "dont_want_form"),
        ("能带孩子吗", "bring_child"),
        ("签合同吗", "contract"),
        ("有没有保险", "insurance"),
        ("孕妇能干吗", "pregnant_work"),
        ("五十多了行吗", "over_fifty"),
        ("我不会用手机", "cant_use_phone"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "请问{}？", "  {} 。"])
def test_a_newcomer_is_answered(asked: str, name: str, around: str) -> None:
    found = OURS.best(around.format(asked))
    assert found is not None and found.name == name


@pytest.mark.parametrize(
    "said",
    [
        "今天真热",
        "我会缝纫",
        "婆婆昨晚上来了",
        "苹果多少钱一斤",
        "几点天黑",
        "",
        "？？？",
        "你什么时候下班",
        "火车票怎么买",
        "谢谢啦",
        "返回",
        "person;--",
    ],
)
def test_what_is_no_question_of_these_is_not_answered(said: str) -> None:
    assert OURS.best(said) is None


def test_the_content_is_whole() -> None:
    assert list(check(CONTENT / "answers")) == []
    assert len(OURS.all) >= 120


def test_each_wording_finds_its_answer_and_a_catalogue_may_be_empty() -> None:
    sample = [(answer, answer.questions[at % len(answer.questions)]) for at, answer in enumerate(OURS.all)]
    assert [answer.name for answer, asked in sample if OURS.best(asked) is not answer] == []
    assert Catalogue([]).best("要交钱吗") is None


def test_one_who_adds_an_answer_need_not_train_anything() -> None:
    wider = Catalogue([*OURS.all, one("umbrella", "下雨天工坊借不借伞", "有没有伞借")])
    found = wider.best("下雨了能借把伞吗")
    assert found is not None and found.name == "umbrella"


def test_what_is_wrong_is_told_with_file_and_name(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("fee:\n  questions: [要交钱吗]\n  answer: 不要\n", "utf-8")
    [error] = check(tmp_path)
    assert "a.yaml" in str(error) and "fee" in str(error) and "source" in str(error)
