"""`motherpost check` looks at every file that staff may change, those of screening and grouping included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import content
from domain.grouping import vocabulary
from domain.screening import combine


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """What was loaded before must not hide what is wrong now, nor stay for other tests."""
    caches = (combine.classes, combine.combinations, vocabulary.vocabulary)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def places() -> set[str]:
    return {error.where for error in content.check()}


def test_a_combination_of_words_that_nobody_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combine, "_files", lambda: [{"classes": {"a": "押金"}, "terms": {"deposit": [{"all": "a nobody"}]}}])
    assert places() == {"content/lexicon/screening"}


def test_a_broken_list_of_the_grouping(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vocabulary, "FOLDER", tmp_path)
    for name in ("things", "wishes"):
        (tmp_path / f"{name}.yaml").write_text("kind: thing\n", "utf-8")
    assert places() == {"content/lexicon/grouping"}
