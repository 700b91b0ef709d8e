"""The weights know the codebook's codes, are small, and are trained the same way twice."""

from __future__ import annotations

import numpy
import pytest

from domain.reading.danger import Danger, judge
from domain.reading.features import named, runs
from domain.reading.model import DISPUTES, FILE, HAZARDS, INTENTS, OUTPUTS, Opinion, trained
from train import reading_model, texts


def test_the_weights_fit_the_outputs_and_are_small() -> None:
    weights = trained()
    assert weights.weights.shape == (len(weights.keys), len(OUTPUTS))
    assert (numpy.diff(weights.keys.astype(numpy.int64)) > 0).all()
    assert FILE.stat().st_size < 5_000_000


def test_labels_of_all_texts_are_codes_of_the_codebook() -> None:
    for one in texts.load():
        assert one.intent in INTENTS, one
        assert (one.dispute in DISPUTES) == (one.intent == "dispute"), one
        assert set(one.hazards) <= set(HAZARDS), one
        assert not (one.worry and one.hazards), one


def test_training_twice_gives_the_same_weights() -> None:
    few = texts.load()[::400]
    seen = [reading_model.see(one.text) for one in few]
    first, second = (reading_model.train(few, seen, processes=1) for _ in range(2))
    assert all(numpy.array_equal(first[name], second[name]) for name in first)


def test_a_key_stands_for_one_run_of_characters() -> None:
    assert len(runs([1, *map(ord, "他打我"), 2])) == 5 + 4 + 3 + 2
    assert not set(named(["danger:hit"]).tolist()) & set(runs([*map(ord, "他打我")]).tolist())


def opinion(danger: float, concern: float, **hazards: float) -> Opinion:
    return Opinion(danger, concern, 0.0, {code: hazards.get(code, -5.0) for code in HAZARDS}, {}, {})


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (opinion(3.0, 3.0, violence=2.0), Danger(("violence",))),
        (opinion(3.0, 3.0, violence=2.0, child_harm=1.0), Danger(("child_harm", "violence"))),
        (opinion(3.5, 3.0, threat=-0.5), Danger(("threat",))),
        (opinion(0.5, 3.0, threat=-3.0), Danger(worry=True)),
        (opinion(-4.0, -4.0), Danger()),
    ],
)
def test_one_opinion_is_cut_at_two_heights(said: Opinion, found: Danger) -> None:
    assert judge(said) == found
