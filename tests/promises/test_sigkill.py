"""A real process that is killed at any moment loses nothing and repeats at most what was in flight."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.kills import Scene, broadcast, notice, talk
from tests.support.process import telegram


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_killed_in_the_middle_of_conversations(tmp_path: Path, mode: str) -> None:
    with telegram() as server:
        talk(Scene(tmp_path, server, mode), random.Random(mode), kills=8)


def test_killed_in_the_middle_of_a_notice_to_a_thousand(tmp_path: Path) -> None:
    with telegram("--latency", "0.01") as server:
        notice(Scene(tmp_path, server, rate=100), random.Random("notice"), kills=8)


def test_killed_in_the_middle_of_a_broadcast_to_a_thousand(tmp_path: Path) -> None:
    with telegram("--latency", "0.01") as server:
        broadcast(Scene(tmp_path, server, rate=100), random.Random("broadcast"), kills=8)
