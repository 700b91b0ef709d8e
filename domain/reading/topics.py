"""Whether a message proposes something for the community or the workshop, and what about."""

from __future__ import annotations

import re

from domain.normal import Normal
from domain.reading.lexicon import scan

TOPICS = ("environment", "facilities", "children", "elder", "safety", "parking", "pets", "activity", "workshop", "service", "other")
_SUBJECTS = frozenset(TOPICS)
# What is broken or dirty here is everybody's, also where no place is named.
_PUBLIC = frozenset({"environment", "facilities", "safety", "parking", "pets", "other", "place"})
# A report of a defect is so short that it has no word for where or whose.
_SHORT = 16
_BROKEN = re.compile(
    r"(?:路灯|楼道灯|楼道的灯|声控灯|感应灯|楼灯|电梯|井盖|健身器材|健身器|单元门|门禁|对讲|下水道|下水井|滑梯|滑滑梯|秋千|护栏|栏杆|监控|消防栓|垃圾桶"
    r"|长椅|座椅|凉亭|台阶|坡道|道闸|路面|人行道|宣传栏|晾衣架|楼道窗户?|暖气管)(?:老是|又|也|怎么|咋|都|给|全|整个|已经|好像|有点|最近|这?两?天){0,2}"
    r"(?:坏|不亮|不转|没了|丢了|堵|漏|掉了|断|松了|塌|没人修|停了|碎|倒了|锈|裂|忽明忽暗|一闪一闪|关不上|打不开|失灵|黑)"
)
_OWN = re.compile(r"[我俺咱]们?家(?!楼|小区|门口)|家里|屋里|厂里|车间|宿舍|公司|单位里")
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


def public_defect(normal: Normal) -> bool:
    """路灯坏了, 井盖没了: a short report of something of everybody's that is broken; what is at her own home is none."""
    return len(normal.text) <= _SHORT and _BROKEN.search(normal.text) is not None and _OWN.search(normal.text) is None


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
