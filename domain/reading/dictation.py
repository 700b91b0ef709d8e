"""Puts commas into dictated messages that have none, where a new thought begins, so that each clause can be read for itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.reading.lexicon import Hit

_SHORTEST = 24  # characters without punctuation that make a message a dictated one
_LONG = re.compile(r"[^,，.。!！?？;；:：、…\n~ ]{24,}")
_NUMBER = r"[^,]{0,5}[\d一二两三四五六七八九半][\d百千十]"
# A thought begins with one of these words …
_BEGINS = (
    r"[我俺](?=会[^的不点些一]|想[找学干做接要在]|[就只]想|平时|每天|今年|[二三四五]十|[2-5]\d|住|打字|手机|电话|现在|就能|能[做干开]|有[护驾月育电])"
    r"|(?<![我俺就只也还都很是])(?:就想|就是想|只想|想|打算)(?=找|学|接|干点|做点|在家)|(?<!还)有没有"
    r"|(?<![没只都就也还我俺不机社])会(?=做|包|擀|织|钩|绣|缝|打|剪|踩|串|开|用|带|护理|炒|蒸|封)|(?<=[行中空点])就是(?=礼拜|周|下午|上午|晚上)"
    rf"|(?<![我俺也])有(?:护理|月嫂|育婴|保育|厨师)[员师]?证|(?<![底低])(?:一个月|月薪|一天|一小时|时薪|工资)(?={_NUMBER})|(?<![打的])(?:手机|电话)(?=[号是]|[1一幺])"
    r"|(?<![了别])离家|最远|(?:走路|骑车|(?<!骑)电动车|骑电动车)(?=[^,]{0,4}[\d一二两三四五六七八九十半])|(?<![送接带看哄陪家])孩子(?=[上刚都一二三])|(?<=了)(?:[3-6]\d|[三四五六]十[一二三四五六七八九]?)了|路(?=[远近])|所以|但是|不过|而且"
    r"|(?<=[点会证做活事行中])(?:平时|工作日|每天|白天|周末|(?:周|礼拜|星期)[一二三四五六日天])"
)
# … or ends with one of these.
_ENDS = r"(?:(?:干不了|做不了|没问题|都会|都熟|拿手|都在行|都行|都中|都可以|有空|也行|也中)(?=[^的吗么不呢啊呀了吧嘛找去来织钩绣缝剪做打包])|的活(?=做|会|包|擦|打|带|我|俺|上午|下午|早上|平时|周|干完))"
# The first characters of both come first: the search then passes over all others at once.
_NEW = re.compile(
    rf"(?=[我俺就想只打有会离最走骑电孩所但不而平工每白周礼星手一月时路三四五六3-6干做没都拿也的])(?:(?P<ends>{_ENDS})|(?!^)(?={_BEGINS}))"
)


def punctuated(text: str, hits: Sequence[Hit]) -> tuple[str, Sequence[Hit]]:
    """The text with commas in its long stretches without any, and its hits moved along; one that a comma would cut is left out.

    Both are given back as they are where nothing is to be done. Linear in length.
    """
    if len(text) < _SHORTEST:
        return text, hits
    commas = [at for stretch in _LONG.finditer(text) for at in _breaks(text, *stretch.span())]
    if not commas:
        return text, hits
    ends = [0, *commas, len(text)]
    moved = []
    for start, end, kind, code, term in hits:
        shift = bisect_right(commas, start)
        if shift == len(commas) or end <= commas[shift]:
            moved.append(Hit(start + shift, end + shift, kind, code, term))
    return ",".join(text[low:high] for low, high in pairwise(ends)), moved


def _breaks(text: str, start: int, end: int) -> Iterator[int]:
    last = start
    for match in _NEW.finditer(text, start, end):
        if last < match.end() < end:
            last = match.end()
            yield last
