"""What her words point at among posts she was just shown (第一个在哪, 还有别的吗, 我想去2): which of them, and what she wants of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from domain.forms.numerals import integer
from domain.normal import normalise

# Longer words are a matter of their own, not a finger pointing at a list.
LONGEST = 24
Wanted = Literal["want", "where", "far", "hours", "pay", "bring", "phone", "share", "detail", "more", "others", "nearer"]


class Pointing(NamedTuple):
    """What is wanted, and of which of the posts (0 is the first); None where she names none."""

    wanted: Wanted
    which: int | None


_NUMBER = r"(\d{1,2}|[一二两三四五六七八九十])"
_ORDINAL = re.compile(
    rf"第{_NUMBER}(?:个|份|家|条|号|种)?|{_NUMBER}号(?!线|楼|院)|(?:^|[去要选看报享情])\s*{_NUMBER}(?:个)?$|^{_NUMBER}(?=在|离|多|怎|的|是)"
)
_LAST, _ABOVE = re.compile(r"最后(?:那|一)个|最下面"), re.compile(r"上面那?个|刚才那?个|那个|这个")
_SAID: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("others", re.compile(r"换一批|换一换|换几个|换别的|都不(?:合适|喜欢|行)|这几个不")),
    (
        "more",
        re.compile(
            r"还有(?:别的|其他|其它|没有|吗|什么|啥|更多)|^(?:更多|下一批|再来几个|别的呢|其他的?|别的)|有没有(?:别的|其他)|再看看别的"
        ),
    ),
    ("nearer", re.compile(r"近一?[点些]|近的|太远|离家近")),
    ("far", re.compile(r"多远|远不远|远吗|几公里|多少公里|多少米|几里|走(?:路)?要?多久|要走多久")),
    ("where", re.compile(r"在哪|哪里|哪儿|地址|怎么(?:走|去)|咋(?:走|去)|位置|地图|什么地方|啥地方")),
    ("phone", re.compile(r"电话|联系方式|怎么联系|号码")),
    ("hours", re.compile(r"什么时候(?:去|上班|干)|几点|啥时候|什么时间|上班时间|多长时间|干多久|几个小时")),
    ("pay", re.compile(r"多少钱|(?:工钱|工资)(?:多少|怎么|咋|是|高|呢|$)|挣多少|怎么算钱|一件多少|钱怎么")),
    ("bring", re.compile(r"带(?:什么|啥|些什么)|准备(?:什么|啥)|要带")),
    ("share", re.compile(r"分享|转给|发给(?:别人|朋友|姐妹)")),
    ("detail", re.compile(r"详情|详细|看看|介绍|讲讲|说说|具体|了解|什么活|干什么|干啥|做什么|做啥")),
    ("want", re.compile(r"想去|要去|报名|我要|我去|我选|就要|想要|选|想报|想试|去试|^去|^要")),
)
_REFUSES = re.compile(r"不(?:想|去|要|干|做)(?!.*换)|没去|去不了")
# What points at nothing by itself, since it is said of much else as well.
_NEEDS_WHICH = {"want", "detail", "pay", "share", "hours", "bring", "phone"}


def pointing(text: str, titles: Sequence[str], *, one: bool = False) -> Pointing | None:
    """What she points at; None where it is something else. `titles` are of the posts she was shown, in their order; `one`: she looked at one of
    them alone since, so that none has to be named."""
    plain = normalise(text, join=True).text.strip(" ，。！？、,.!?~～")
    if not plain or len(plain) > LONGEST or not titles:
        return None
    if _REFUSES.search(plain) or _beyond(plain, titles):
        return None
    which = _which(plain, titles)
    wanted = next((wanted for wanted, said in _SAID if said.search(plain)), None)
    if wanted is None:
        return Pointing("detail", which) if which is not None and _bare(plain, titles) else None
    if which is None and wanted in _NEEDS_WHICH and len(titles) > 1 and not one and not _alone(plain, wanted):
        return None
    return Pointing(wanted, which)


def _which(plain: str, titles: Sequence[str]) -> int | None:
    named = [at for at, title in enumerate(titles) if normalise(title).text in plain]
    if len(named) == 1:
        return named[0]
    if (number := _number(plain)) is not None:
        return number - 1
    if _LAST.search(plain):
        return len(titles) - 1
    return 0 if len(titles) == 1 and _ABOVE.search(plain) else None


def _number(plain: str) -> int | None:
    """The ordinal that she says, counted from 1."""
    match = _ORDINAL.search(plain)
    if match is None:
        return None
    number = next(group for group in match.groups() if group)
    return integer(number)


def _beyond(plain: str, titles: Sequence[str]) -> bool:
    """Whether she names one that the list has not."""
    number = _number(plain)
    return number is not None and not 0 < number <= len(titles)


def _bare(plain: str, titles: Sequence[str]) -> bool:
    """Whether nothing is said but which one."""
    rest = _ORDINAL.sub("", plain)
    for title in titles:
        rest = rest.replace(normalise(title).text, "")
    return len(re.sub(r"[那这就的呢吧啊个最后面上要我看]", "", rest)) == 0


# Said of the whole list these are short: 电话多少, 几点, 多少钱.
def _alone(plain: str, wanted: Wanted) -> bool:
    return wanted in ("phone", "hours", "pay", "bring") and len(plain) <= 7
