"""Values out of plain data: of the kind that is asked for, nothing where there is nothing, and never silently another kind."""

from __future__ import annotations

from typing import Literal

import pytest

from domain.plain import Json, JsonObject, code_of, id_of, number_of, text_of, texts_of, whole_of

Fruit = Literal["apple", "pear"]
FRUITS: tuple[Fruit, ...] = ("apple", "pear")


def test_nothing_is_nothing() -> None:
    for values in ({}, {"a": None}):
        assert (text_of(values, "a"), number_of(values, "a"), whole_of(values, "a"), texts_of(values, "a")) == (None, None, None, [])
        for needed in (lambda values=values: id_of(values, "a"), lambda values=values: code_of(values, "a", FRUITS)):
            with pytest.raises(KeyError):
                needed()


def test_each_kind_is_given_as_it_is() -> None:
    values: JsonObject = {"name": "王芳", "pay": 20.5, "metres": 800.0, "skills": ["sewing", "knitting"], "visit": 7, "fruit": "pear"}
    assert (text_of(values, "name"), number_of(values, "pay"), whole_of(values, "metres")) == ("王芳", 20.5, 800)
    assert (texts_of(values, "skills"), id_of(values, "visit"), code_of(values, "fruit", FRUITS)) == (["sewing", "knitting"], 7, "pear")


@pytest.mark.parametrize("value", [True, 3.5, "3", ["3"], {"a": 3}])
def test_what_is_no_whole_number_is_not_taken_for_one(value: Json) -> None:
    with pytest.raises(TypeError):
        whole_of({"a": value}, "a")


@pytest.mark.parametrize("value", [True, "sewing", 3, [3], {"a": "b"}])
def test_what_is_no_list_of_texts_is_not_taken_for_one(value: Json) -> None:
    with pytest.raises(TypeError):
        texts_of({"a": value}, "a")


def test_another_word_than_the_codes_is_none_of_them() -> None:
    with pytest.raises(KeyError):
        code_of({"fruit": "plum"}, "fruit", FRUITS)
    with pytest.raises(TypeError):
        text_of({"fruit": ["pear"]}, "fruit")
