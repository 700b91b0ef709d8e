"""Registering: her answers are stored as she agreed, and she sees at once what fits her."""

from __future__ import annotations

from domain.codebook import Slots
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.plain import text_of
from handlers import choices, profile
from handlers.turn import Turn
from handlers.work import browsing
from storage.conversations import About
from storage.staff import tasks


def finished(turn: Turn, conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """Store what she agreed to have stored, nothing else."""
    if not profile.store(turn, conversation, answers):
        return [turn.say("intake.not_stored", (turn.button("menu.work", "menu:work"), turn.button("menu.call", "menu:call")))]
    if answers.get("community") == choices.ELSEWHERE:
        # Nobody guesses where she lives: whoever knows the streets completes it.
        tasks.put(turn.tx, "place", turn.person_id, said=text_of(answers, "address") or "", now=turn.now)
    return [turn.say("intake.stored"), *browsing.begin(turn)]


def heard(turn: Turn, text: str, heard: Slots) -> list[Outbound]:
    """She wants to be registered, or to change her form."""
    return profile.ask(turn, text, heard)
