"""What `make bench` names can be run: each has a main, and each that works in one process is run small."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from functools import partial

import pytest

from bench import scenes
from bench.__main__ import NAMES

# What makes a run small: constants of the benchmark's own module.
SMALL: Mapping[str, Mapping[str, object]] = {
    "town": {},
    "routing": {"ROUNDS": 20},
    "inprocess": {"CHATS": 2, "ROUNDS": 1},
    "cpu": {"ROUNDS": 6},
    "answers": {},
    "reading": {"SPOKEN": 20, "RUNS": 1, "LENGTHS": (1_000,), "STARTS": 1},
    "reading_foreign": {"SAMPLE": 20},
    "screening": {"ROWS": 20},
    "grouping": {"ROWS": 60, "SIZES": (100,), "FOR_THE_PEER": 20},
    "memory": {"MESSAGES": 200},
    "council": {"SIZE": 40, "ASKED": 4, "KILLS": 0},
    "denied": {"TIMES": 3, "CASES": 2},
    "fund": {"LOTS": 20, "WOMEN": 10, "ENTRIES": 2_000, "LOOKS": 2},
    "desk": {"TURNS": 1, "MOTHERS": 20, "POSTS": 20, "FOUND": 50},
    "matching": {
        **{"MOTHERS": 60, "POSTS": 40, "MANY": 200, "OFFERED": 100, "ASKED": 4, "WEIGHED": 2},
        **{"MORE_MOTHERS": (50,), "MORE_POSTS": (50,), "AGAINST": (50, 50), "PAIRS": 400, "SIDE": 20},
    },
    "lists": {"ROWS": 5},
    "wechat_month": {"MOTHERS": 100},
}
# They start bots as programs, of which each takes seconds to begin: tests/promises kills and floods such bots.
PROGRAMS = {
    "startup",
    "attack",
    "faults",
    "processes",
    "danger",
    "danger_down",
    "failover",
    "webhook",
    "latency",
    "notices",
    "million",
    "peer_broadcaster",
    "wechat",
}


def test_every_named_benchmark_is_run_small_or_starts_programs() -> None:
    assert {*SMALL} | PROGRAMS == {*NAMES} and not {*SMALL} & PROGRAMS
    assert len(NAMES) == len({*NAMES})


@pytest.mark.parametrize("name", NAMES)
def test_every_named_benchmark_has_a_main(name: str) -> None:
    assert callable(importlib.import_module(f"bench.{name}").main)


@pytest.mark.parametrize("name", SMALL)
def test_a_small_run_prints_its_figures(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"bench.{name}")
    monkeypatch.setattr(scenes, "store", partial(scenes.store, mothers=20, positions=20))
    monkeypatch.setattr(sys, "argv", ["bench"])
    for constant, value in SMALL[name].items():
        assert hasattr(module, constant), constant
        monkeypatch.setattr(module, constant, value)
    module.main()
    said = capsys.readouterr().out
    # Foreign texts are not ours to give along.
    assert any(character.isdigit() for character in said) or (name == "reading_foreign" and "nothing measured" in said)
