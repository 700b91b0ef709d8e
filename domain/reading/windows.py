"""Reads when a mother is free each week; hours of which she says nothing, or which belong to somebody else, are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.codebook import Window
from domain.reading.free_hours import Asked, inherited, without, written
from domain.reading.lexicon import Hit, scan
from domain.reading.school_hours import plain_hours
from domain.reading.spells import Spell, Spells, spells
from domain.reading.times import ALL, DAYS, HALVES, Mark, marks

_TIMED = frozenset({"day", "clock", *HALVES, *DAYS})
_LOOSE = frozenset({"usual", "everyday"})
# Blanks between words of time that belong together. Possessive, so that no text can make it slow.
_ERRAND = (
    r"(?:把?(?:孩子|娃|小的|大的)们?送(?:到|去|完|走|进)?(?:学校|幼儿园|上学)?(?:以后|之后|后|了)?|(?:等|把|给|要|去)*(?:送"
    r"|接|忙|喂|哄|做|吃|收拾|干|打发|安顿)(?:完|走|了|好|下|过|去|罢)?(?:俺|我|家)*(?:俩|两个)?(?:孩子|小孩|娃娃?|饭|老人|家务"
    r"|早饭|晚饭|午饭|中饭|大的|小的|闺女|儿子|老大|老二)*"
    r"(?:去)?(?:上学|上幼儿园|幼儿园|学校|睡觉?|睡着|放学|回家)?(?:以后|之后|后|了|回来|到家|完)*)"
)
_ASLEEP = r"(?:孩子|娃|小的|他们?)们?(?:都)?(?:上学|去?上?幼儿园|睡觉?|睡着|睡下|在学?校|上课|午睡|走|写作业|去学校|不在家|吃完饭)(?:了|着|去|后|以后|之后|的时候|时|期间)*"
_KIN = r"婆婆|公公|公婆|老公|对象|男人|老伴|丈夫|妈妈?|爸爸?|爹|娘|(?<!其)他|她|邻居|老师|你们?|您|恁|社区|工坊|物业|厂里?|姐妹|闺女|儿子|孩子们?|娃|大家|人家|居民|大夫|嫂子|楼上|楼下|隔壁|对门|那口子"
_FILL = re.compile(
    rf"(?:还有|以及|或者|[这那]?两(?:天|头)|[这那]几个|两个时间段?|时间段|再加上?|加上|差不多|时候|时间|的话|这段|那段|那会儿?|这会儿?|期间"
    rf"|(?:孩子他?[爸爹]|娃他?爹|他爸|{_KIN})[都也就能会]?(?:在家|搭把手|帮把手|帮忙|能帮|帮我?|来)+(?:[看带]?(?:孩子|娃))?"
    r"|(?:休息|歇)?(?:俩|[一二两三四五六1-6]个半?)多?(?:小时|钟头)|[这那]?(?:中间|之间|当中|空当|空档)|[这那]个?点"
    rf"|自己|一个人|大概其|另外|外加|其中|我家里?|{_ASLEEP}|{_ERRAND}"
    r"|[\s,、的和跟与及或就都也还才只我俺咱在每个是从光那这约大概般基本左右呢吧啊嘛哈呀儿里:+&~;/(){}\[\]→有可想能到至一直\-—–])*+"
)
_JOIN = re.compile(r"[\s,、;+&/]*(?:和|跟|与|及|以及|还有|或者?|再加上?|加上|外加|另外|也|,|、)+[\s,、也还有我俺的]*")
_WORKING = re.compile(
    r"(?:这个?时间|的时间|时间段?|这段|那段)?(?:能|可以|来|去)?(?:干|做|上班?)?(?:的(?:那种|这种|手工|零|兼职|散|轻|小|家政|保洁"
    r"|打包|分拣|钟点|服装|线上|组装){0,3}(?:活|工作|兼职|零工|岗|差事|钟点工|营生)|兼职|打零工|[干做找接]点?(?:零|散|手工|轻省|小)?活)"
)
_ACT = re.compile(r"(?:在家|来|去|出来)?(?:干|做|上|出|工作|织|弄|打包|学|兼职)")
_CAN_BEFORE = re.compile(r"(?:只能|光能|就能|只想|就想|只有|我能|俺能|我想|俺想|可以|想找|想在|打算|我就|只|(?<!不)想)$")
_WISH = re.compile(r"活|工(?![地具])|保洁|月嫂|客服|阿姨|打包|分拣|服装|空闲|干点|一小时|工作|兼职|找|学|报名|登记|招|课|班|干|填|登")
_PLEA = re.compile(r"建议|希望|能不能")
_SEEKS = re.compile(r"[找干接领有想](?:点|个|份|些)?[^,。]{0,6}(?:活|工作|岗|兼职)|客服|保洁|月嫂|手工|缺人|招")
_STATED = re.compile(r"(?:空闲时间|空闲|有空的?时间|有空的?|时间段?)(?:是|为|改成|改为|改到|应该是|就是|填|写|在|:)+$")
# Who asks whether there is a class or work at some hour would come then: 晚上有没有课, 周末有没有打包的活.
_OFFERED = re.compile(r"(?:开?有没有|有没|有|开不开|开)(?:[^,。;!?有没]{0,8}(?:课|班|活|工作|兼职|培训)|$)")
_UP_TO = re.compile(r"(?:能|可以|想)(?:干|待|上|做|忙|上班|干活)到$")
_ON = re.compile(r"[,\s]*(?:就是|主要是?|一般|大概|最好|就|在|是|我)*")
_GRIEF = re.compile(r"吵|打我|打人|动手|骂|噪|响|装修|施工|坏了|扰民|跳舞|偷|堵|投诉|举报|欠|拖|退钱|退费")
_NEXT = re.compile(r"[\s,。;!]*(?:我|俺|本人)?(?:会|想|找|能|有没|电话|手机|一个月|月薪|要|离家|最好|\d|多谢|谢谢|孩子|娃|家里|求|给|行)")
_ASKED = re.compile(r"(?:吗|么|不|没有?|嘛)(?=[,。?!;\s~]|$)")
_ASKING = re.compile(r"能不能|可不可以|是不是|建议|希望|能否|行不行|要是能|有没有|呼吁|麻烦")
_STOPS = ",。;!?\n…"
_HARD = re.compile(r"[。;!?\n…]")
_OTHER = re.compile(rf"(?:{_KIN})(?:家|那边)?[都也就只般平时的里能一]{{0,4}}$")
_MINE = re.compile(rf"(?:(?:[我俺咱]是|[送接带看陪哄管给喂照顾]|完|着)(?:[俺我家的俩]|两个)*(?:{_KIN})|住[^,。;!?\n]{{0,12}}社区)$")


@dataclass(slots=True)
class _Week:
    """What has been understood so far of `text`; `end` is where its last word ends."""

    text: str
    end: int
    _tone: tuple[bool, bool] | None = None
    free: list[Asked] = field(default_factory=list)
    busy: list[Asked] = field(default_factory=list)
    rest: list[Asked] = field(default_factory=list)
    last: tuple[int, int, list[Mark]] | None = None  # what was said last: where it ends, where it begins in `free`, its words
    hinted: list[Asked] = field(default_factory=list)  # clock ranges that nothing says are free; they count where nothing better is said

    def tone(self) -> tuple[bool, bool]:
        """Whether the message wishes for something, and whether it complains; looked up once, for a message may hold many hours."""
        if self._tone is None:
            plea = _PLEA.search(self.text) and not _SEEKS.search(self.text)
            self._tone = bool(_WISH.search(self.text)), bool(plea or _GRIEF.search(self.text))
        return self._tone


def windows(text: str, hits: Sequence[Hit] | None = None) -> list[Window]:
    """Her free hours in a normalised text with the words found in it, by the first day and the start. Never raises; time is linear in the length."""
    plain = plain_hours(text)
    found = marks(plain, scan(plain) if hits is None or plain != text else hits)
    text = plain
    if not any(mark.code in _TIMED for mark in found):
        return []
    week = _Week(text, len(text.rstrip(_STOPS + " ")))
    _walk(text, found, week)
    free = week.free or week.hinted
    if not free and week.rest:
        free = week.rest
    else:
        week.busy.extend(week.rest)
    return written(without(inherited(free), week.busy))


def _walk(text: str, found: list[Mark], week: _Week) -> None:
    """Gathers words of time that belong together until a word for free or busy says what they are."""
    group: list[Mark] = []
    past, muted = 0, -1  # `past`: where the clause not yet used begins; `muted`: up to here hours belong to one certain day
    for mark in found:
        gap = text[group[-1].end : mark.start] if group else ""
        if mark.code == "once":
            _settle(text, group, past, week)
            group, muted = [], _clause_end(text, mark.end)
        elif mark.code in _TIMED or mark.code == "except":
            if mark.start < muted:
                continue
            if group and mark.code != "except" and not (len(gap) <= 24 and _FILL.fullmatch(gap)):
                group = _carried(text, group, gap) or _settle(text, group, past, week)
            group.append(mark)
        elif group and _decide(text, group, mark, gap, past, week):
            group, past = [], mark.end
        elif not group:
            past = mark.end if mark.code == "free" else past
    _settle(text, group, past, week)


def _clause_end(text: str, at: int) -> int:
    return next((i for i in range(at, min(len(text), at + 40)) if text[i] in _STOPS), min(len(text), at + 40))


def _clause_start(text: str, at: int, past: int) -> int:
    return next((i + 1 for i in range(at - 1, max(past, at - 40) - 1, -1) if text[i] in _STOPS), max(past, at - 40))


def _carried(text: str, group: list[Mark], gap: str) -> list[Mark]:
    """平时 before a few words on something else still names the days: 平时孩子上学，上午有空."""
    return group if all(mark.code == "usual" for mark in group) and len(gap) <= 16 and not _HARD.search(gap) else []


def _decide(text: str, group: list[Mark], mark: Mark, gap: str, past: int, week: _Week) -> bool:
    """Whether the word `mark` says of the group that it is free or busy; if so it is noted."""
    near = len(gap) <= 24 and bool(_FILL.fullmatch(gap))
    loose = all(member.code in _LOOSE for member in group)
    if mark.code in {"free", "idle"}:
        if not near and (len(gap) > 14 or any(char in _STOPS for char in gap)) or (mark.code == "idle" and loose):
            return False
        return _note_free(text, group, mark, past, week)
    if not near:
        return False
    if mark.code == "duty" and all(member.code == "usual" for member in group):
        return False
    if mark.code == "can":
        return _note_can(text, group, mark, gap, past, week)
    if any(char in _STOPS for char in gap):
        return False
    said = spells(text, _last_clause(text, group, past, week))
    week.busy.extend(_asked(spell, (0, 1440)) for spell in said.excepted)
    if mark.code == "rest":
        week.rest.extend(_asked(spell, HALVES["allday"]) for spell in said.free if spell.days and not loose)
    elif mark.code == "work":
        week.busy.extend(_asked(spell, HALVES["daytime"]) for spell in said.free if not loose)
    elif mark.code == "busy" or not loose:
        week.busy.extend(_asked(spell, (0, 1440)) for spell in said.free if spell.days != ALL or spell.hours)
    return True


def _last_clause(text: str, group: list[Mark], past: int, week: _Week) -> list[Mark]:
    """What a word for busy speaks of; what stands before the last comma stands for itself."""
    for at in range(len(group) - 1, 0, -1):
        if any(char in _STOPS for char in text[group[at - 1].end : group[at].start]):
            _settle(text, group[:at], past, week)
            return group[at:]
    return group


def _asked(spell: Spell, otherwise: tuple[int, int]) -> Asked:
    return Asked(spell.days, *(spell.hours or otherwise))


def _note_free(text: str, group: list[Mark], mark: Mark, past: int, week: _Week) -> bool:
    before = text[_clause_start(text, group[0].start, past) : group[0].start]
    other = _OTHER.search(before) and not _MINE.search(before)
    if not other and not _ASKED.match(text, mark.end):
        _add(text, group, week, end=mark.end)
    return True


def _note_can(text: str, group: list[Mark], mark: Mark, gap: str, past: int, week: _Week) -> bool:
    start, end = _clause_start(text, group[0].start, past), _clause_end(text, mark.end)
    if _WORKING.match(text, mark.start) or _WORKING.match(text, mark.end):
        _add(text, group, week, end=mark.end)
        return True
    asked = _ASKED.search(text, mark.end, min(len(text), end + 1)) if end - mark.end <= 8 else None
    if asked or _ASKING.search(text, start, group[0].start) or text.startswith("小时", mark.end):
        return "," not in gap
    return _note_free(text, group, mark, past, week)


def _add(text: str, group: list[Mark], week: _Week, *, end: int) -> None:
    said = _refined(text, group, week)
    week.last = (end, len(week.free), group)
    free = [_asked(spell, HALVES["allday"]) for spell in said.free]
    if said.excepted and not free:
        free = [Asked(ALL, *HALVES["allday"])]
    week.free.extend(free)
    week.busy.extend(_asked(spell, (0, 1440)) for spell in said.excepted)


def _refined(text: str, group: list[Mark], week: _Week) -> Spells:
    """Hours right behind days or half a day say it more closely: 周末有空，上午; 晚上有空，八点半到十点半. What was said before is taken back."""
    said = spells(text, group)
    if (
        week.last is None
        or not said.free
        or any(spell.days for spell in said.free)
        or text[group[-1].end : group[-1].end + 1] in {"也", "还"}
    ):
        return said
    _, first, before = week.last
    if len(before) > 4 or not _closer(text, group[0].start, week):
        return said
    earlier = spells(text, before)
    if earlier.excepted or len(earlier.free) != 1:
        return said
    if earlier.free[0].hours is None:
        del week.free[first:]
        return Spells([spell._replace(days=earlier.free[0].days) for spell in said.free], said.excepted)
    if before[-1].code in HALVES and group[0].code == "clock" and not (group[0].clock and group[0].clock.half):
        del week.free[first:]
        return spells(text, [*before, *group])
    return said


def _closer(text: str, start: int, week: _Week) -> bool:
    """Whether words of time that begin at `start` stand right behind hours that were said to be free."""
    return week.last is not None and _ON.fullmatch(text, week.last[0], start) is not None


def _settle(text: str, group: list[Mark], past: int, week: _Week) -> list[Mark]:
    """A group of which nothing says whether it is free: it counts where it stands alone or names the hours of the work she wants."""
    if not group:
        return []
    said = spells(text, group)
    first, last = group[0].start, group[-1].end
    start, end = _clause_start(text, first, past), _clause_end(text, last)
    before, after = text[start:first], text[last:end]
    wish, grief = week.tone()
    bare = bool(_FILL.fullmatch(before)) and bool(_FILL.fullmatch(after))
    alone = bare and bool(_FILL.fullmatch(text[max(0, first - 60) : first])) and bool(_FILL.fullmatch(text[last : last + 60]))
    last_word = wish and end >= week.end and any(mark.code in {"day", "weekend"} for mark in group)
    timed = [spell for spell in said.free if spell.clock or (spell.days and spell.hours)]
    wanted = (
        _STATED.search(before)
        or _OFFERED.match(after)
        or _UP_TO.search(before)
        or (wish and _WORKING.match(after))
        or (not grief and (_CAN_BEFORE.search(before) and _ACT.match(after)))
    )
    listed = end >= week.end or bool(_NEXT.match(text, end))
    if (
        alone
        or wanted
        or (bare and _closer(text, first, week))
        or (bare and ((timed and not grief) or (last_word and not grief) or (wish and listed and any(spell.hours for spell in said.free))))
    ):
        if not (_OTHER.search(before) and not _MINE.search(before)):
            _add(text, group, week, end=last)
    elif bare and said.excepted:
        week.busy.extend(_asked(spell, (0, 1440)) for spell in said.excepted)
    elif wish and not _OTHER.search(before):
        week.hinted.extend(_asked(spell, HALVES["allday"]) for spell in said.free if spell.clock == "range")
    return []
