"""What waits for her next word, and what her account tells of it."""

from __future__ import annotations

import orjson

from domain.messages import Outbound
from handlers.turn import Turn
from storage.reach import allowances


def more(turn: Turn, _argument: str = "") -> list[Outbound]:
    """更多: on a channel that keeps messages her word brings the next of them by itself; elsewhere nothing waits."""
    if turn.channel.counted:
        return []
    return [turn.say("reach.nothing_waits")]


def told(turn: Turn, argument: str) -> list[Outbound]:
    """What the platform tells of her: messages she allowed or switched off, and what became of one. Nobody can say it by typing."""
    if not turn.channel.counted:
        return [turn.say("talk.not_understood")]
    said = orjson.loads(argument)
    allowances.granted(turn.tx, turn.channel.channel, turn.address, said.get("granted", {}))
    allowances.refused(turn.tx, turn.channel.channel, turn.address, said.get("refused", []))
    allowances.became(turn.tx, turn.channel.channel, turn.address, said.get("became", {}))
    return []
