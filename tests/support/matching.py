"""Invented mothers and posts for matching, and its hard rules once more, written from interfaces.md alone and minute by minute."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from domain import windows
from domain.matching import Position, Seeker

TODAY = date(2026, 11, 24)
WEIGHTS = {"sector": 30.0, "pay": 25.0, "distance": 20.0, "slack": 15.0, "skills": 10.0}
SKILLS = ("knitting", "sewing", "embroidery", "beading", "packing", "cooking", "cleaning")
SECTORS = ("garment", "food_packing", "packing", "handcraft", "domestic", "ecommerce")
MODES = ("flexible", "take_home", "new_form")
WINDOWS = (
    "",
    "1-5 08:30-11:00",
    "1-5 08:30-11:30; 1-5 13:30-17:00",
    "6,7 14:00-18:00",
    "7 22:00-02:00",
    "1-7 20:00-06:00",
    "1 00:00-00:00",
    "1-7 00:00-24:00",
    "1,3,5 09:00-10:00",
    "2 10:00-11:00; 2 11:00-12:00",
    "1-5 08:00-12:00; 1-5 14:00-18:00",
    "7 23:59-00:01",
)


@dataclass(frozen=True)
class Wish:
    """A row of the file `mothers`, at her community's place."""

    key: str
    lat: float
    lon: float
    skills: tuple[str, ...]
    modes: tuple[str, ...]
    sectors: tuple[str, ...]
    windows: str
    max_distance_m: int | None
    pay_fen: int | None
    job_consent: bool


@dataclass(frozen=True)
class Post:
    """A row of the file `positions`, with the places that are free."""

    code: str
    mode: str
    sector: str
    skills: tuple[str, ...]
    trains: bool
    lat: float
    lon: float
    windows: str
    fixed: bool
    min_weekly_hours: int
    basis: str
    pay_fen: int | None
    free: int
    opens_on: date | None
    closes_on: date | None
    status: str
    published_at: datetime | None


def match(wish: Wish, post: Post) -> bool:
    """Rules 1 to 5 of interfaces.md."""
    if post.status != "published" or post.free < 1 or not wish.job_consent:
        return False
    if (post.opens_on and post.opens_on > TODAY) or (post.closes_on and post.closes_on < TODAY):
        return False
    if wish.modes and post.mode not in wish.modes:
        return False
    if not post.trains and any(skill not in wish.skills for skill in post.skills):
        return False
    if post.mode == "flexible" and haversine(wish, post) > (3000 if wish.max_distance_m is None else wish.max_distance_m):
        return False
    hers = week(wish.windows) if wish.windows else frozenset(range(10_080))
    its = week(post.windows) if post.windows else hers
    if post.fixed:
        return not post.windows or its <= hers
    return common(wish.windows, post.windows) >= 60 * post.min_weekly_hours


@cache
def common(hers: str, its: str) -> int:
    """Minutes of the week in both; nothing said by her is the whole week, nothing said by the post is all of hers."""
    mine = week(hers) if hers else frozenset(range(10_080))
    return len(mine & (week(its) if its else mine))


@cache
def week(text: str) -> frozenset[int]:
    """Every minute of the week that windows name; Monday 00:00 is 0."""
    found: set[int] = set()
    for part in text.split(";"):
        days, hours = part.split()
        (first, start), (last, end) = (map(int, clock.split(":")) for clock in hours.split("-"))
        begin, length = first * 60 + start, (last * 60 + end) - (first * 60 + start)
        for piece in days.split(","):
            low, _, high = piece.partition("-")
            for day in range(int(low), int(high or low) + 1):
                found.update(((day - 1) * 1440 + begin + n) % 10_080 for n in range(length if length > 0 else length + 1440))
    return frozenset(found)


