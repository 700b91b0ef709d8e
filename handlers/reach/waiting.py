"""What waits for her next word."""

from __future__ import annotations

from domain.messages import Outbound
from handlers.turn import Turn


def more(turn: Turn, _argument: str = "") -> list[Outbound]:
    """更多: on a channel that keeps messages the response brings the next of them by itself; elsewhere nothing waits."""
    if turn.channel.answers_in_response:
        return []
    return [turn.say("reach.nothing_waits")]
