"""Whether the sender complains of somebody in particular, and what kind of dispute it is; a shared nuisance is none."""

from __future__ import annotations

import re
from collections.abc import Collection

from domain.normal import Normal
from domain.reading.hazards import hazards
from domain.reading.lexicon import Hit, scan

# What another person does.
_BY_ANOTHER = frozenset({"violence", "threat", "child_harm"})
# A child whom the mother herself must leave alone: nobody is complained of.
_LEFT_ALONE = re.compile("^(?!.*(?:扔|丢|撂)).*(?:一个人|自己|独自|没人带|没人看|我去上|我一出|我上)", re.DOTALL)
_FAMILY = frozenset({"sibling", "in_law", "elder"})
_COMPLAINT = frozenset({"grievance", "appeal", "withhold"})
# One of these makes a dispute with its party, without a word of complaint.
_ENOUGH = frozenset({"custody", "withhold", "cheated", "owed", "dismissal", "nuisance", "split", "weary", "absent"})
_PARTNER = frozenset({"spouse", "ex", "dad"})
_OUTSIDE = frozenset({"employer", "workplace", "shop", "school", "outsider", "premises"})
# Who is beaten at work or in a shop has no dispute about pay or goods, unless one of these is named too.
_NEARER = _PARTNER | {"in_law", "neighbour", "peer", "split", "pay", "owed", "labour", "dismissal", "deal", "cheated"}


def conflict(normal: Normal) -> str | None:
    """The kind of dispute (codebook `dispute`) that a normalised message tells of, or None where nobody that is named is complained of."""
    hits = _quarrel(normal)
    dangers = _BY_ANOTHER.intersection(hazards(normal))
    if _LEFT_ALONE.search(normal.text):
        dangers -= {"child_harm"}
    codes = {hit.code for hit in hits}
    if "unreal" in codes:
        return None
    return _kind(codes, bool(codes & _COMPLAINT or dangers), _absences(hits), dangers)


def leaning(normal: Normal) -> str | None:
    """The kind of dispute where somebody is named and something is only half a complaint; to be asked where no other wish was found."""
    hits = _quarrel(normal)
    codes = {hit.code for hit in hits}
    if "unreal" in codes or not codes & {"sore", "absent", "weary"}:
        return None
    return _kind(codes, "sore" in codes, _absences(hits), ()) or ("marital" if codes & {"absent", "weary"} else None)


def _quarrel(normal: Normal) -> list[Hit]:
    return [hit for hit in scan(normal.text) if hit.kind == "quarrel"]


def _absences(hits: list[Hit]) -> int:
    return len({hit.term for hit in hits if hit.code == "absent"})


def _kind(codes: set[str], complains: bool, absent: int, dangers: Collection[str]) -> str | None:
    """The first kind that fits: what it is about tells more than who it is with, and a rare party more than a common one."""
    if not complains and not codes & _ENOUGH:
        return None
    if dangers and codes & _OUTSIDE and not codes & _NEARER:
        return "other"
    partner = bool(codes & {"spouse", "ex"})
    for kind, fits in (
        ("children", "custody" in codes and bool(codes & {"ex", "spouse", "in_law", "dad"} or complains)),
        ("children", "peer" in codes and complains),
        ("wage", {"employer", "withhold"} <= codes and bool(codes & {"pay", "money"})),
        ("wage", {"pay", "withhold"} <= codes and "shop" not in codes),
        (
            "consumer",
            bool(codes & {"shop", "deal"}) and "cheated" in codes or "shop" in codes and bool(codes & {"deal", "money"}) and complains,
        ),
        ("wage", "owed" in codes or (bool(codes & {"employer", "workplace"}) and bool(codes & {"pay", "dismissal"}) and complains)),
        ("wage", "dismissal" in codes or ("labour" in codes and complains)),
        ("other", "school" in codes and "property" not in codes and complains),
        ("inheritance", "estate" in codes and bool(codes & (_FAMILY | {"granny"})) and complains),
        ("elder_support", "turns" in codes and complains),
        ("elder_support", "support" in codes and bool(codes & {"sibling", "elder"}) and complains),
        ("elder_support", {"ill", "sibling", "elder"} <= codes and complains and not dangers),
        ("inheritance", {"house", "sibling", "elder"} <= codes and complains and not dangers),
        ("neighbour", "neighbour" in codes and (complains or "nuisance" in codes)),
        ("property_mgmt", "property" in codes and complains),
        ("other", "lend" in codes and "friend" in codes and complains),
        ("in_laws", "in_law" in codes and complains),
        ("other", "outsider" in codes and complains and not codes & {"deal", "cheated"}),
        ("marital", partner and (complains or bool(codes & {"split", "weary"}))),
        ("consumer", "cheated" in codes or ("shop" in codes and complains)),
        ("wage", "employer" in codes and complains),
        ("inheritance", "estate" in codes and complains),
        ("inheritance", {"house", "sibling"} <= codes and complains),
        ("elder_support", bool(codes & {"sibling"}) and "elder" in codes and complains),
        ("in_laws", "granny" in codes and complains),
        ("marital", "split" in codes or (partner and absent > 1)),
        ("marital", "dad" in codes and complains),
        ("other", bool(codes & {"friend", "lend", "outsider"}) and complains),
        ("consumer", "deal" in codes and "grievance" in codes and bool(codes & {"money", "appeal"})),
    ):
        if fits:
            return kind
    return None
