"""Every activity a message names gets a role from the words around it: can she do it, want to learn it, want it as work?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from domain.reading.lexicon import Hit

_PUNCTUATION, _EMOJI = ",，.。!！?？;；:：\\n~", "\\u2600-\\u27bf\\U0001f000-\\U0001faff"
# One set of characters first: the search then skips to them.
BREAK = re.compile(rf"[{_PUNCTUATION} {_EMOJI}](?:(?<=[{_PUNCTUATION}])|(?<=[^\x00-\x7f] ) *(?=\S)|(?<=[{_EMOJI}])(?!的))")
SECTOR_OF = {
    "knitting": "handcraft",
    "sewing": "garment",
    "embroidery": "handcraft",
    "beading": "handcraft",
    "paper_cutting": "handcraft",
    "packing": "packing",
    "cooking": "domestic",
    "cleaning": "domestic",
    "childcare": "domestic",
    "elder_care": "domestic",
    "livestream": "ecommerce",
    "customer_service": "ecommerce",
    "video_editing": "ecommerce",
}
LINK = 5  # characters that may stand between the members of a list: 、 和 或者是
REACH = 7  # characters between an activity and the word behind it that judges it
LONGEST_PLACE = 4
LONGEST_WHO = 6
NEAR = 4  # characters between who and what she does
ONLINE = frozenset({"livestream", "customer_service", "video_editing", "computer"})
MADE_AT_HOME = frozenset({"knitting", "sewing", "embroidery", "beading", "paper_cutting", "packing"})


@dataclass(frozen=True, slots=True)
class Activity:
    """Neighbouring names of activities that share one judgement: 打包、分拣和贴标签."""

    start: int
    end: int
    skills: frozenset[str]
    sectors: frozenset[str]
    is_job: bool = False  # 做饭的活, 缝纫工 say by themselves that they are work


@dataclass(frozen=True, slots=True)
class Judged:
    activity: Activity
    role: str


@dataclass(frozen=True, slots=True)
class Cues:
    """The hits of one message by kind, and its clauses."""

    text: str
    kinds: dict[str, list[Hit]]
    clauses: list[tuple[int, int]]

    def within(self, kind: str, start: int, end: int) -> list[Hit]:
        """The hits of a kind inside `start:end`."""
        hits = self.kinds.get(kind)
        if not hits:
            return []
        return [hit for hit in hits[bisect_left(hits, (start,)) : bisect_left(hits, (end,))] if hit.end <= end]

    def clause(self, at: int) -> int:
        """The number of the clause that holds the character `at`."""
        return bisect_right(self.clauses, (at, len(self.text) + 1)) - 1


def cues(text: str, hits: Sequence[Hit]) -> Cues:
    """Sort hits by kind and cut the text into clauses."""
    kinds: dict[str, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.kind, []).append(hit)
    clauses: list[tuple[int, int]] = []
    at = 0
    for match in BREAK.finditer(text):
        clauses.append((at, match.start()))
        at = match.end()
    clauses.append((at, len(text)))
    return Cues(text, kinds, [clause for clause in clauses if clause[1] > clause[0]])


def judge(cues: Cues) -> list[Judged]:
    """Every activity of the message with its role: can, learn, class, teach, want, seek, job, bare, or one that excludes it."""
    if not (cues.kinds.get("skill") or cues.kinds.get("sector")):
        return []
    judged: list[Judged] = []
    for start, end in cues.clauses:
        before = judged[-1] if judged else None
        judged.extend(_judge_clause(cues, start, end, before))
    return judged


_STORES = frozenset({"仓", "冷", "车"})  # 仓库里 is no file
_ADDED = re.compile("加上|添上|补上|加个|添个|加一条|再加|增加")


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    end: int
    roles: list[Hit]
    afters: list[Hit]
    who: list[Hit]


def _judge_clause(cues: Cues, start: int, end: int, before: Judged | None) -> list[Judged]:
    activities = _activities(cues, start, end)
    if not activities:
        return []
    if any(
        hit.code == "stored" and cues.text[hit.start - 1 : hit.start] not in _STORES for hit in cues.within("cue", start, end)
    ) and not _ADDED.search(cues.text, start, end):
        return [Judged(activity, "other") for activity in activities]  # 资料上写我会开车 tells what is written
    clause = _Clause(
        cues.text, end, _apart(cues.within("role", start, end)), cues.within("after", start, end), cues.within("who", start, end)
    )
    judged: list[Judged] = []
    for i, activity in enumerate(activities):
        left = activities[i - 1].end if i else start
        right = activities[i + 1].start if i + 1 < len(activities) else end
        role = _role(activity, clause, left, right)
        if role == "bare" and i == 0 and before and activity.start - start <= 2 and end - activity.end <= 2:
            role = before.role  # 会打毛衣，钩针，剪纸
        elif role == "bare" and judged and activity.start - judged[-1].activity.end <= LINK:
            role = judged[-1].role
        if role in {"bare", "can", "seek"} and can_be_done_at_home(activity) and right_behind(cues, activity, "home"):
            role = "job"  # 能在家钩玩偶 tells of work
        judged.append(Judged(activity, role))
    return _carried_back(judged)


def _apart(hits: list[Hit]) -> list[Hit]:
    """Without those that begin inside an earlier one: 不会做 is 不会, not 会做."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end or hit.start == kept[-1].start:
            kept.append(hit)
    return kept


