"""One message of a mother in, what it says out: `read` never raises and costs well under a millisecond."""

from __future__ import annotations

from typing import Any

from domain.normal import normalise
from domain.reading import activities, amounts, codes, conflict, hazards, topics
from domain.reading import windows as weekly
from domain.reading.intent import decide
from domain.reading.lexicon import scan

__all__ = ["read"]


def read(text: str) -> dict[str, Any]:
    """Read one message into the codebook's object: `intent` always, every other key only where something was said."""
    normal = normalise(text)
    cues = activities.cues(normal.text, scan(normal.text))
    judged = activities.judge(cues)
    proposes = topics.proposal(normal)
    dispute = conflict.conflict(normal)
    dangers = hazards.hazards(normal)
    learning = codes.learn(judged, cues, proposes=proposes)
    slots: dict[str, Any] = {
        "skills": codes.skills(judged, cues),
        "learn": learning,
        "modes": codes.modes(judged, cues),
        "sectors": codes.sectors(judged, cues, seeks=True, learning=learning),
        "windows": weekly.windows(normal.text),
        "distance_m": amounts.distance(normal.text),
        "age": amounts.age(normal.text),
        "children": amounts.children(normal.text),
        "phone": amounts.phone(normal.text),
    }
    slots["pay"] = amounts.pay(normal.text, intent_is_conflict=bool(dispute))
    intent = decide(cues, slots, conflict=dispute, proposes=proposes, hazards=dangers)
    if intent not in {"find_work", "register", "find_training"}:
        slots["sectors"] = codes.sectors(judged, cues, seeks=False, learning=learning)
    if intent in {"dispute", "wage"}:
        slots["pay"] = None
    if intent == "dispute":
        slots["dispute"] = dispute or "other"
    if intent == "suggest":
        slots["topics"] = topics.topics(normal)
    slots["hazards"] = dangers
    return {"intent": intent, **{key: value for key, value in slots.items() if value}}
