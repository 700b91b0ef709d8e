"""What she wants of the bot: the intents whose words are in the message, in the codebook's order of precedence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from domain.reading.activities import Cues
from domain.reading.opinion import Opinion

PRECEDENCE = (
    "dispute",
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
_BY_ANOTHER = frozenset({"violence", "threat"})
_WORK_SLOTS = ("sectors", "modes", "skills", "windows", "pay", "distance_m")
_PERSON_SLOTS = ("age", "children", "phone")
_WORK_VERBS = frozenset("干找做")
_THANKS = frozenset("谢祝惦")
_SHORT = 20
_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]")


def decide(
    cues: Cues, slots: Mapping[str, object], *, conflict: str | None, proposes: bool, hazards: Collection[str], half: str | None = None
) -> str | None:
    """One code of the codebook, or None where no rule decides. `slots` are what else was read; `conflict` the kind of dispute, if there is
    one, `half` the kind where it is only half said."""
    if conflict or _BY_ANOTHER & set(hazards):
        return "dispute"
    wishes = {hit.code for hit in cues.kinds.get("intent", ())}
    wishes |= _together(cues)
    if proposes:
        wishes.add("suggest")
    if {"resubscribe", "unsubscribe"} <= wishes and _starts(cues, "resubscribe") > _ends(cues, "unsubscribe"):
        wishes.discard("unsubscribe")
    if slots.get("learn"):
        wishes.add("find_training")
    if any(slots.get(key) for key in (_WORK_SLOTS[:4] if half else _WORK_SLOTS)):  # 说好一天一百，结账成了八十 asks for no pay
        wishes.add("find_work")
    if wishes:
        found = next(code for code in PRECEDENCE if code in wishes)
        return "human" if hazards and found in {"help", "smalltalk"} else found
    if hazards:
        return "dispute" if half else "human"
    return None


def suppose(cues: Cues, slots: Mapping[str, object], *, leaning: str | None, opinion: Opinion | None) -> str:
    """One code of the codebook where no rule decided: the second opinion if it is sure, else what is half said, else what is hinted at."""
    if opinion and opinion.sure and not _polite(cues):
        return opinion.intent
    return leaning or _hinted(cues, slots)


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


def _hinted(cues: Cues, slots: Mapping[str, object]) -> str:
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