def _carried_back(judged: list[Judged]) -> list[Judged]:
    """保洁也行月嫂的活也行: a bare activity shares the judgement of the next one close by."""
    for i in range(len(judged) - 2, -1, -1):
        here, then = judged[i], judged[i + 1]
        if (
            here.role == "bare"
            and then.activity.start - here.activity.end <= LINK
            and then.role in {"job", "class", "fine", "learn_after", "can_after"}
        ):
            judged[i] = Judged(here.activity, then.role)
    return judged


def _activities(cues: Cues, start: int, end: int) -> list[Activity]:
    found: list[Activity] = []
    skills = cues.within("skill", start, end)
    sectors = cues.within("sector", start, end)
    food = [hit for hit in sectors if hit.code == "food_packing"]
    for hit in sorted(skills + sectors, key=lambda hit: (hit.start, -hit.end)):
        if _done(cues.text, hit) or (hit.code == "packing" and hit.kind == "sector" and _overlaps(hit, food)):
            continue
        skill = frozenset([hit.code] if hit.kind == "skill" else ())
        sector = frozenset([hit.code] if hit.kind == "sector" else ())
        if hit.kind == "skill" and not _overlaps(hit, sectors):
            sector = frozenset([SECTOR_OF[hit.code]] if hit.code in SECTOR_OF else ())
        is_job = hit.kind == "sector" and cues.text[hit.start : hit.end].endswith(_JOB_ENDS)
        last = found[-1] if found else None
        if last and (hit.start < last.end or _linked(cues, last.end, hit.start)):
            found[-1] = Activity(last.start, max(last.end, hit.end), last.skills | skill, last.sectors | sector, last.is_job or is_job)
        else:
            found.append(Activity(hit.start, hit.end, skill, sector, is_job))
    return found


_JOB_ENDS = ("活", "活儿", "工", "厂", "车间", "阿姨", "岗")


def _done(text: str, hit: Hit) -> bool:
    """包了一桌饺子, 捡了一桶蛤蜊 tell of something that is done, and are neither work nor a skill."""
    return "…" in hit.term and _PERFECT.search(text, hit.start, hit.end) is not None


_PERFECT = re.compile("[了过着]")


def _overlaps(hit: Hit, others: list[Hit]) -> bool:
    at = bisect_left(others, (hit.end,))
    return any(other.end > hit.start for other in others[max(0, at - 4) : at])


_LINKS = re.compile(r"(?:[、/和跟与及或同 +&]|或者|还有|以及|或是|啊|啦|什么的|做|打|的活|再|这些|个|是|呀|,)*")


def _linked(cues: Cues, start: int, end: int) -> bool:
    return end - start <= LINK and _LINKS.fullmatch(cues.text, start, end) is not None


def _role(activity: Activity, clause: _Clause, left: int, right: int) -> str:
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


def _is_noun(activity: Activity, clause: _Clause) -> bool:
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


def can_be_done_at_home(activity: Activity) -> bool:
    return bool(activity.skills & (ONLINE | MADE_AT_HOME)) or activity.sectors == {"handcraft"}


def right_behind(cues: Cues, activity: Activity, *codes: str) -> bool:
    """Whether the activity stands right behind a word for the place."""
    near = cues.within("cue", activity.start - NEAR - LONGEST_PLACE, activity.start)
    return any(hit.code in codes and activity.start - hit.end <= NEAR for hit in near)
