"""The linear model weighs what it knows, asks for the other classes only by name, and the shipped weights are the ones the rules expect."""

from __future__ import annotations

import json
from pathlib import Path

from domain.reading.linear import Model, features, likelihood, likely, load, model
from domain.reading.shadow import LETTERS

SMALL = Model(("danger", "violence", "threat"), (-1.0, 0.0, -5.0), 0.5, {"打": 4, "打我": 6, "打包": -20}, {"打": [2, 0], "打包": [-9, 0]})


def test_features_are_characters_pairs_and_codes() -> None:
    assert features("打我", ["hit:"]) == {"^", "打", "我", "$", "^打", "打我", "我$", "hit:"}
    assert features("打,。 我", []) == features("打,我", [])


def test_known_features_add_up_and_length_is_evened_out() -> None:
    assert likelihood({"打", "打我", "x", "y"}, SMALL) == -1.0 + 0.5 * 10 / 2
    assert likelihood({"打", "打包", "x", "y"}, SMALL) < likelihood({"x"}, SMALL)


def test_the_likeliest_class_is_named_even_if_none_is_likely() -> None:
    assert likely({"打"}, SMALL) == ["violence"]
    assert likely({"打包"}, SMALL) == ["violence"]


def test_a_written_model_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"classes": ["a", "b"], "bias": [0, 0], "unit": 1, "first": {"x": 1}, "others": {}}), encoding="utf-8")
    assert likelihood({"x"}, load(path)) == 1.0


def test_the_shipped_weights_fit_the_codes_of_the_lexicon() -> None:
    shipped = model("hazards")
    assert shipped.classes == ("danger", "violence", "threat", "self_harm", "child_harm")
    assert {feature[:-1] for feature in shipped.first if len(feature) > 2} <= {*LETTERS, "-"}
