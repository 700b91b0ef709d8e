"""One message of a mother in, what it says out: `read` never raises and costs well under a millisecond."""

from __future__ import annotations

from typing import Any

from domain.normal import normalise
from domain.reading import activities, amounts, codes, conflict, hazards, opinion, topics
from domain.reading import windows as weekly
from domain.reading.dictation import punctuated
from domain.reading.intent import decide, suppose
from domain.reading.lexicon import scan

__all__ = ["read"]


def read(message: str) -> dict[str, Any]:
    """Read one message into the codebook's object: `intent` always, every other key only where something was said."""
    normal = normalise(message)
    text, hits = punctuated(normal.text, scan(normal.text))
    cues = activities.cues(text, hits)
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
        "windows": weekly.windows(text, hits),
        "distance_m": amounts.distance(text),
        "age": amounts.age(text),
        "children": amounts.children(text),
        "phone": amounts.phone(text),
    }
    slots["pay"] = amounts.pay(text, intent_is_conflict=bool(dispute))
    half = None if dispute else conflict.leaning(normal)
    said: opinion.Opinion | None = None
    intent = decide(cues, slots, conflict=dispute, proposes=proposes, hazards=dangers, half=half)
    if intent is None or half or (intent == "dispute" and not dispute):
        said = opinion.opinion(normal.text, opinion.model())
    if half and said and said.sure and said.intent == "dispute":
        intent = "dispute"  # 我要出来上班他死活不依: half a complaint, and it sounds like one
    if intent is None:
        leaning = "dispute" if half else "suggest" if topics.leaning(normal) else None
        intent = suppose(cues, slots, leaning=leaning, opinion=said)
    if intent not in {"find_work", "register", "find_training"}:
        slots["sectors"] = codes.sectors(judged, cues, seeks=False, learning=learning)
    if intent in {"dispute", "wage"}:
        slots["pay"] = None
    if intent == "dispute":
        slots["dispute"] = dispute or half or (said.kind if said else "other")
    if intent == "suggest":
        slots["topics"] = topics.topics(normal)
    slots["hazards"] = dangers
    return {"intent": intent, **{key: value for key, value in slots.items() if value}}
