"""The second opinion speaks only when it is sure, knows when it knows nothing, and its weights are of the codebook's classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.normal import normalise
from domain.reading import opinion, read
from domain.reading.intent import PRECEDENCE
from domain.reading.opinion import LONGEST, Model

SMALL = Model(
    {"催": 0, "笑": 1},
    np.array([[4, 0, 0], [0, 4, 0], [0, 0, 1]], dtype=np.float32),
    (("dispute", "wage"), ("other", ""), ("human", "")),
    0.6,
)


def test_the_likeliest_class_is_said_with_its_chance() -> None:
    said = opinion.opinion("催了", SMALL)
    assert said is not None
    assert (said.intent, said.kind, said.sure) == ("dispute", "wage", True)
    assert 0.6 < said.chance < 1


def test_it_is_not_sure_between_two() -> None:
    said = opinion.opinion("催笑", SMALL)
    assert said is not None
    assert not said.sure


def test_kinds_of_dispute_count_together() -> None:
    two = Model(
        {"催": 0}, np.array([[2, 2, 2.5], [0, 0, 0]], dtype=np.float32), (("dispute", "wage"), ("dispute", "other"), ("human", "")), 0.5
    )
    said = opinion.opinion("催", two)
    assert said is not None
    assert said.intent == "dispute"


@pytest.mark.parametrize("text", ["", "甲乙", "\ud800"])
def test_it_has_none_where_it_knows_nothing(text: str) -> None:
    assert opinion.opinion(text, SMALL) is None


def test_without_weights_there_is_no_opinion(tmp_path: Path) -> None:
    assert opinion.model(tmp_path / "opinion.json") is None
    assert opinion.opinion("催了", None) is None


def test_a_long_text_is_looked_at_only_in_part() -> None:
    assert len(list(opinion.features("婆婆骂我" * 5000))) <= 4 * LONGEST


def test_the_weights_are_of_the_codes_that_exist() -> None:
    model = opinion.model()
    assert model is not None
    assert {intent for intent, _ in model.classes} <= set(PRECEDENCE)
    assert model.weights.shape == (len(model.index) + 1, len(model.classes))
    assert opinion.FILE.stat().st_size < 500_000


@pytest.mark.parametrize("text", ["天上的云像棉花", "锅里炖着鱼呢", "今年枣子结得多", "哈哈太逗了", "asdf", "本市新开通一条公交线"])
def test_chat_that_wants_nothing_stays_other(text: str) -> None:
    assert read(text)["intent"] == "other"


def test_a_wish_that_no_rule_knows_is_heard() -> None:
    text = "家婆总拿我跟别人家媳妇比"
    said = opinion.opinion(normalise(text).text, opinion.model())
    assert said is not None
    assert said.intent == "dispute"
