"""What she wants to learn: what can be learnt now, and the wish is kept."""

from __future__ import annotations

from domain.codebook import Slots
from domain.messages import Outbound
from domain.plain import texts_of
from handlers import profile
from handlers.training import classes
from handlers.turn import Turn


def heard(turn: Turn, text: str, heard: Slots) -> list[Outbound]:
    """What can be learnt now; what was read is said back, what is missing is asked afterwards."""
    wanted = heard.get("learn") or ()
    replies = classes.coming(turn, learn=wanted)
    known = profile.known(turn)
    if known and set(wanted) <= set(texts_of(known, "learn")):
        return replies
    return [*replies, *profile.ask(turn, text, heard)]
