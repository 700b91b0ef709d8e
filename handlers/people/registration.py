"""Registering: her answers are stored as she agreed, and she sees at once what fits her."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.messages import Outbound
from handlers import profile
from handlers.turn import Turn
from handlers.work import fitting


def finished(turn: Turn, conversation: int, answers: Mapping[str, Any], _about: Mapping[str, Any]) -> list[Outbound]:
    """Store what she agreed to have stored, nothing else."""
    if not profile.store(turn, conversation, answers):
        return [turn.say("intake.not_stored", (turn.button("menu.work", "menu:work"), turn.button("menu.call", "menu:call")))]
    return [turn.say("intake.stored"), *fitting.fitting(turn)]


def heard(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    """She wants to be registered, or to change her form."""
    return profile.ask(turn, text, heard)
