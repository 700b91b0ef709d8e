"""Charts as plain shapes, drawn by templates as SVG: bars beside what was before, and places by their coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, pi, radians, sin
from typing import NamedTuple

WIDTH, BAR, GAP, LEFT = 720, 22, 14, 130


class Bar(NamedTuple):
    """One bar with its words: where it stands (pixels), how long it is, and how long the one of the time before."""

    label: str
    value: int
    before: int | None
    y: int
    length: float
    length_before: float


class Bars(NamedTuple):
    """A chart of bars below each other."""

    bars: list[Bar]
    width: int
    height: int


def bars(rows: Sequence[tuple[str, int, int | None]]) -> Bars:
    """Bars of (words, value, value before), the longest as wide as there is room."""
    most = max((max(value, before or 0) for _, value, before in rows), default=0) or 1
    room = WIDTH - LEFT - 60
    step = BAR + GAP
    drawn = [
        Bar(label, value, before, GAP + place * step, room * value / most, room * (before or 0) / most)
        for place, (label, value, before) in enumerate(rows)
    ]
    return Bars(drawn, WIDTH, len(drawn) * step + GAP)


class Spot(NamedTuple):
    """A place on a map: its middle, its radius, and how much of it is done (0 to 1) as the arc that is filled."""

    label: str
    x: float
    y: float
    radius: float
    share: float
    arc: str
    note: str


class Map(NamedTuple):
    """Places on a page."""

    spots: list[Spot]
    width: int
    height: int


def places(rows: Iterable[tuple[str, float, float, float, str]], *, width: int = WIDTH, height: int = 480, radius: float = 20) -> Map:
    """A map of (words, latitude, longitude, share done, note), north above; places at the same spot stand in a ring around it."""
    every = list(rows)
    if not every:
        return Map([], width, height)
    lats, lons = [row[1] for row in every], [row[2] for row in every]
    squeeze = cos(radians(sum(lats) / len(lats)))
    tall, wide = max(lats) - min(lats) or 1e-3, (max(lons) - min(lons)) * squeeze or 1e-3
    edge = 4 * radius
    scale = min((width - 2 * edge) / wide, (height - 2 * edge) / tall)
    seen: dict[tuple[float, float], int] = {}
    spots = []
    for label, lat, lon, share, note in every:
        place = seen[lat, lon] = seen.get((lat, lon), -1) + 1
        turn, away = 2 * pi * place / 6, 0 if place == 0 else 2.2 * radius * (1 + (place - 1) // 6)
        x = edge + (lon - min(lons)) * squeeze * scale + away * cos(turn)
        y = height - edge - (lat - min(lats)) * scale + away * sin(turn)
        spots.append(Spot(label, round(x, 1), round(y, 1), radius, share, _arc(x, y, radius, share), note))
    return Map(spots, width, height)


def _arc(x: float, y: float, radius: float, share: float) -> str:
    """The path of a slice of a circle that begins at noon."""
    if share <= 0:
        return ""
    if share >= 1:
        return f"M{x - radius:.1f} {y:.1f}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0"
    angle = 2 * pi * share
    to_x, to_y = x + radius * sin(angle), y - radius * cos(angle)
    return f"M{x:.1f} {y:.1f}V{y - radius:.1f}A{radius} {radius} 0 {int(share > 0.5)} 1 {to_x:.1f} {to_y:.1f}Z"
