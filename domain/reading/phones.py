"""Reads a mainland mobile number (11 digits, 13 to 19), however it is grouped or spoken; another person's number is left out."""

from __future__ import annotations

import re

from domain.reading import numbers

_D = r"[0-9零幺一二三四五六七八九]"
_ONE = rf"(?:[两俩二三四五六七八]个{_D}|{_D})"
_SEP = r"[ \-–—.·()]{0,2}"
_NUMBER = re.compile(
    rf"(?=[+(0-9八一幺])(?<![0-9零幺])(?:\+|00)?(?:\(?\+?(?:86|八六)\)?{_SEP})?(?P<number>[1一幺][ \-]?[3-9三四五六七八九](?:{_SEP}{_ONE}){{1,9}}"
    rf"(?:,(?:{_SEP}{_ONE}){{4}}){{0,2}})(?![0-9零幺])"
)
_TIMES = re.compile(rf"([两俩二三四五六七八])个({_D})")
_ANOTHERS = re.compile(
    r"(?:老公|对象|男人|前夫|丈夫|婆婆|公公|俺?妈|爸|爹|娘|他|她|老板|物业|邻居|朋友|闺女|儿子|孩子他?爸|姐姐?|妹妹?|哥|弟|嫂子|大姐|人家|对方|厂里|骗子|中介|那人|同事|老师|房东|保安)"
    r"(?:们|家|那)?(?:的|的?(?:手机号?码?|电话号?码?|号码?|微信|联系方式))(?:也行|也中|都行|也可以|上)?(?:是|就是|[:,\s])*$|(?:原来|以前|之前|旧|老|不是|不用|原先|原号|从)(?:的|那个|号码?|手机号?|电话|是){0,3}[:,\s]?$"
)
_GONE = re.compile(r"[\s,]?(?:这个|那个)?(?:号码?)?(?:已经)?(?:不用了|停了|停机|作废|换成|改成|换了|丢了|不是我|改为|变成|打不通)")


def phone(text: str) -> str | None:
    """The first number that is hers, as 11 ASCII digits, in a normalised text."""
    if len(text) < 8:
        return None
    for match in _NUMBER.finditer(text):
        spoken = _TIMES.sub(lambda times: times[2] * (numbers.whole(times[1]) or 1), match["number"])
        digits = numbers.digits(spoken)
        if len(digits) != 11 or digits[0] != "1" or digits[1] < "3":
            continue
        if not _ANOTHERS.search(text[max(0, match.start() - 16) : match.start()]) and not _GONE.match(text, match.end()):
            return digits
    return None
