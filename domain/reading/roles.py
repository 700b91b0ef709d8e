"""The role of one activity from the words around it: what stands before it, what judges it behind, and who does it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from domain.reading.lexicon import Hit

REACH = 7  # characters between an activity and the word behind it that judges it
LONGEST_WHO = 6
NEAR = 4  # characters between who and what she does


@dataclass(frozen=True, slots=True)
class Activity:
    """Neighbouring names of activities that share one judgement: 打包、分拣和贴标签."""

    start: int
    end: int
    skills: frozenset[str]
    sectors: frozenset[str]
    is_job: bool = False  # 做饭的活, 缝纫工 say by themselves that they are work


@dataclass(frozen=True, slots=True)
class Clause:
    """The part of a text in which an activity stands, with the words in it that say who does it and how."""

    text: str
    end: int
    roles: list[Hit]
    afters: list[Hit]
    who: list[Hit]


def role_of(activity: Activity, clause: Clause, left: int, right: int) -> str:
    """The role of an activity that has the text from `left` to `right` to itself."""
    pre = next(reversed(_between(clause.roles, left, activity.start)), None)
    after = next((hit for hit in _between(clause.afters, activity.end, activity.end + REACH + 1) if _judges(hit, activity, right)), None)
    if after and right < clause.end and _governs_next(after, right, clause.roles):
        after = None
    adjacent = pre is not None and activity.start - pre.end <= NEAR
    behind = after.code if after else ""
    if (activity.is_job and behind not in {"class", "thing"}) or (
        not behind and (pre is None or pre.code != "teach") and _is_noun(activity, clause)
    ):
        behind = "job"
    role = _judged_by(pre.code if pre else "", behind, adjacent=adjacent, rest=clause.end - activity.end)
    if role == "can" and behind == "fine" and not activity.skills:
        role = "fine"  # 能坐着组装最好
    if role == "can" and behind == "job" and not activity.skills:
        role = "job"  # 能在家干的手工活
    if role == "job" and any(hit.code == "want" for hit in _between(clause.roles, left, activity.start)):
        role = "want"  # 想找个能在家干的手工活
    if role == "fine" and activity.skills and after and after.term in _ABLE and clause.text[activity.start - 1 : activity.start] in _ME:
        role = "can"  # 我踩机器行
    if role in {"bare", "seek"} and "driving" in activity.skills and (pre is None or pre.code == "have"):
        role = "can"  # 有驾照, 驾照B2
    at = pre.start if pre else after.start if after else activity.start
    if role not in {"class", "job", "teach", "seek"} and _of_another(clause.who, at, left):
        return "other"
    return role


_ABLE = frozenset({"行", "还行", "可以", "中"})
_ME = frozenset({"我", "俺", "咱"})
_OF = re.compile(r"的(?=$|[那这]种|有没有|有吗|有没|要人|还要|招|还招|缺人|谁)")


def _is_noun(activity: Activity, clause: Clause) -> bool:
    """扫地拖地的, 给人做饭的那种 are work, for the 的 makes a noun of the activity."""
    return _OF.match(clause.text, activity.end, clause.end) is not None


def _between(hits: list[Hit], start: int, end: int) -> list[Hit]:
    return hits[bisect_left(hits, (start,)) : bisect_left(hits, (end,))]


def _judges(after: Hit, activity: Activity, right: int) -> bool:
    return after.end <= right and (after.code != "thing" or after.start == activity.end)


def _governs_next(after: Hit, right: int, roles: list[Hit]) -> bool:
    """会 between two activities belongs to the second."""
    return any(hit.start <= after.start < hit.end and right - hit.end <= 2 for hit in _between(roles, after.start - NEAR, right))


def _judged_by(pre: str, after: str, *, adjacent: bool, rest: int) -> str:
    """The role from the word before and the word behind; `rest` characters of the clause follow the activity."""
    if after == "thing":
        return "other"
    if after in {"cannot", "not_learn", "not_want"} or (after in {"can", "fine"} and pre in {"", "seek"}):
        return after
    if after == "learn" and pre not in {"can", "want"}:
        return "learn"
    if pre in {"can", "cannot"} and after in {"job", "class"} and not adjacent:
        return after
    if pre in _FIRM:
        return _FIRM[pre].get(after, pre)
    if pre == "have":
        return _HAVE.get(after) or ("seek" if rest <= NEAR else "bare")
    if after in _BEHIND:
        return _BEHIND[after]
    return "bare" if pre == "seek" and rest > NEAR else pre or "bare"


# What a word before the activity makes of it, and the words behind that change that.
_FIRM: dict[str, dict[str, str]] = {
    "can": {},
    "cannot": {},
    "learn": {},
    "not_learn": {},
    "want": {},
    "not_want": {},
    "need": {"job": "seek"},  # 有会做饭的岗位吗
    "past": {"can": "can"},
}
_HAVE = {"cert": "can", "can": "can", "years": "can", "class": "class", "job": "seek"}
_BEHIND = {"class": "class", "job": "job", "cert": "can", "years": "can"}


def _of_another(who: list[Hit], at: int, left: int) -> bool:
    """Whether the one who does it, right before the judging word at `at`, is somebody else."""
    near = [hit for hit in _between(who, max(left, at - NEAR - LONGEST_WHO), at + 1) if hit.end <= at + 1 and at - hit.end <= NEAR]
    return bool(near) and near[-1].code == "other"
