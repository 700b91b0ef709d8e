"""Whether a message proposes something for the community or the workshop, and what about."""

from __future__ import annotations

from domain.normal import Normal
from domain.reading.lexicon import scan

TOPICS = ("environment", "facilities", "children", "elder", "safety", "parking", "pets", "activity", "workshop", "service", "other")
_SUBJECTS = frozenset(TOPICS)
# What is broken or dirty here is everybody's, also where no place is named.
_PUBLIC = frozenset({"environment", "facilities", "safety", "parking", "pets", "other", "place"})
# The first topic owns words that it shares with the others: a toilet for dogs is about dogs, a loft full of rubbish in the fire lane about fire.
_OVERRULES = {
    "pets": {"environment", "safety", "children", "other"},
    "workshop": {"activity", "service", "facilities", "other", "environment"},
    "safety": {"environment", "other"},
    "children": {"activity", "service", "other"},
    "elder": {"activity", "service", "facilities", "other"},
    "parking": {"other", "environment"},
    "environment": {"other"},
    "facilities": {"other"},
    "activity": {"other", "service"},
    "service": {"other"},
}


def topics(normal: Normal) -> list[str]:
    """Codes of what a suggestion is about, sorted; `other` where no subject is recognised."""
    return sorted(_topics(_codes(normal)))


def proposal(normal: Normal) -> bool:
    """Whether a normalised message proposes an improvement or reports a shared nuisance. Whether somebody is blamed is not asked here."""
    codes = _codes(normal)
    if "propose_alone" in codes:
        return True
    if "propose" in codes and codes & _SUBJECTS:
        return "self" not in codes or bool(codes & {"place", "workshop"})
    return "defect" in codes and "self" not in codes and bool(codes & _PUBLIC)


def leaning(normal: Normal) -> bool:
    """Whether it might be a proposal or a nuisance, by words that also mean much else; to be asked where no other wish was found."""
    codes = _codes(normal)
    if "self" in codes or not codes & _SUBJECTS:
        return False
    return bool(codes & {"propose", "lean_propose"}) or ("lean_defect" in codes and bool(codes & _PUBLIC))


def _codes(normal: Normal) -> set[str]:
    return {hit.code for hit in scan(normal.text) if hit.kind == "topic"}


def _topics(codes: set[str]) -> set[str]:
    named = codes & set(TOPICS)
    for owner in _OVERRULES:
        if owner in named:
            named -= _OVERRULES[owner]
    if named:
        return named
    weak = [code.removeprefix("weak_") for code in sorted(codes) if code.startswith("weak_")]
    return {weak[0]} if weak else {"other"}
