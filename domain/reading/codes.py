"""Kinds of work, ways of working, skills and wishes to learn, from the activities a message names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.reading.activities import ONLINE, Cues, Judged, can_be_done_at_home, right_behind
from domain.reading.lexicon import Hit
from domain.reading.roles import Activity

_SO_CAN_I = re.compile(
    r"(?:这个|这些|这活|那个)?(?:我|俺|咱)?(?:从小|早|一直|本来|也|都|就|全|可|真)*(?:会|能)[\u3400-\u9fff]?(?:的|了|呀|啊)?"
    r"|(?:我|俺)?(?:也|还|都)?(?:有|持|拿了|考了)(?:资格|上岗|健康|等级)?(?:证|证书|本)(?:的|了|呢)?"
    r"|(?:资格|上岗|护理|月嫂|育婴)?证书?(?:也|都|已经|我|俺)*(?:有|齐|在手|考了|拿了|拿到|考下来|到手)(?:的|了|呢)?"
    r"|(?:我|俺)?(?:现在|如今|眼下|至今|到现在)(?:也|还)(?:在|一直|天天)*[\u3400-\u9fff]{1,2}着?(?:呢)?"
)


_AND_I_CAN = re.compile(
    "(?:的?(?:活|事|工作|岗位?)儿?)?(?:我|俺|咱)(?:也|都|全|样样|还)*(?:会|能干|能做|拿手|在行|熟|干得|做得|行)"
)  # 找个做保洁做饭的事我都能干
_NOT_HERS = frozenset({"other", "cannot", "not_learn", "not_want"})


def skills(judged: Sequence[Judged], cues: Cues) -> list[str]:
    """What she can do; 有缝纫的活吗，我会 says it one clause later."""
    found = {skill for item in judged if item.role == "can" for skill in item.activity.skills}
    for item in judged:
        if item.role in {"want", "job", "seek"} and _AND_I_CAN.match(cues.text, item.activity.end):
            found |= item.activity.skills
        after = cues.clause(item.activity.start) + 1
        if item.role not in _NOT_HERS and after < len(cues.clauses) and _SO_CAN_I.fullmatch(cues.text, *cues.clauses[after]):
            found |= item.activity.skills
    return sorted(found)


def learn(judged: Sequence[Judged], cues: Cues, *, proposes: bool) -> list[str]:
    """What she wants to learn; a class proposed or asked for counts where she says that she wants to learn."""
    wishes = _wishes_to_learn(cues)
    meant = _wishes_without_object(cues) if wishes else set()
    found: set[str] = set()
    for item in judged:
        if item.role == "learn" or (item.role in {"class", "teach"} and (wishes or not proposes)):
            found |= item.activity.skills
        elif item.role not in {"can", "not_learn", "past"} and cues.clause(item.activity.start) in meant:
            found |= item.activity.skills - (_AT_HOME if item.role == "bare" else frozenset())
    return sorted(found - {skill for item in judged if item.role == "not_learn" for skill in item.activity.skills})


_AT_HOME = frozenset({"childcare", "cooking", "cleaning", "elder_care"})  # what a mother does anyway


def _wishes_to_learn(cues: Cues) -> bool:
    return any(
        hit.code == "learn" and ("学" in hit.term or "教" in hit.term) for kind in ("role", "after") for hit in cues.kinds.get(kind, ())
    )


def _wishes_without_object(cues: Cues) -> set[int]:
    """The clauses next to which an activity is meant by 我都想学, which names nothing itself."""
    found: set[int] = set()
    for i, (start, end) in enumerate(cues.clauses):
        hits = [hit for kind in ("role", "after") for hit in cues.within(kind, start, end) if hit.code == "learn"]
        if hits and not cues.within("skill", start, end):
            found |= {i - 2, i - 1, i + 1}
    return found


_SEEKING = frozenset({"seek", "job", "fine"})


def sectors(judged: Sequence[Judged], cues: Cues, *, seeks: bool, learning: Sequence[str]) -> list[str]:
    """Work that she wants. `seeks`: the message as a whole looks for work, so a bare name of work counts; what she wants to learn does not."""
    roles = {"want", *(_SEEKING if seeks else ())}
    if seeks and any(hit.code == "this_kind" for hit in cues.kinds.get("cue", ())):
        roles.add("can")  # 我会贴标签，有这种活吗
    able = any(item.role == "can" for item in judged)
    food = {cues.clause(item.activity.start) for item in judged if "food_packing" in item.activity.sectors}
    found: set[str] = set()
    for item in judged:
        if item.activity.sectors == {"packing"} and cues.clause(item.activity.start) in food:
            continue  # 食品厂还招包装的不
        learns = item.activity.skills and item.activity.skills <= set(learning)
        named = item.role == "bare" and not learning and (not item.activity.skills or (not able and _stands_alone(item.activity, cues)))
        if item.role == "want" or (not learns and (item.role in roles or (seeks and named))):
            found |= item.activity.sectors
    return sorted(found)


def _stands_alone(activity: Activity, cues: Cues) -> bool:
    start, end = cues.clauses[cues.clause(activity.start)]
    # 中午做饭 is what she does anyway.
    return activity.start - start + end - activity.end <= (1 if activity.skills & _AT_HOME else 3)


def modes(judged: Sequence[Judged], cues: Cues) -> list[str]:
    """How she wants to work; time and place both free is new_form alone, work taken home covers flexible hours unless 或者 or 也行 says both."""
    hits = [hit for hit in cues.kinds.get("mode", ()) if not _denied(cues.text, hit)]
    codes = {hit.code for hit in hits} | _at_home(judged, cues)
    if (
        "new_form" in codes
        and "take_home" in codes
        and not any(hit.code == "take_home" and cues.text[hit.start] not in _PLACES for hit in hits)
    ):
        codes.discard("take_home")
    if "flexible" in codes and len(codes) > 1 and not _either(cues.text, hits):
        codes.discard("flexible")
    return sorted(codes)


def _either(text: str, hits: Sequence[Hit]) -> bool:
    """Whether one way or the other will do; 编织的活串珠的活都行 further on says nothing of it."""
    return _BOTH.search(text, min(hit.start for hit in hits), max(hit.end for hit in hits) + _NEAR) is not None


_NEAR = 6  # characters behind the last way of working in which 都行 still speaks of it
_PLACES = frozenset("在坐呆待搁从居家不足")
_BOTH = re.compile(r"也行|也中|也可以|或者|或是|要么|也成|都行|都中|都可以|也好|要不.{2,9}要不")
_DENIAL = re.compile(r"(?:(?<![要能可想会用行])不|别|没法?|甭)(?:想|要|能|用|愿意|方便|可以|喜欢|会)?再?$")


def _at_home(judged: Sequence[Judged], cues: Cues) -> set[str]:
    """在家串珠, 在家接客服单: an activity right behind the place says which way of working it is."""
    found: set[str] = set()
    for item in judged:
        if item.role in {"past", "other", "learn", "class", "teach"}:
            continue
        if item.activity.skills & ONLINE and right_behind(cues, item.activity, "home", "online"):
            found.add("new_form")
        elif can_be_done_at_home(item.activity) and right_behind(cues, item.activity, "home"):
            found.add("take_home")
    return found


def _denied(text: str, hit: Hit) -> bool:
    return _DENIAL.search(text, max(0, hit.start - 6), hit.start) is not None
