"""Reads the amounts of a message: the pay she asks for, and (from their own modules) distance, ages and phone."""

from __future__ import annotations

import re

from domain.codebook import Pay
from domain.reading import numbers
from domain.reading.ages import age, children
from domain.reading.distances import distance
from domain.reading.phones import phone

__all__ = ["Pay", "age", "children", "distance", "pay", "phone"]

_N = numbers.NUMERAL
_YUAN = r"(?:块钱?|元钱?|圆|rmb|人民币)"
_TAIL = r"(?:(?P<tenth{0}>[一二三四五六七八九\d]{{1,2}}|半)(?![百千万个天小月件时条双套单点\d十])毛?|毛)?"
_PIECES = r"[件个双条套单顶只串副朵束块张份袋箱包盒根把颗幅场批斤对枚枝篇]"
_UNIT = (
    r"(?P<month{0}>(?:一|每|每一|1)?个?月(?:薪|工资|收入|结)?|(?:一|每|1)个?月(?:能|给|挣|下来)?|/月|按月|月(?=[挣入拿得])[挣入拿得])|(?P<day{0}>(?:一|每|1)(?:天|日)|日(?:薪|结|工资)|/天|/日|按天)"
    r"|(?P<hour{0}>(?:一|每|1)个?(?:小时|钟头|钟点)|时薪|/小时|/时|/h|小时工|按小时)|(?P<piece{0}>(?:一|每|1|按|论|计){p}|计件|/{p})"
)
_BEFORE = re.compile(_UNIT.replace("{0}", "").replace("{p}", _PIECES))
_BEHIND = re.compile(r"\s?(?:以上|以内|左右|上下|起)?\s?(?:的|就行)?" + "(?:" + _UNIT.replace("{0}", "").replace("{p}", _PIECES) + ")")
_AMOUNT = re.compile(
    rf"{numbers.STARTS}(?<![\d.])(?P<low>{_N})(?!\d)(?:多|来|几)?(?:(?P<yuan>{_YUAN}){_TAIL.format(1)}|(?P<mao>毛钱?|角))?"
    rf"(?:(?:\s?[到至~\-—–]{{1,2}}\s?|(?<=[毛角])(?=[一二三四五六七八九][毛角]))(?P<high>{_N})(?:(?P<yuan2>{_YUAN}){_TAIL.format(2)}|(?P<mao2>毛钱?|角))?)?"
)
_MIN_BEFORE = re.compile(r"(?:至少|最少|最低|起码|不低于|不少于|少于|不能低于|不能少于|怎么也得|少说|保底|低于|底薪)[^,。]{0,6}$")
_MAX_BEFORE = re.compile(r"(?:不超过?|最多|顶多|至多|最高|不高于|别超过?|不能超过?|不多于|封顶|撑死)[^,。]{0,6}$")
_MAX_BEHIND = re.compile(r"(?:块钱?|元)?(?:钱)?(?:一个?(?:天|月|小时|钟头|件|个))?(?:以内|以下|之内|之下|封顶|以里|往下|打住)")
_WANTED = re.compile(
    r"工资|薪|待遇|包吃|包住|管饭|挣|收入|报酬|工钱|工价|给|要|开|赚|至少|最少|起码|不低于|不少于|少于|低于|不超|最多|至多|顶多|能有|有个|拿|有|期望|哪怕|图|少说|底薪"
)
_WANTED_BEHIND = re.compile(
    r"\s?(?:块钱?|元)?(?:以上|左右|以内|上下|起|往上|就(?:行|中|可以|干|去|成|够|知足|好|能)|也(?:行|中|可以|干|成)|都(?:行|中)|打底|多点|来块|的活|的工作)"
)
_UNWANTED = re.compile(
    r"(?:学费|押金|房租|奶粉|花了?|(?<!公)交了?|贷款?|房贷|车贷|欠|借|罚|低保|补助|补贴|费|赔|还(?!能|要|得|有)|开销|生活费|以前|原来|之前|去年|原先|上个月|以往|那会儿?|当初|过去|从前|老公|对象|男人|他|她|婆婆|公公|邻居|人家|丈夫|前夫|隔壁|嫂子|别人|有人|她们|楼上|对门|表姐|表妹|闺蜜"
    r"|孩子他?爸|被骗|骗|存|退|买|卖|攒|吃低保|房子|工坊|厂里?给|光|老板|涨|满|优惠|抽|扣|红包|彩礼|抚养费|药|托管|幼儿园|押|押了|还差|收)[^,。;!?]{0,9}$"
)
_NO_MONEY = re.compile(
    r"[\s]?(?:岁|个月|个孩|个娃|个(?:小时|钟头|人|字)|分钟?|刻|点(?!钱)|年|号|楼|栋|单元|小时|钟头|[件个双条套单顶只位口本家页杯瓶种项门节期级层句封部台辆]|米|里(?!地方)|公里|平|人|次|回|周|天(?!一)|度|斤|字|km|m|遍|趟|路(?![远近])|室|床|针|[:：]\d)"
)
_TOO = re.compile(r"(?:块钱?|元)?[^,。]{0,4}太?(?:贵|少了|低了|不够)")
_ANSWER = re.compile(
    rf"[\s,。]*(?:大概|大约|差不多|至少|最少|最多|不超过|要|给|起码|一般)*{_N}(?:{_YUAN})?(?:[到至~\-—]{_N})?(?:{_YUAN})?(?:以上|以内|左右|上下|就行|就中|起|吧|哈|啊|呗|行|来块|多)*[\s,。!]*"
)
_TRIGGER = re.compile(r"[十百千万k薪件毛角元块]|\d\d|一天|每天|小时|月|钟头")


