"""Reads her own age in years and her children's ages in months; other people's ages, school classes and birth years are left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from domain.reading import numbers

_N = numbers.NUMERAL
_CHILD = (
    r"孩子们?|小孩|孩儿|娃娃?|宝宝|宝贝|宝|闺女|儿子|女儿|小子|嫚儿?|丫头|姑娘|妮子?|老大|老二|老三|老幺|大的|小的|中间的|二的|三的|最小的|最大的|老小|大宝|二宝|三宝|二胎|头胎|三胎"
    r"|双胞胎|龙凤胎|三胞胎|双棒儿?|双生|男孩|女孩|男娃|女娃"
)
_GRAND = r"孙子|孙女|外孙女?|重孙|孙|侄子|侄女|侄|外甥女?|外甥"
_ADULT = (
    r"婆婆|公公|公婆|老公公?|对象|男人|老伴|丈夫|爱人|前夫|前妻|媳妇|妈妈?|爸爸?|爹|娘|奶奶|爷爷|姥姥|姥爷|老人|老头|老太太?|哥哥?|弟弟?|姐姐?|妹妹?|嫂子?|妯娌|叔|姨|姑姑?|舅"
    r"|邻居|同事|朋友|老板|主任|老师|他|她|大姐|大娘|大爷|儿媳|女婿|狗|猫|那口子|掌柜的"
)
_SELF = r"我们?|俺们?|咱|本人|自己|今年|年龄|年纪|岁数|芳龄"
_FIRST = "".join(sorted({word.lstrip("(?<!其)")[0] for words in (_CHILD, _GRAND, _ADULT, _SELF) for word in words.split("|")}))
_WHO = re.compile(
    rf"(?=[{_FIRST}])(?:(?P<grand>{_GRAND})|(?P<kin>(?:{_ADULT})(?:家)?的?[那个小俩]{{0,2}}(?:孩子"
    rf"|娃|闺女|儿子))|(?P<child>{_CHILD}|一个)|(?P<adult>{_ADULT})|(?P<self>{_SELF})"
    rf"|(?P<role>孩子他?[爸妈爹娘]|孩儿他[爹娘]|娃他?[爸妈爹娘]|孩子[姥爷奶][姥爷奶]?))"
)
_AGE = re.compile(
    rf"(?=[\d{numbers.CHINESE}半刚才出过已满])(?:(?<!老)(?P<years>{_N})(?:个?(?:周|整|虚)?岁(?P<half>半|多"
    rf"|来)?(?:零|又|加)?(?:(?P<and>{_N})个(?P<andhalf>半)?月)?|(?P<month>个(?P<monthhalf>半)?(?:多"
    rf"|来)?月|月(?=大|了|多|的)))"
    r"|(?P<halfyear>(?<![一二三四五六七八九两十多年])半周?岁)|(?P<full>(?:刚|才|刚刚|出|过|已|已经)满月|满月了))"
)
# A number after a word for a child, without 岁: 老大七岁老二三, 儿子十三闺女十岁.
_SHORT = re.compile(
    rf"(?=[{_FIRST}])(?:{_CHILD})(?:今年|都|才|刚|也|快|已经|现在|是"
    rf"|,(?=.{{1,3}}了))*(?P<years>[一两二三四五六七八九]|十[一二三四五六七八九]?|二十[一二三四五]?|1?\d"
    rf"|2[0-5])(?=了(?!个)|啦|[,。;!? ]|$|(?:{_CHILD}))"
)
_OWN = re.compile(
    r"(?:(?P<me>我|俺|本人|自己|女[,\s]{0,2})(?:叫[一-龥]{2,4}?[,\s]?)?(?:今年|现在|都|也|已经|快|是|刚|虚岁|周岁)*"
    r"|(?P<now>属[鼠牛虎兔龙蛇马羊猴鸡狗猪]的?|今年|年龄|年纪|岁数|虚岁)(?:是|都|也|已经|[:,\s]|改成|改为|填|写|应该|刚|整|虚岁|周岁){0,4})"
    r"(?P<years>[2-7]\d|1[6-9]|[二三四五六七]十[一二三四五六七八九]?|十[六七八九])"
)
_CORRECTED = re.compile(
    r"(?:年龄|年纪|岁数)[^,。\d]{0,8}(?:,)?(?:我)?(?:今年)?(?:是|改成|改为|应该是|:)(?P<years>[2-7]\d|[二三四五六七]十[一二三四五六七八九]?)"
)
_BEHIND = re.compile(
    rf"(?:半|多)?(?:的)?(?:那个|小|亲)?(?:(?P<grand>{_GRAND})|(?P<child>孩子|小孩|娃|宝宝|闺女|儿子|女儿|小子|嫚|丫头|男孩|女孩|双胞胎|龙凤胎))"
)
_CLAUSE_ON = re.compile(r"[^,]{0,10},[^,]{0,6}$")
_WHICH = frozenset({"大的", "小的", "老大", "老二", "老三", "一个", "二的", "最小的", "最大的"})
_BABY = re.compile(r"大|的(?:大|小)?(?:宝|孩子|娃|奶娃|闺女|儿子|女儿|嫚|小家伙|小不点|小子|(?<=大|小)的)|(?:宝宝|奶娃)")
_SMALL = 12  # years up to which 他 is rather the child than a man
_PRONOUN = re.compile(r"[他她](?:现在|今年|都|也|才|刚|还不到|快)*$")
_NAMED_CHILD = re.compile(_CHILD)
_SPAN = re.compile(r"怀|孕|拖|欠|病|住院|发|领")
_ABOUT_NOW = re.compile("今年|刚|快|都|已经|虚|周岁")
_ME_NEXT = re.compile(r"了|啦|咧|都|[,。;!?\s]|$|属|整|岁")
_SAID_BEFORE = re.compile(r"(?:年龄|年纪|岁数)[^。\d]{0,8}[,\s](?P<years>[2-7]\d|[二三四五六七]十[一二三四五六七八九]?)(?=[,。了\s]|$)")
_ALONE = re.compile(
    r"[\s,。]*(?:是|今年)?\s*(?P<years>[2-7]\d|1[6-9]|[二三四五六七]十[一二三四五六七八九]?|十[六七八九])(?:整"
    r"|周)?岁?(?:了|啦|咧|吧|哈|呀|啊|呢)?[\s,。!]*"
)
# A bare number opens the message or a clause: 三十九了, 五十八了还有人要不.
_CLAUSE = re.compile(r"(?:^|[,。;!?\s])(?P<years>[2-7]\d|[二三四五六七]十[一二三四五六七八九]?)(?=了|啦|咧|整)")
_AGED = re.compile(r"[2-7]\d|[二三四五六七]十|1[6-9]|十[六七八九]")
# 李桂芳，四十一，: a number behind a name.
_NAMED = re.compile(
    r"(?:^|[,。\s叫是])[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文宫曲牟迟]"
    r"[一-龥]{1,2}[,\s](?:女[,\s])?(?P<years>[2-6]\d|[二三四五六]十[一二三四五六七八九]?)(?=[,。\s]|$)"
)
_UNIT = re.compile(r"[\d点:块元个年月号天分米里公平人万千百十到至~\-—%次件多来出几度斤楼栋单户级届路栋幢秒条双]|左右|上下")
_AGEISH = re.compile(r"[\s,。;!?了啦咧都整属会岁家想没女有结不的在带能可是从初高中离干]|$")
_GENERIC = re.compile(
    r"(?:以下|以上|以内|之内|之下|之前|以前|以后|之后|及以|[到至~\-—]|的时候|时候|那年|那会|起|开始|就(?!(?:想|能|一个|爱|是))|前"
    r"|上小学|才能|才收|才让|左右的|就能|可以上|往上|往下|时)"
)
_GENERIC_BEFORE = re.compile(
    r"(?:[到至~\-—从够]|(?<![刚已才经])满|(?<![刚已才经])过|未满|不满|低于|小于|大于|给|明年|后年|去年|前年|过年|年后|怀孕?|怀了|孕"
    r"|肚子里|等|招|年满|要求|限)(?:个|了)?$"
)
_MONTH_LINK = re.compile(
    r"(?:[\s,]|才|刚|都|也|快|是|今年|现在|有|满|了|已经|的|只|仅|还|不到|大概|这|一个|又|目前|就|还不|家|俺|我|小|儿|出生|过|将|还小){0,6}"
)
_MONTH_NEXT = re.compile(
    r"[\s,。;!?大了啦,走离还吃要没需,]|$|的(?:宝|孩|娃|小|奶|闺|儿|女|嫚|$|,)|(?:孩子|娃|宝宝|小孩|奶娃)|(?:老|大的|小的|会|断奶|想|在|正|找|有)"
)
_ABOUT = re.compile(r"[多来几]|出头")
_TWINS = re.compile(
    r"三胞胎|双胞胎|龙凤胎|双棒|双生|一对(?:儿子|闺女|女儿|小子|娃|儿女|宝)|(?:俩|两个)(?:孩子|娃|闺女|小子|儿子|女儿|宝宝|嫚儿?|小孩)[^,。]{0,3}(?:都|全|一般大)"
)
_WRONGLY = ("不是", "记成", "写成", "填成", "登成", "错成", "记成了", "写成了")
_HELD = re.compile(r"(?:[抱背搂揣奶喂带]着?|怀里|手上|身边)(?:有|是|还|个|一个|着)*$")
# 俩小子，十一和七岁: the ages before the last one go without 岁.
_PAIR = re.compile(
    rf"(?:俩|两个|两|2个|仨|三个|3个)?(?:{_CHILD})[^,。\d一二两三四五六七八九十]{{0,4}},?(?:大的|一个|分别|是|都)*(?P<years>1?\d|十[一二三四五六七八九]?|[一两二三四五六七八九])"
    rf"(?:(?:、|,)(?P<second>1?\d|十[一二三四五六七八九]?|[一两二三四五六七八九]))?(?=(?:和|跟|、|,|还有|,?一个|,?小的)+(?:1?\d|十[一二三四五六七八九]?|[一两二三四五六七八九])个?周?岁)"
)
_PUT_RIGHT = re.compile(r"其实|应该|改成|改为|实际|不对")


class _Said(NamedTuple):
    start: int
    end: int
    months: int
    years: int | None  # None where months were said
    who: str


def age(text: str) -> int | None:
    """Her age in years in a normalised text, or in a short answer; None where she gives none or only 四十出头."""
    if alone := _ALONE.fullmatch(text[:20]) if len(text) <= 20 else None:
        return numbers.whole(alone["years"])
    if "岁" in text:
        for said in _ages(text):
            if said.who in {"self", ""} and said.years is not None and 16 <= said.years <= 79 and (said.who or said.years >= 18):
                return said.years
    if not _AGED.search(text):
        return None
    for pattern in (_CORRECTED, _SAID_BEFORE, _OWN, _CLAUSE, _NAMED):
        for match in pattern.finditer(text):
            if pattern is _NAMED or _fits(text, match, pattern is _OWN):
                return numbers.whole(match["years"])
    return None


def _fits(text: str, match: re.Match[str], own: bool) -> bool:
    """Whether a number without 岁 is an age: no unit behind it, nobody else in front."""
    at = match.end("years")
    if _UNIT.match(text, at) or not _AGEISH.match(text, at):
        return False
    if own and match["me"] and not _ABOUT_NOW.search(match[0]) and not _ME_NEXT.match(text, at):
        return False
    return _who(text, match.start("years"), adult=True) in {"self", ""}


def children(text: str) -> list[int]:
    """Her children's ages in months, eldest first; twins twice. Empty where she gives none."""
    if not any(char in text for char in "岁月") and not _SHORT.search(text):
        return []
    found: list[int] = []
    reach = 0
    for said in sorted([*_ages(text), *_short(text)]):
        if said.start < reach or not (said.who in {"child", ""} or _of_the_child(text, said)):
            continue
        if said.who == "" and (said.years is None or said.years >= 18):
            continue
        if said.years is not None and said.years > 35:
            continue
        if found and _PUT_RIGHT.search(text, reach, said.start):
            found.clear()
        reach = said.end
        found.extend([said.months] * _times(text, said))
    return sorted(found, reverse=True)


