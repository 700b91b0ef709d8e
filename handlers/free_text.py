"""Words outside a form: what she means decides, and what they hold is used at once."""

from __future__ import annotations

from domain.codebook import asked
from domain.messages import Outbound
from domain.reading import read
from handlers import threads
from handlers.turn import Turn


def understand(turn: Turn, text: str) -> list[Outbound]:
    """Read what she says and do it."""
    for typed in turn.content.capabilities.typed:
        if (said := typed(turn, text)) is not None:
            return said
    if (known := turn.content.answers.best(text)) is not None:
        return [Outbound(text=known.answer)]
    found = read(text)
    if (said := threads.heard(turn, text, intent=found["intent"])) is not None:
        return said
    return turn.content.capabilities.intents[found["intent"]](turn, text, asked(found))
