"""Phrases: every key that the code uses is there, with every value that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ContentError
from domain.phrases import check, load

ROOT = Path(__file__).parents[2]


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "talk.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_keys_are_section_and_name_and_values_are_filled_in(tmp_path: Path) -> None:
    phrases = load(folder(tmp_path, "hello: 您好，{name}！\nhow: {month: 几月}\n"))
    assert phrases.say("talk.hello", name="王芳") == "您好，王芳！"
    assert phrases.say("talk.how.month") == "几月"


def test_what_is_missing_is_an_error(tmp_path: Path) -> None:
    phrases = load(folder(tmp_path, "hello: 您好，{name}！\n"))
    for key, values in (("talk.bye", {}), ("talk.hello", {"other": 1})):
        with pytest.raises(ContentError):
            phrases.say(key, **values)


def test_check_finds_keys_and_values_that_the_code_uses(tmp_path: Path) -> None:
    source = tmp_path / "uses.py"
    source.write_text(
        "say('talk.bye')\nsay('talk.hello')\nsay('talk.a' if x else 'talk.hello', name=1)\nturn.say('talk.hello', **values)\n",
        encoding="utf-8",
    )
    errors = check(folder(tmp_path, "hello: 您好，{name}！\n"), [source])
    assert [error.where.rpartition(":")[2] for error in errors] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["hello: 您好，{}！\n", "hello: 您好，{name！\n", "hello: [1]\n", "hello: {\n"])
def test_malformed_phrases_are_found(tmp_path: Path, text: str) -> None:
    assert check(folder(tmp_path, text), [])


def test_the_phrases_of_the_forms_are_whole() -> None:
    assert check(ROOT / "content/phrases", sorted((ROOT / "domain/forms").glob("*.py"))) == []
