"""What `make bench` names can be run: each has a main, and those that start nothing are run small."""

from __future__ import annotations

import importlib
import sys
from functools import partial

import pytest

from bench import scenes
from bench.__main__ import NAMES

# What makes a run small: constants of the benchmark's own module.
SMALL: dict[str, dict[str, int]] = {
    "town": {},
    "routing": {"ROUNDS": 20},
    "inprocess": {"CHATS": 2, "ROUNDS": 1},
    "cpu": {"ROUNDS": 12},
    "memory": {"MESSAGES": 200},
    "council": {"SIZE": 40, "ASKED": 4, "KILLS": 0},
    "denied": {"TIMES": 3, "CASES": 2},
    "lists": {"ROWS": 5},
}


@pytest.mark.parametrize("name", NAMES)
def test_every_named_benchmark_has_a_main(name: str) -> None:
    assert callable(importlib.import_module(f"bench.{name}").main)


@pytest.mark.parametrize("name", SMALL)
def test_a_small_run_prints_its_figures(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"bench.{name}")
    monkeypatch.setattr(scenes, "store", partial(scenes.store, mothers=20, positions=20))
    monkeypatch.setattr(sys, "argv", ["bench"])
    for constant, value in SMALL[name].items():
        monkeypatch.setattr(module, constant, value)
    module.main()
    assert any(character.isdigit() for character in capsys.readouterr().out)
