"""Every free text is looked at for danger, in whatever form it was written, and nothing makes it fail."""

from __future__ import annotations

import pytest

from domain import triage


def test_danger_is_seen_behind_disguise() -> None:
    assert triage.look("我 不 想 活 了") == ["self_harm"]
    assert triage.look("他打\u200b我") == ["violence"]
    assert triage.look("他說要殺了我") == ["threat"]


def test_daily_talk_is_let_through() -> None:
    assert triage.look("今天打包打累了，明天见") == []


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "🧶" * 1000, "a" * 10000, "打" * 10000, "\u202e我"])
def test_it_never_raises(text: str) -> None:
    assert isinstance(triage.look(text), list)
