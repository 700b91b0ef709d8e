"""Whom a broadcast is for: read from words or taps, kept as plain data, and never wider than what its writer may do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from domain.access import CITY, Scope
from domain.broadcasts.named import Place, found, unread
from domain.months import later, month_of
from domain.normal import normalise
from domain.reading.lexicon import scan
from domain.reading.numbers import NUMERAL, span

STATUSES = ("applied", "started", "class")
# What staff say of a child instead of its age, in months (家长说法, not a law's).
_STAGES = {"婴儿": (0, 12), "吃奶": (0, 12), "托班": (18, 36), "幼儿园": (36, 83), "学龄前": (0, 83), "小学": (72, 155), "初中": (144, 191)}
_NUMBER = rf"({NUMERAL}?)(个?半)?"
_BETWEEN = re.compile(rf"({NUMERAL})(?:个?(岁|月))?(?:到|至|-|—|~)({NUMERAL})个?(岁|月)")
_BELOW = re.compile(rf"(不到|不满|没到|未满)?{_NUMBER}个?(岁|月)(半)?(以下|以内|之内|之下|内)?")
_ABOVE = re.compile(rf"{_NUMBER}个?(岁|月)(半)?(?:以上|往上)")
_STATUS = {
    "applied": re.compile(r"报(?:过|了)名|报名(?:了|过|等)|等(?:着)?(?:回话|答复)"),
    "started": re.compile(r"(?:已经?|正)?(?:上了?岗|在岗|开始干活)"),
    "class": re.compile(r"(?:正在?)?(?:上课|在学|培训)(?:的|中|班)|学员"),
}
_EVERYBODY = re.compile(r"全部|所有|大家|每个|每位|都发|全体|全社区|全市|全城|整个城市")
_CHANNEL = {"wechat": re.compile("微信"), "telegram": re.compile("telegram|电报"), "web": re.compile("网页")}


class Kept(TypedDict, total=False):
    """An audience as the notice keeps it; `places` are (community, cell), `counted` is how many on which channel, or why not."""

    places: list[tuple[int | None, int | None]]
    months: tuple[int, int] | None
    skills: tuple[str, ...]
    modes: tuple[str, ...]
    status: str
    channel: str
    counted: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is meant: all conditions hold together, each with any of its values. `places` empty is everywhere, `months` a child's age."""

    places: tuple[Scope, ...] = ()
    months: tuple[int, int] | None = None
    skills: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    status: str = ""
    channel: str = ""

    def to_json(self) -> Kept:
        """As the notice keeps it."""
        return {
            "places": [(place.community_id, place.cell_id) for place in self.places],
            "months": self.months,
            "skills": self.skills,
            "modes": self.modes,
            "status": self.status,
            "channel": self.channel,
        }

    @classmethod
    def from_json(cls, kept: Kept) -> Audience:
        """The way back from `to_json`; what is missing is no condition."""
        months = kept.get("months")
        return cls(
            places=tuple(Scope(*place) for place in kept.get("places", ())),
            months=None if months is None else (months[0], months[1]),
            skills=tuple(kept.get("skills", ())),
            modes=tuple(kept.get("modes", ())),
            status=kept.get("status", ""),
            channel=kept.get("channel", ""),
        )

    def births(self, today: date) -> tuple[str, str] | None:
        """First and last birth month (YYYY-MM) of a child of that age."""
        if self.months is None:
            return None
        least, most = self.months
        return later(month_of(today), -most), later(month_of(today), -least)


def months_between(first: str, last: str) -> list[str]:
    """Every month (YYYY-MM) from the first to the last."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def read_audience(text: str, places: Iterable[Place]) -> Audience:
    """What words say: 海风社区有三岁以下孩子、会缝纫的. What is not understood is no condition, so say back what was."""
    normal = normalise(text).text
    hits = scan(normal)
    status = next((code for code in STATUSES if _STATUS[code].search(normal)), "")
    return Audience(
        places=found(normal, places)[0],
        months=_months(normal),
        skills=tuple(dict.fromkeys(hit.code for hit in hits if hit.kind == "skill")),
        modes=tuple(dict.fromkeys(hit.code for hit in hits if hit.kind == "mode")),
        status=status,
        channel=next((code for code, pattern in _CHANNEL.items() if pattern.search(normal)), ""),
    )


def not_read(text: str, places: Iterable[Place]) -> str:
    """What of these words was not understood and may be a place: a broadcast never becomes wider by what nobody could read."""
    normal = normalise(text).text
    named, rest = found(normal, places)
    spans = [(hit.start, hit.end) for hit in scan(normal) if hit.kind in ("skill", "mode")]
    for pattern in (_BETWEEN, _ABOVE, _BELOW, *_STATUS.values(), *_CHANNEL.values(), _EVERYBODY, *map(re.compile, _STAGES)):
        spans += [match.span() for match in pattern.finditer(normal)]
    rest = "".join(" " if any(start <= at < end for start, end in spans) else char for at, char in enumerate(rest))
    return unread(rest, placed=bool(named))


def _months(text: str) -> tuple[int, int] | None:
    if match := _BETWEEN.search(text):
        low, unit_low, high, unit = match.groups()
        return _in_months(low, unit_low or unit), _in_months(high, unit) + (11 if unit == "岁" else 0)
    if match := _ABOVE.search(text):
        least = _halves(match[1], match[2] or match[4], match[3])
        return None if least is None else (least, 18 * 12)
    for match in _BELOW.finditer(text):
        most = _halves(match[2], match[3] or match[5], match[4])
        if most is None:
            continue
        if match[1]:
            return 0, most - 1
        # Three years alone are a year's span; 以下 counts its own number in, as the law's language does.
        return (0, most) if match[6] else (most, most + (11 if match[4] == "岁" else 0))
    return next((months for word, months in _STAGES.items() if word in text), None)


def _halves(number: str, half: str | None, unit: str) -> int | None:
    if not number and not half:
        return None
    months = _in_months(number, unit) if number else 0
    return months + (6 if half and unit == "岁" else 0)


def _in_months(number: str, unit: str) -> int:
    value = (span(number) or (0.0, 0.0))[1]
    return int(value * 12) if unit == "岁" else int(value)


def limited(audience: Audience, scopes: Iterable[Scope]) -> Audience | None:
    """The audience as far as it lies in these scopes; None where nothing of it does."""
    mine = list(scopes)
    if CITY in mine:
        return audience
    if not audience.places:
        return replace(audience, places=tuple(mine)) if mine else None
    inside = [place for place in audience.places if any(scope.covers(place) for scope in mine)]
    inside += [scope for scope in mine if any(place.covers(scope) for place in audience.places)]
    return replace(audience, places=tuple(dict.fromkeys(inside))) if inside else None


def covered(audience: Audience, scopes: Iterable[Scope]) -> bool:
    """Whether all of the audience lies in these scopes."""
    mine = list(scopes)
    return all(any(scope.covers(place) for scope in mine) for place in audience.places or (CITY,))


_NOT = re.compile(r"没有?(?!到|满)|还未|未(?!满)|不会|不是|不在|不想|除了|除开|以外|之外")


def doubt(text: str, read: Audience) -> str:
    """Why these words are better asked again than taken: `nothing` was understood, or they say who is not meant (`negation`); else empty."""
    if _NOT.search(normalise(text).text):
        return "negation"
    return "nothing" if read == Audience() and not _EVERYBODY.search(text) else ""