def _of_the_child(text: str, said: _Said) -> bool:
    """Whether 他 or 她 stands for the child that was spoken of: 把娃哄睡了，他才一岁半."""
    told = said.who == "adult" and said.years is not None and said.years <= _SMALL
    return (
        told
        and _PRONOUN.search(text, max(0, said.start - 5), said.start) is not None
        and _NAMED_CHILD.search(text, 0, said.start) is not None
    )


def _times(text: str, said: _Said) -> int:
    """How many children share the age: twins are named just before it or right behind."""
    start = max(0, said.start - 16)
    before = text[start : said.start]
    match = None
    for twins in _TWINS.finditer(before):
        match = twins
    if match is None or _AGE.search(before, match.end()):
        match = _TWINS.match(text, said.end + text.startswith("的", said.end))
    if match is None:
        return 1
    return 3 if match[0] == "三胞胎" else 2


@lru_cache(maxsize=1)  # `age` and `children` read the same message in a row
def _ages(text: str) -> tuple[_Said, ...]:
    return tuple(said for match in _AGE.finditer(text) if (said := _one(text, match)))


def _one(text: str, match: re.Match[str]) -> _Said | None:
    if match["full"]:
        who = _who(text, match.start(), adult=False)
        return _Said(match.start(), match.end(), 1, None, who if who == "grand" else "child")
    if match["halfyear"]:
        return _Said(match.start(), match.end(), 6, None, _who(text, match.start(), adult=False) or "child")
    read = numbers.span(match["years"])
    if read is None or _ABOUT.match(text, match.end("years")):
        return None
    years = int(read[0])
    if match["month"]:
        return _months(text, match, years)
    if read[0] != read[1] and read[1] < 18 and _GENERIC.match(text, match.end()):
        return None
    before = text[max(0, match.start() - 4) : match.start()]
    if _GENERIC_BEFORE.search(before) or _GENERIC.match(text, match.end()) or _ABOUT.match(text, match.end()) or before.endswith(_WRONGLY):
        return None
    extra = numbers.whole(match["and"]) or 0 if match["and"] else 6 if match["half"] == "半" else 0
    return _Said(match.start(), match.end(), years * 12 + extra, years, _owner(text, match, years))


