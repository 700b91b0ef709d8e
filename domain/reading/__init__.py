"""One message of a mother in, what it says out: `read` never raises and costs well under a millisecond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from domain.codebook import Reading
from domain.normal import normalise
from domain.reading import topics
from domain.reading.canonical import LONGEST, canonical
from domain.reading.danger import Danger, judge
from domain.reading.model import DISPUTES, Opinion, trained
from domain.reading.slots import ruled

__all__ = ["answered", "read"]

_BY_ANOTHER = frozenset({"violence", "threat"})
_IDLE = frozenset({"other", "smalltalk", "help"})
_SEEKS = frozenset({"find_work", "register", "find_training"})
# Most training texts want nothing, so that a short wish in unknown words would be taken for nothing too; chosen on everyday texts and w05, w07.
_LEAD_OF_A_WISH = 0.25
# What a passed-on notice says is not what she says of herself.
_QUOTED = ("sectors", "pay", "modes", "windows", "distance_m", "phone", "age", "skills", "learn", "children")
# Who wants nothing, or something else, speaks of hours, prices and abilities in passing (九点, 手机八百块买的, 开车回家).
_OF_WORK = ("sectors", "pay", "modes", "windows", "distance_m", "skills")
_IN_PASSING = {
    **dict.fromkeys(("other", "smalltalk", "help"), (*_OF_WORK, "learn")),
    **dict.fromkeys(("human", "wage"), ("pay", "windows", "distance_m", "sectors")),
    **dict.fromkeys(("dispute", "suggest", "my_data", "unsubscribe", "resubscribe"), ("pay",)),
}


def read(message: str) -> Reading:
    """Read one message into the codebook's object: `intent` always, every other key only where something was said."""
    return _read(message, _IN_PASSING)


def answered(message: str) -> Reading:
    """Read what answers a question or narrows a list: there 周末下午, 两千 and 领回家做 say what was asked, whatever she wants besides."""
    return _read(message, dict.fromkeys(("dispute", "wage"), ("pay",)))


def _read(message: str, in_passing: Mapping[str, tuple[str, ...]]) -> Reading:
    plain = canonical(message)
    if not plain:
        return {"intent": "other"}
    normal = normalise(message[:LONGEST])
    found = ruled(normal)
    said = trained().opinion(plain, found.findings)
    dangers = judge(said)
    intent = _intent(said, dangers)
    if intent in _IDLE and not dangers.hazards and topics.public_defect(normal):
        intent = "suggest"
    slots: dict[str, object] = dict(found.slots)
    if intent not in _SEEKS:
        slots["sectors"] = found.sectors_done
    if intent == "check_ad":
        slots = {key: value for key, value in slots.items() if key not in _quoted(plain)}
    slots |= dict.fromkeys(in_passing.get(intent, ()))
    if intent == "dispute":
        slots["dispute"] = max(DISPUTES, key=lambda code: said.disputes[code])
    if intent == "suggest":
        slots["topics"] = topics.topics(normal)
    slots["hazards"], slots["worry"] = list(dangers.hazards), dangers.worry
    return cast("Reading", {"intent": intent, **{key: value for key, value in slots.items() if value}})


def _quoted(plain: str) -> tuple[str, ...]:
    """The slots of a passed-on notice that are not hers: all of them, or work and pay where she speaks of herself first."""
    return ("sectors", "pay") if plain[:1] in ("我", "俺") else _QUOTED


def _intent(said: Opinion, dangers: Danger) -> str:
    best = max(said.intents, key=lambda code: said.intents[code] - (_LEAD_OF_A_WISH if code == "other" else 0.0))
    if _BY_ANOTHER & set(dangers.hazards):
        return "dispute"
    if dangers.hazards and best in _IDLE:
        return "dispute" if said.intents["dispute"] > said.intents["human"] else "human"
    return best
