"""Every activity a message names gets a role from the words around it: can she do it, want to learn it, want it as work?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from domain.reading.lexicon import Hit
from domain.reading.roles import NEAR, Activity, Clause, role_of

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
LONGEST_PLACE = 4
ONLINE = frozenset({"livestream", "customer_service", "video_editing", "computer"})
MADE_AT_HOME = frozenset({"knitting", "sewing", "embroidery", "beading", "paper_cutting", "packing"})


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


def _judge_clause(cues: Cues, start: int, end: int, before: Judged | None) -> list[Judged]:
    activities = _activities(cues, start, end)
    if not activities:
        return []
    if any(
        hit.code == "stored" and cues.text[hit.start - 1 : hit.start] not in _STORES for hit in cues.within("cue", start, end)
    ) and not _ADDED.search(cues.text, start, end):
        return [Judged(activity, "other") for activity in activities]  # 资料上写我会开车 tells what is written
    clause = Clause(
        cues.text, end, _apart(cues.within("role", start, end)), cues.within("after", start, end), cues.within("who", start, end)
    )
    judged: list[Judged] = []
    for i, activity in enumerate(activities):
        left = activities[i - 1].end if i else start
        right = activities[i + 1].start if i + 1 < len(activities) else end
        role = role_of(activity, clause, left, right)
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


def can_be_done_at_home(activity: Activity) -> bool:
    return bool(activity.skills & (ONLINE | MADE_AT_HOME)) or activity.sectors == {"handcraft"}


def right_behind(cues: Cues, activity: Activity, *codes: str) -> bool:
    """Whether the activity stands right behind a word for the place."""
    near = cues.within("cue", activity.start - NEAR - LONGEST_PLACE, activity.start)
    return any(hit.code in codes and activity.start - hit.end <= NEAR for hit in near)