# 一百五一天 is 150 a day, not 151 days.
_ONE_UNIT = re.compile(
    rf"(?<=[百千万元块二三四五六七八九])(?<!第)一(?=天|个?月|个?小时|个?钟头|{_PIECES})|(?<=[二两三四五六七八九]十)一(?=天|个?月|个?小时|个?钟头|{_PIECES})"
)
_PHONE = re.compile(r"1\d{2}[ \-–—]{0,3}\d{3,4}[ \-–—]{0,3}\d{3,5}")
_LEAST = {"month": 100, "day": 10, "hour": 3, "piece": 0.01}


def pay(text: str) -> Pay | None:
    """The pay she asks for in a normalised text. Without a unit it is a month's from 500 up."""
    if not _TRIGGER.search(text):
        return None
    text = text.replace("千儿八百", "千八百").replace("百儿八十", "百八十") if "儿八" in text else text
    text = _ONE_UNIT.sub(" 一", _PHONE.sub("号码", text))
    alone = len(text) <= 24 and _ANSWER.fullmatch(text) is not None
    found: Pay | None = None
    at = 0
    for match in _AMOUNT.finditer(text):
        read = _read(text, match, alone=alone) if match.start() >= at else None
        if read is None:
            continue
        if found is None:
            found, at = read, match.end()
            continue
        # 至少两千最多三千: the second completes the first.
        if match.start() - at <= 12 and "max" in read and "min" not in read and "max" not in found:
            found["max"] = read["max"]
        break
    return found


def _read(text: str, match: re.Match[str], *, alone: bool) -> Pay | None:
    start, end = match.span()
    if _NO_MONEY.match(text, end) or _TOO.match(text, end):
        return None
    before = text[max(0, start - 14) : start]
    before = before[max(before.rfind(char) for char in ",。;!?\n") + 1 :]
    value = _bounds(match)
    if value is None or (match["low"][0].isdigit() and (len(match["low"]) > 5 or re.match("0[0-9]", match["low"]))):
        return None
    unit = _unit(text, before, start, end)
    money = bool(match["yuan"] or match["mao"] or match["yuan2"] or match["mao2"])
    wanted = money or _WANTED.search(before) or _WANTED_BEHIND.match(text, end) or alone
    if _UNWANTED.search(before) or not (wanted or unit):
        return None
    if not unit:
        if value[0] < 500 or (not money and not alone and not _WANTED.search(before) and not _WANTED_BEHIND.match(text, end)):
            return None
        if alone and match["low"].isdigit() and value[0] % 50:
            return None
        unit = "month"
    return _bounded(text, match.end(), before, value, unit)


def _bounds(match: re.Match[str]) -> tuple[float, float] | None:
    """The least and the most of an amount; 两到三千 is 2000 to 3000."""
    value = _value(match, "low", "yuan", "tenth1", "mao")
    if value is None or not match["high"]:
        return value
    second = _value(match, "high", "yuan2", "tenth2", "mao2")
    if second is None:
        return None
    low, high = value[0], second[1]
    if match["mao2"] and not match["mao"] and not match["yuan"]:
        low /= 10
    if low < 10 <= high and match["high"][-1] in "十百千万k":
        low *= numbers.UNITS[match["high"][-1]]
    return low, high


def _bounded(text: str, end: int, before: str, value: tuple[float, float], unit: str) -> Pay | None:
    low, high = value
    if low > 100_000 or high < _LEAST[unit]:
        return None
    if _MAX_BEFORE.search(before) or _MAX_BEHIND.match(text, end):
        return {"max": _plain(high), "unit": unit}
    if high > low:
        return {"min": _plain(low), "max": _plain(high), "unit": unit}
    return {"min": _plain(low), "unit": unit}


def _plain(value: float) -> float:
    return int(value) if value == int(value) else round(value, 2)


def _value(match: re.Match[str], number: str, yuan: str, tenth: str, mao: str) -> tuple[float, float] | None:
    read = numbers.span(match[number])
    if read is None:
        return None
    if match[mao]:
        return read[0] / 10, read[1] / 10
    if match[yuan] and match[tenth]:
        if match[tenth] == "半":
            return read[0] + 0.5, read[1] + 0.5
        more = [numbers.whole(char) or 0 for char in match[tenth]]
        return read[0] + more[0] / 10, read[1] + more[-1] / 10
    return read


def _unit(text: str, before: str, start: int, end: int) -> str:
    """The unit right behind the amount, else the nearest before it in its clause."""
    behind = _BEHIND.match(text, end)
    if behind and behind.lastgroup:
        return behind.lastgroup
    last = None
    for match in _BEFORE.finditer(before):
        last = match
    return (last.lastgroup or "") if last else ""
