"""The hard rules of a match and its score, one pair at a time: the reference that faster ways have to agree with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from domain.windows import WEEK, Span, minutes, shared

if TYPE_CHECKING:
    # Here alone, since numpy costs a tenth of a second.
    from domain.matching.columns import Numbers

EARTH_M = 6_371_008.8
DEFAULT_DISTANCE_M = 3_000
ALWAYS: tuple[Span, ...] = ((0, WEEK),)
WEEKS_A_MONTH = 52 / 12
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """A mother's side. Empty sets and None mean that she did not say; `windows` are merged spans of the week, none is always free."""

    key: str
    lat: float | None
    lon: float | None
    job_consent: bool = True
    modes: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    windows: tuple[Span, ...] = ()
    max_distance_m: int | None = None
    min_monthly_pay_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A post's side; `places` are those still free, pay is in fen per `pay_basis`."""

    key: str
    status: str
    places: int
    mode: str
    sector: str
    lat: float
    lon: float
    opens_on: date | None = None
    closes_on: date | None = None
    skills: frozenset[str] = frozenset()
    trains: bool = False
    windows: tuple[Span, ...] = ()
    fixed: bool = False
    min_weekly_hours: float = 0
    pay_basis: str = "month"
    pay_min_fen: int | None = None
    pay_max_fen: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A pair that fits; `score` is 0 to 100 with one decimal."""

    mother: str
    position: str
    score: float
    why: tuple[str, ...]


def metres(lat: float, lon: float, *, to_lat: float, to_lon: float) -> float:
    """Great-circle distance by the haversine formula."""
    half_lat, half_lon = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(half_lon) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(chord)))


def distance(seeker: Seeker, position: Position) -> float | None:
    """Metres from her community to the position; None where her place is not known."""
    if seeker.lat is None or seeker.lon is None:
        return None
    return metres(seeker.lat, seeker.lon, to_lat=position.lat, to_lon=position.lon)


def limit(seeker: Seeker) -> int:
    """How far she would go, in metres."""
    return DEFAULT_DISTANCE_M if seeker.max_distance_m is None else seeker.max_distance_m


@lru_cache(maxsize=65536)
def _shared(hers: tuple[Span, ...], its: tuple[Span, ...]) -> int:
    return shared(list(hers), list(its))


def shared_minutes(seeker: Seeker, position: Position) -> int:
    """Minutes of the week that both have; a position without windows shares all of hers."""
    hers = seeker.windows or ALWAYS
    return _shared(hers, position.windows or hers)


def is_open(position: Position, today: date) -> bool:
    """Published, within its days, with a free place."""
    begun = position.opens_on is None or position.opens_on <= today
    ended = position.closes_on is not None and position.closes_on < today
    return position.status == "published" and begun and not ended and position.places > 0


def fits(seeker: Seeker, position: Position, today: date) -> bool:
    """All hard rules. An unknown place excludes nothing: she may be asked for it afterwards."""
    if not (is_open(position, today) and seeker.job_consent):
        return False
    if seeker.modes and position.mode not in seeker.modes:
        return False
    if not (position.trains or position.skills <= seeker.skills):
        return False
    if position.mode == "flexible" and (away := distance(seeker, position)) is not None and away > limit(seeker):
        return False
    if position.fixed:
        return _shared(seeker.windows or ALWAYS, position.windows) == minutes(position.windows)
    return shared_minutes(seeker, position) >= 60 * position.min_weekly_hours


def rate(seeker: Seeker, position: Position, weights: Weights) -> Match:
    """Score and reasons of a pair that fits."""
    score = points(
        weights,
        sector=0.5 if not seeker.sectors else float(position.sector in seeker.sectors),
        pay=_pay(seeker, position),
        distance=_nearness(seeker, position),
        slack=_slack(seeker, position),
        skills=len(position.skills & seeker.skills) / len(position.skills) if position.skills else 0.5,
    )
    return Match(seeker.key, position.key, round(float(score), 1), _why(seeker, position))


def points(weights: Weights, *, sector: Numbers, pay: Numbers, distance: Numbers, slack: Numbers, skills: Numbers) -> Numbers:
    """0 to 100 from parts of 0 to 1, for numbers and for arrays. Added from left to right, never by `sum`, whose last bit is Python's version's."""
    w = weights
    part = w["sector"] * sector + w["pay"] * pay + w["distance"] * distance + w["slack"] * slack + w["skills"] * skills
    return 100 * (part / (w["sector"] + w["pay"] + w["distance"] + w["slack"] + w["skills"]))


def monthly_fen(position: Position, week_minutes: float) -> float | None:
    """What the post pays in a month of so many minutes a week; None where it is by the piece or not said."""
    fen = position.pay_min_fen if position.pay_min_fen is not None else position.pay_max_fen
    if fen is None or position.pay_basis == "piece":
        return None
    hours = min(week_minutes / 60, 40)
    times = {"month": 1.0, "day": WEEKS_A_MONTH * hours / 8, "hour": WEEKS_A_MONTH * hours}
    return fen * times[position.pay_basis]


def _pay(seeker: Seeker, position: Position) -> float:
    monthly = monthly_fen(position, shared_minutes(seeker, position))
    if monthly is None or seeker.min_monthly_pay_fen is None:
        return 0.5
    return min(1.0, monthly / seeker.min_monthly_pay_fen) if seeker.min_monthly_pay_fen else 1.0


def _nearness(seeker: Seeker, position: Position) -> float:
    if position.mode != "flexible":
        return 1.0
    away = distance(seeker, position)
    return 0.5 if away is None else 1.0 - away / limit(seeker) if limit(seeker) else 1.0


def _slack(seeker: Seeker, position: Position) -> float:
    needed = minutes(position.windows) if position.fixed else 60 * position.min_weekly_hours
    has = minutes(seeker.windows or ALWAYS) if position.fixed else shared_minutes(seeker, position)
    return 1.0 - needed / has if has else 1.0


BASIS = {"piece": "按件计酬", "hour": "按小时计酬", "day": "按天计酬", "month": "按月发工资"}


def _why(seeker: Seeker, position: Position) -> tuple[str, ...]:
    monthly = monthly_fen(position, shared_minutes(seeker, position))
    return reasons(
        position.mode,
        near(distance(seeker, position)) if position.mode == "flexible" else "",
        time=bool(seeker.windows),
        fixed=position.fixed,
        wished=position.sector in seeker.sectors,
        skilled=position.skills <= seeker.skills if position.skills else None,
        paid=bool(monthly is not None and seeker.min_monthly_pay_fen and monthly >= seeker.min_monthly_pay_fen),
        basis=position.pay_basis,
    )


def near(away: float | None) -> str:
    """A distance in metres as people say it; nothing where it is not known."""
    if away is None:
        return ""
    return f"离家{round(away / 50) * 50}米" if away < 975 else f"离家{away / 1000:.1f}公里"


@lru_cache(maxsize=65536)
def reasons(
    mode: str, place: str, *, time: bool, fixed: bool, wished: bool, skilled: bool | None, paid: bool, basis: str
) -> tuple[str, ...]:
    """What counted, in her words; `skilled` is None where the post asks for no skill."""
    told = {
        {"take_home": "可以领回家做", "new_form": "在网上做，不用出门"}.get(mode, place): True,
        "您有空的时间正好" if fixed else "您有空的时间够用": time,
        "是您想做的活": wished,
        "用得上您的手艺" if skilled else "不会可以学": skilled is not None,
        "工钱够您想要的数": paid,
        BASIS[basis]: True,
    }
    return tuple(reason for reason, true in told.items() if reason and true)


def order(match: Match, position: Position) -> tuple[float, float, str]:
    """Sort key: the better first, ties to the position published earlier, then by code."""
    published = position.published_at.timestamp() if position.published_at else float("inf")
    return (-match.score, published, position.key)


def best(seeker: Seeker, positions: Iterable[Position], *, today: date, weights: Weights, top: int) -> list[Match]:
    """The `top` positions for one mother, best first."""
    rated = [(rate(seeker, position, weights), position) for position in positions if fits(seeker, position, today)]
    return [match for match, _ in sorted(rated, key=lambda pair: order(*pair))[:top]]