def _owner(text: str, match: re.Match[str], years: int) -> str:
    """Whose age it is: the word behind 的 (六岁的闺女), else the nearest before."""
    behind = _BEHIND.match(text, match.end())
    if behind and (behind["grand"] or text.startswith("的", match.end()) or years < 16):
        return "grand" if behind["grand"] else "child"
    return _who(text, match.start(), adult=years >= 18)


def _months(text: str, match: re.Match[str], months: int) -> _Said | None:
    """N个月 is an age only right behind a child or with 大 or a child right behind; else it is a span of time."""
    if not 0 < months <= 48 or _GENERIC_BEFORE.search(text[max(0, match.start() - 4) : match.start()]):
        return None
    link = text[max(0, match.start() - 14) : match.start()]
    who = list(_WHO.finditer(link))
    near = (
        bool(who)
        and bool(_MONTH_LINK.fullmatch(link[who[-1].end() :]))
        and who[-1].lastgroup == "child"
        and bool(_MONTH_NEXT.match(text, match.end()) or re.search("[才刚]$", link))
    )
    said = _BABY.match(text, match.end())
    held = _HELD.search(link) and text.startswith(("的", "大"), match.end())
    if not near and not said and not held:
        return None
    if not near and who and who[-1].lastgroup in {"grand", "kin", "adult"}:
        return None
    return (
        None
        if _SPAN.search(link[max(0, who[-1].start() - 2) :] if near else link[-8:])
        else _Said(match.start(), match.end(), months, None, "child")
    )


