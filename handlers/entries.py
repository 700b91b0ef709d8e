"""The staff's menu, made of what the capabilities show: the buttons that a person's roles allow, and their words when she types them."""

from __future__ import annotations

from domain.access import scopes
from domain.messages import Button
from handlers.turn import Turn


def rows(turn: Turn) -> list[tuple[Button, ...]]:
    """What staff have in their menu, two in a row, so that a phone shows it with little scrolling."""
    held = turn.roles()
    mine = [entry for entry in turn.content.capabilities.menu if scopes(held, entry.needs) and (entry.shown is None or entry.shown(turn))]
    buttons = [turn.button(entry.phrase, entry.route) for entry in mine]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def named(turn: Turn, text: str) -> str | None:
    """The choice of the menu's button that is called so, where she may use it: staff type what they read on it yesterday."""
    found = [entry for entry in turn.content.capabilities.menu if turn.words(entry.phrase) == text]
    return next((entry.route for entry in found if scopes(turn.roles(), entry.needs)), None)
