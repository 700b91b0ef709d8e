"""Whether the sender complains of somebody in particular, and what kind of dispute it is; a shared nuisance is none."""

from __future__ import annotations

import re

from domain.normal import Normal
from domain.reading.hazards import hazards
from domain.reading.lexicon import scan

# What another person does; where nothing else tells the kind it is `other`.
_BY_ANOTHER = frozenset({"violence", "threat", "child_harm"})
# A child whom the mother herself must leave alone: nobody is complained of.
_ALONE = re.compile("^(?!.*(?:扔|丢|撂)).*(?:一个人|自己|独自|没人带|没人看|我去上|我一出|我上)", re.DOTALL)
# 他 with no other party is the husband.
_HE = re.compile("他")
_STRANGER = re.compile("男的|陌生|有个|生人|网友|有人|那人|大姐|姐妹|女的|[她]")
_FAMILY = frozenset({"sibling", "in_law", "elder"})


def conflict(normal: Normal) -> str | None:
    """The kind of dispute (codebook `dispute`) that a normalised message tells of, or None where nobody is complained of."""
    hits = [hit for hit in scan(normal.text) if hit.kind == "quarrel"]
    codes = {hit.code for hit in hits}
    absent = len({hit.term for hit in hits if hit.code == "absent"})
    dangers = _BY_ANOTHER.intersection(hazards(normal))
    if _ALONE.search(normal.text):
        dangers -= {"child_harm"}
    complains = bool(codes & {"grievance", "appeal", "withhold"}) or bool(dangers)
    if kind := _kind(codes, complains, absent):
        return kind
    if dangers & {"violence", "threat"}:
        return "marital" if _HE.search(normal.text) and not _STRANGER.search(normal.text) else "other"
    return None


def _kind(codes: set[str], complains: bool, absent: int) -> str | None:
    """The first kind that fits: what it is about tells more than who it is with, and a rare party more than a common one."""
    for kind, fits in (
        ("children", "custody" in codes and bool(codes & {"ex", "spouse", "in_law"} or complains)),
        ("children", "peer" in codes and complains),
        ("wage", {"employer", "withhold"} <= codes and "pay" in codes or {"pay", "withhold"} <= codes and "shop" not in codes),
        ("consumer", bool(codes & {"shop", "deal"}) and "cheated" in codes or {"shop", "deal"} <= codes and complains),
        ("wage", "owed" in codes or (bool(codes & {"employer", "workplace"}) and bool(codes & {"pay", "dismissal"}) and complains)),
        ("wage", "dismissal" in codes or ("labour" in codes and complains)),
        ("other", "school" in codes and "property" not in codes and complains),
        ("inheritance", "estate" in codes and bool(codes & _FAMILY) and complains),
        ("elder_support", "support" in codes and bool(codes & _FAMILY) and complains),
        ("neighbour", "neighbour" in codes and (complains or "nuisance" in codes)),
        ("property_mgmt", "property" in codes and complains),
        ("other", "lend" in codes and "friend" in codes and complains),
        ("elder_support", {"support", "in_law"} <= codes and "elder" in codes and complains),
        ("in_laws", "in_law" in codes and complains),
        ("marital", bool(codes & {"spouse", "ex"}) and (complains or "split" in codes)),
        ("consumer", "cheated" in codes or ("shop" in codes and complains)),
        ("wage", "employer" in codes and complains),
        ("inheritance", "estate" in codes and complains),
        ("elder_support", bool(codes & {"sibling"}) and "elder" in codes and complains),
        ("marital", "split" in codes or ("spouse" in codes and absent > 1)),
        ("other", bool(codes & {"friend", "lend"}) and complains),
    ):
        if fits:
            return kind
    return None
