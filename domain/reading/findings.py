"""What the rules read in a message, as names that the model weighs for intents and disputes."""

from __future__ import annotations

from collections.abc import Mapping

from domain.reading.activities import Cues
from domain.reading.intent import hinted, ruled

_STEP, _MOST = 8, 6  # lengths are told apart in steps of so many characters, up to so many steps


def findings(cues: Cues, slots: Mapping[str, object], *, proposes: bool, leans: bool) -> tuple[str, ...]:
    """Names of the slots that are filled, the intent that rules find or hint at, whether something is proposed, and about how long it is."""
    intent = ruled(cues, slots, proposes=proposes)
    found = [f"has:{slot}" for slot, value in slots.items() if value]
    found.append(f"rule:{intent}")
    if proposes:
        found.append("proposes")
    if intent is None:
        found.append("maybe:suggest" if leans else f"maybe:{hinted(cues, slots)}")
    return (*found, f"length:{min(_MOST, len(cues.text) // _STEP)}")