def _who(text: str, at: int, *, adult: bool) -> str:
    """Of whom the words before `at` speak: grand, child, adult, self, or nobody. A grown-up's age is not that of a child of another clause."""
    low = max(0, at - 24)
    stop = max(text.rfind(char, low, at) for char in "。;!?\n")
    low = max(low, stop + 1)
    last = grand = None
    for last in _WHO.finditer(text, low, at):
        grand = last if last["grand"] else None if last["child"] and last[0] not in _WHICH else grand
    if last is None:
        return ""
    kind = last.lastgroup or ""
    if grand is not None and last[0] in _WHICH:
        return "grand"
    between = text[last.end() : at]
    if kind == "child" and last[0] == "一个" and not adult:
        return "child"
    if kind == "child" and adult and ("," in between or " " in between or len(between) > 6):
        return ""
    if kind in {"adult", "kin", "role"} and ("," in between or " " in between or len(between) > 8):
        return "" if not adult or _CLAUSE_ON.match(between) is None else kind
    if kind == "self" and not adult:
        return ""
    return kind


def _short(text: str) -> list[_Said]:
    result = []
    for match in _SHORT.finditer(text):
        years = numbers.whole(match["years"]) or 0
        if 0 < years <= 25 and not match[0].startswith("一个"):
            who = _who(text, match.start("years"), adult=False)
            result.append(_Said(match.start("years"), match.end(), years * 12, years, who))
    for match in _PAIR.finditer(text) if "岁" in text else ():
        for group in ("years", "second"):
            if match[group] and 0 < (years := numbers.whole(match[group]) or 0) <= 25:
                result.append(_Said(match.start(group), match.end(group), years * 12, years, _who(text, match.start(group), adult=False)))
    return result
