"""Questions are found by meaning, answered only where it is certain, and the content is whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import CONTENT
from domain.answers import Answer, Catalogue
from domain.answers.load import check, load


def one(name: str, *questions: str) -> Answer:
    return Answer(name=name, questions=questions, answer=name, source="x", look_again=date(2027, 1, 1), responsible="x")


ANSWERS = Catalogue(
    [one("fee", "要交钱吗", "收不收费"), one("child", "能带孩子去吗", "可以带娃上班吗"), one("contract", "签不签合同", "有没有合同")]
)


@pytest.mark.parametrize(
    ("asked", "name"), [("请问要交钱吗？", "fee"), ("能不能带孩子去啊", "child"), ("你们签合同吗", "contract"), ("要交錢嗎", "fee")]
)
def test_what_is_asked_is_found_however_it_is_worded(asked: str, name: str) -> None:
    found = ANSWERS.best(asked)
    assert found is not None and found.name == name


@pytest.mark.parametrize("said", ["今天真热", "我会缝纫", "婆婆天天骂我", "", "？？？"])
def test_what_is_no_question_of_these_is_not_answered(said: str) -> None:
    assert ANSWERS.best(said) is None


def test_the_content_is_whole() -> None:
    assert list(check(CONTENT / "answers")) == []
    for answer in load(CONTENT / "answers").all:
        assert load(CONTENT / "answers").best(answer.questions[0]) is not None, answer.name


def test_what_is_wrong_is_told_with_file_and_name(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("fee:\n  questions: [要交钱吗]\n  answer: 不要\n", "utf-8")
    [error] = check(tmp_path)
    assert "a.yaml" in str(error) and "fee" in str(error) and "source" in str(error)