def haversine(wish: Wish, post: Post) -> float:
    """Metres on a ball of 6,371,008.8 m, by atan2."""
    a, b = math.radians(wish.lat), math.radians(post.lat)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(post.lon - wish.lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.atan2(math.sqrt(h), math.sqrt(1 - h))


def wishes(random: Random, count: int, *, posts: list[Post]) -> list[Wish]:
    """Mothers, some with a limit that ends within a metre of a post."""
    return [_wish(random, f"m{number:05d}", posts) for number in range(count)]


def _wish(random: Random, key: str, posts: list[Post]) -> Wish:
    lat, lon = _place(random)
    made = Wish(
        key=key,
        lat=lat,
        lon=lon,
        skills=_some(random, SKILLS, 3),
        modes=_some(random, MODES, 2),
        sectors=_some(random, SECTORS, 2),
        windows=random_windows(random),
        max_distance_m=random.choice((None, 0, 500, 1600, 3000, 100_000)),
        pay_fen=random.choice((None, 0, 80_000, 150_000, 216_667, 300_000)),
        job_consent=random.random() < 0.95,
    )
    if posts and random.random() < 0.3:
        edge = haversine(made, random.choice(posts))
        return Wish(**{**vars(made), "max_distance_m": random.choice((math.floor(edge), math.ceil(edge)))})
    return made


def _place(random: Random) -> tuple[float, float]:
    # Few places, as communities are, so that mothers and posts also share one.
    spot = random.randrange(12)
    return round(37.4 + spot * 0.0077, 5), round(121.3 + spot % 5 * 0.013, 5)


def _some(random: Random, names: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(random.sample(names, random.randint(0, most)))


def random_windows(random: Random) -> str:
    """One of the list above, or any hours on any days."""
    if random.random() < 0.7:
        return random.choice(WINDOWS)
    days = ",".join(map(str, sorted(random.sample(range(1, 8), random.randint(1, 4)))))
    start, end = random.randrange(0, 1440, 15), random.randrange(0, 1440, 15)
    return f"{days} {start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def posts(random: Random, count: int) -> list[Post]:
    """Posts of all states, most of them open."""
    return [_post(random, f"P{number:05d}") for number in range(count)]


def _post(random: Random, code: str) -> Post:
    lat, lon = _place(random)
    if random.random() < 0.7:
        lat, lon = lat + random.uniform(-0.02, 0.02), lon + random.uniform(-0.02, 0.02)
    windows_ = random_windows(random)
    return Post(
        code=code,
        mode=random.choice(MODES),
        sector=random.choice(SECTORS),
        skills=_some(random, SKILLS, 2),
        trains=random.random() < 0.3,
        lat=lat,
        lon=lon,
        windows=windows_,
        fixed=random.random() < 0.3,
        min_weekly_hours=random.choice((0, 0, 1, 2, 5, 10, 20)),
        basis=random.choice(("piece", "hour", "day", "month")),
        pay_fen=random.choice((None, 2_500, 20_000, 150_000, 260_000)),
        free=random.choice((0, 1, 1, 2, 5)),
        opens_on=random.choice((None, None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1))),
        closes_on=random.choice((None, None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1))),
        status=random.choice(("published", "published", "published", "published", "draft", "filled", "closed")),
        published_at=random.choice((None, *(datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 8)))),
    )


def seeker(wish: Wish) -> Seeker:
    """The same mother as matching takes her."""
    return Seeker(
        key=wish.key,
        lat=wish.lat,
        lon=wish.lon,
        job_consent=wish.job_consent,
        modes=frozenset(wish.modes),
        sectors=frozenset(wish.sectors),
        skills=frozenset(wish.skills),
        windows=tuple(windows.spans(windows.parse(wish.windows))),
        max_distance_m=wish.max_distance_m,
        min_monthly_pay_fen=wish.pay_fen,
    )


def position(post: Post) -> Position:
    """The same post as matching takes it."""
    return Position(
        key=post.code,
        status=post.status,
        places=post.free,
        mode=post.mode,
        sector=post.sector,
        lat=post.lat,
        lon=post.lon,
        opens_on=post.opens_on,
        closes_on=post.closes_on,
        skills=frozenset(post.skills),
        trains=post.trains,
        windows=tuple(windows.spans(windows.parse(post.windows))),
        fixed=post.fixed,
        min_weekly_hours=post.min_weekly_hours,
        pay_basis=post.basis,
        pay_min_fen=post.pay_fen,
        published_at=post.published_at,
    )
