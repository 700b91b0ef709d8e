"""Rewrites hours that follow from the children's day as plain hours: 八点上学四点放学，中间有空 says 八点到四点, 不是上午是下午 says 下午."""

from __future__ import annotations

import re

_HALF = r"(?:早上|早晨|早起|上午|中午|晌午|下午|过午|傍晚|晚上)?"
_FIRST = r"(?=[早上中晌下过傍晚\d一二两三四五六七八九十他她孩娃小大闺儿老俩宝])"  # lets the search pass over other characters
_CLOCK = rf"{_HALF}(?:[01]?\d|二?十[一二三四五六七八九]?|[一二两三四五六七八九])(?:点|:)(?:半|[一三]刻|[0-5]\d|[一二三四五]?十[一二三四五六七八九]?分?|零?五分?)?(?:钟|左右|多)?"
_CHILD = r"(?:他们?|她|孩子们?|娃们?|小的|大的|闺女|儿子|老[大二]|俩孩子|宝宝)"
_TAKEN = rf"(?:我|就|要|得|去|才)*(?:把?{_CHILD})?(?:送|上(?:校车|班车|学)|入园|进园|进校门|进校|到校|去学校|去幼儿园|出门|上课|走)(?:走|完|去|到|进|了)?(?:{_CHILD})?(?:校门|学校|幼儿园|学|园|上学|进去)?"
_BACK = (
    rf"(?:我|就|要|得|去|才|再)*(?:{_CHILD})?(?:接|放学|下学|离园|出园|放|回来|回家|到家|到站|下车)(?:{_CHILD})?(?:放学|回家|回来|学|园)?"
)
_BETWEEN = r"(?:在?[这那]?(?:中间|之间|当中|期间|当间|空当|空档)|[这那](?:段|个空|段时间|阵|会儿)|(?=[^,。]{0,6}(?:闲|有空|没事|空着|能干|能来|能去)))"
_GAP = re.compile(rf"{_FIRST}(?:{_CHILD}|娃)?({_CLOCK}){_TAKEN}[,\s]?{_CHILD}?({_CLOCK}){_BACK}[,\s]?{_BETWEEN}")
# 孩子五点半放学，之前都有空
_UNTIL = re.compile(rf"{_FIRST}{_CHILD}?({_CLOCK}){_BACK}[,\s]?(?:我)?(?:在?[这那]?(?:之前|以前|前头|前边|前面))")
_BEFORE_SCHOOL_ENDS = re.compile(r"(?:放学|接孩子|接娃|孩子回来|孩子回家)(?:之|以)?前")
_ENDS_AT = re.compile(
    rf"(?:{_CHILD})?({_CLOCK})(?:才|就)?(?:放学|接孩子|接娃|下学)(?!前|以前|之前)|(?:放学|接孩子|接娃)(?:是|在|得)?({_CLOCK})"
)
_ERRAND_OUT = re.compile(rf"(除[了去开])[^,。\d除]{{0,3}}(?:接|送|做饭)[^,。\d]{{0,6}}?(?={_CLOCK})")
_BACK_HOME = re.compile(r"[接放回]|下学|下车|到[站家]|离园|出园|送")
_LONGEST = 400  # characters; a longer text is no message about somebody's day, and need not be searched twice
_NOT_BUT = re.compile(r"不是[^,。是]{1,8}?,?(?:而)?是")


def plain_hours(text: str) -> str:
    """The normalised text with such hours said plainly. Linear in length."""
    if len(text) > _LONGEST:
        return text
    if "不是" in text:
        text = _NOT_BUT.sub("是", text)
    if "点" not in text and ":" not in text:
        return text
    if _BACK_HOME.search(text) is None:
        return text
    if text.count("点") + text.count(":") > 1 and _GAP.search(text):
        text = _GAP.sub(r"\1到\2", text)
    if "前" in text:
        text = _before_school_ends(text)
    return _ERRAND_OUT.sub(r"\1", text) if "除" in text else text


def _before_school_ends(text: str) -> str:
    if _UNTIL.search(text):
        text = _UNTIL.sub(r"\1之前", text)
    if (before := _BEFORE_SCHOOL_ENDS.search(text)) and (at := _ENDS_AT.search(text)):
        clock = at[1] or at[2]
        text = text[: before.start()] + clock + "之前" + text[before.end() :]
        text = text.replace(at[0], "") if clock + "之前" != at[0] else text
    return text
