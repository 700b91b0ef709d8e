"""What she wants of the bot, as far as rules tell: the intents whose words are in the message, in the codebook's order of precedence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.reading.activities import Cues

PRECEDENCE = (
    "dispute",
    "check_ad",
    "unsubscribe",
    "my_data",
    "wage",
    "suggest",
    "human",
    "find_training",
    "find_work",
    "register",
    "resubscribe",
    "help",
    "smalltalk",
    "other",
)
# Parts of a wish that make it together, in one clause or in neighbouring ones.
_TOGETHER = (
    ("my_data", "stored", "alter"),
    ("wage", "own_work", "how_much"),
    ("wage", "pay", "paid"),
    ("unsubscribe", "notice", "stop"),
    ("resubscribe", "notice", "go_on"),
)
_WORK_SLOTS = ("sectors", "modes", "skills", "windows", "pay", "distance_m")
_PERSON_SLOTS = ("age", "children", "phone")
_WORK_VERBS = frozenset("干找做")
_THANKS = frozenset("谢祝惦")
_SHORT = 20
_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]")


def ruled(cues: Cues, slots: Mapping[str, object], *, proposes: bool) -> str | None:
    """One code of the codebook, or None where no rule decides. `slots` are what else was read."""
    wishes = {hit.code for hit in cues.kinds.get("intent", ())}
    wishes |= _together(cues)
    if proposes:
        wishes.add("suggest")
    if {"resubscribe", "unsubscribe"} <= wishes and _starts(cues, "resubscribe") > _ends(cues, "unsubscribe"):
        wishes.discard("unsubscribe")
    if slots.get("learn"):
        wishes.add("find_training")
    if any(slots.get(key) for key in _WORK_SLOTS):
        wishes.add("find_work")
    return next((code for code in PRECEDENCE if code in wishes), None)


def _starts(cues: Cues, code: str) -> int:
    return max((hit.start for hit in cues.kinds.get("intent", ()) if hit.code == code), default=len(cues.text))


def _ends(cues: Cues, code: str) -> int:
    return max((hit.end for hit in cues.kinds.get("intent", ()) if hit.code == code), default=0)


def _together(cues: Cues) -> set[str]:
    hits = cues.kinds.get("cue", ())
    codes = {hit.code for hit in hits}
    found: set[str] = set()
    for intent, one, other in _TOGETHER:
        if one in codes and other in codes:
            places = {cues.clause(hit.start) for hit in hits if hit.code == other}
            if any(cues.clause(hit.start) + step in places for hit in hits if hit.code == one for step in (0, 1, -1)):
                found.add(intent)
    return found


def hinted(cues: Cues, slots: Mapping[str, object]) -> str:
    """One code of the codebook by words that also mean much else."""
    hints = cues.kinds.get("hint", ())
    codes = {hit.code for hit in hints}
    for code in ("wage", "human", "find_training", "find_work", "register"):
        if code in codes:
            return code
    if any(hit.code == "want" and hit.term[-1:] in _WORK_VERBS for hit in cues.kinds.get("role", ())):
        return "find_work"
    if any(slots.get(key) for key in _PERSON_SLOTS):
        return "register"
    if "help" in codes:
        return "help"
    return "smalltalk" if _polite(cues) else "other"


def _polite(cues: Cues) -> bool:
    """你好呀 and 谢谢你们惦记着 are mostly polite words, 好热的天 is not."""
    polite = [hit for hit in cues.kinds.get("hint", ()) if hit.code == "smalltalk"]
    if not polite:
        return False
    letters = len(_WORD.findall(cues.text))
    return sum(hit.end - hit.start for hit in polite) * 2 >= letters or (
        letters <= _SHORT and any(_THANKS & set(hit.term) for hit in polite)
    )
