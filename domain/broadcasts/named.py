"""Places as staff write them: found by any of their names, and what is written like a place and is none comes back with the likely ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from domain.access import Scope
from domain.normal import normalise

_WHOLE = re.compile(r"社区|小区|居委会")
# 芝罘区槐荫里社区 is called 槐荫里社区 by who works there.
_DISTRICT = re.compile(r"^[\u4e00-\u9fff]{1,4}?[区县市](?=[\u4e00-\u9fff]{2})")
# What reads like a place: a name, and what such names end with.
_LIKE_PLACE = re.compile(
    r"([\u4e00-\u9fff\d]{2,8}?)(?:社区|小区|居委会|网格|街道|新村|家园|花园|[苑园村里庄镇乡路街巷湾滩楼栋幢院坊区县市])(?=[的会有住想在和跟与及或、，,。;； ]|$)"
)
# What is said around conditions and says nothing of whom.
_AROUND = (
    r"妈妈们?|宝妈们?|母亲们?|妇女|女士们?|姐妹们?|女性|居民|住户|大姐|家长|人员|孩子|小孩|宝宝|娃娃?|儿童|家里|家中"
    r"|发给|通知|请|住在|住的|居住|以及|还有|或者|或是|并且|而且|同时|都是|凡是|只要|就是|的话|我们|咱们?|本|该|这个|那个|"
    r"想找活|想干活|找活|干活|做活|想做|会做|能做|愿意|需要|可以|比较|一下|上面?|里的?|中的?|大的?|小的?|[的了过着有和跟与及或且、，,。.;；:：!！?？也都在是会想要能用做干找给把对从往带当没不人家户位名个岁月年]"
)
_FILLER, _FILLER_BEFORE = re.compile(_AROUND), re.compile(rf"^(?:{_AROUND})+")
_PIECE = re.compile(r"[\u4e00-\u9fffa-z0-9]{2,}")
# Two of three characters alike make a place likely.
LIKELY = 0.5
MOST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A community or a grid cell by its name, as staff say it."""

    scope: Scope
    name: str


def found(text: str, places: Iterable[Place]) -> tuple[tuple[Scope, ...], str]:
    """The places that a normalised text names, and the text without them. A cell counts instead of the community around it."""
    known = list(places)
    communities = [place for place in known if place.scope.cell_id is None]
    named: dict[Scope, None] = {}
    rest = text
    for place in communities:
        if spans := _spans(place.name, text):
            named[place.scope] = None
            rest = _without(rest, spans)
    cells = []
    for place in known:
        at = text.find(spelt := normalise(place.name).text) if place.scope.cell_id is not None else -1
        # 第一网格 is in every community: with a community named, only its own is meant.
        if at >= 0 and (not named or Scope(place.scope.community_id) in named):
            cells.append(place.scope)
            rest = _without(rest, [(at, at + len(spelt))])
    around = {scope.community_id for scope in cells}
    return tuple(dict.fromkeys([*cells, *(scope for scope in named if scope.community_id not in around)])), rest


def _spans(name: str, text: str) -> list[tuple[int, int]]:
    """Where a community is named: by its name with or without 社区 and district, or as one of a family (海风社区 for 海风1社区, 海风2社区)."""
    plain = _WHOLE.sub("", normalise(name).text)
    for short in dict.fromkeys((plain, _DISTRICT.sub("", plain))):
        spans = [match.span() for match in re.finditer(rf"(?<!\d){re.escape(short)}(?!\d)(?:社区|小区|居委会)?", text)]
        if spans:
            return spans
    family = re.sub(r"\d+", "", plain)
    if family == plain or len(family) < 2:
        return []
    return [match.span() for match in re.finditer(rf"{re.escape(family)}(?:社区|小区|(?=$|[的,、]))", text)]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The same text, so long as it was, with blanks there."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def unread(rest: str, *, placed: bool) -> str:
    """What of a text was not understood: a piece that reads like a place; where no place is named at all, any piece."""
    for match in _LIKE_PLACE.finditer(rest):
        if _FILLER.sub("", match[1]):
            return _FILLER_BEFORE.sub("", match[0])
    return "" if placed else next(iter(_PIECE.findall(_FILLER.sub(" ", rest))), "")


def likely(piece: str, places: Iterable[Place]) -> list[str]:
    """Names of places that a piece of text may mean, the likeliest first."""
    short = _WHOLE.sub("", piece)

    def close(name: str) -> float:
        plain = _WHOLE.sub("", normalise(name).text)
        return max(SequenceMatcher(None, short, one).ratio() for one in (plain, _DISTRICT.sub("", plain)))

    scored = sorted({place.name: close(place.name) for place in places}.items(), key=lambda pair: -pair[1])
    return [name for name, score in scored if score >= LIKELY][:MOST]
