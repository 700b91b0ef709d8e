"""The demo town's communities with their grid cells, and its firms; words from content/demo/town.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import cos, pi, radians, sin, sqrt
from random import Random
from typing import TypeVar

from sqlalchemy import Connection, insert, select

from bot.demo.licence import invented
from bot.demo.written import town
from storage.tables.columns import table
from storage.tables.work import Cell, Enterprise
from storage.tables.work import Community as CommunityTable

C, CELL, E = table(CommunityTable), table(Cell), table(Enterprise)
DEGREE_M = 111_195
Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Community:
    """A community as written, with the ids of its row and its cells."""

    id: int
    lat: float
    lon: float
    region: str
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm's row and the sector whose posts it offers."""

    id: int
    sector: str


def weighted(random: Random, weights: Mapping[Chosen, int]) -> Chosen:
    """One key, as often as its weight says."""
    return random.choices(list(weights), list(weights.values()))[0]


def person_name(random: Random) -> str:
    """An invented name of three or two characters."""
    listed = town()
    return f"{random.choice(listed['surnames'])}{random.choice(listed['given'])}"


def phone(number: int) -> str:
    """139 0000 xxxx, a block used for examples; from number 10,000 on it runs into 139 0001."""
    return f"139{number:08d}"


def near(random: Random, community: Community, *, radius_m: float) -> tuple[float, float]:
    """A point evenly spread in a circle around a community; degrees to five places, about a metre."""
    away, turn = radius_m * sqrt(random.random()), 2 * pi * random.random()
    lat = community.lat + away * cos(turn) / DEGREE_M
    lon = community.lon + away * sin(turn) / (DEGREE_M * cos(radians(community.lat)))
    return round(lat, 5), round(lon, 5)


def communities(tx: Connection, random: Random) -> list[Community]:
    """Write communities with two to four grid cells each."""
    written = town()["communities"]
    tx.execute(insert(C), [{"code": code, "name": name, "lat": lat, "lon": lon} for code, (name, lat, lon, _) in written.items()])
    ids: dict[str, int] = {row.code: row.id for row in tx.execute(select(C.c.id, C.c.code))}
    names = town()["cells"]
    rows = [
        {"community_id": ids[code], "code": f"{code}-{number}", "name": names[number - 1]}
        for code in written
        for number in range(1, random.randint(2, 4) + 1)
    ]
    tx.execute(insert(CELL), rows)
    cells = [(row.id, row.community_id) for row in tx.execute(select(CELL.c.id, CELL.c.community_id).order_by(CELL.c.code))]
    return [
        Community(ids[code], lat, lon, region, tuple(cell for cell, of in cells if of == ids[code]))
        for code, (_, lat, lon, region) in written.items()
    ]


def enterprises(tx: Connection, random: Random, places: list[Community], *, count: int, now: datetime) -> list[Firm]:
    """Write firms, every sector having its share of them; names do not repeat."""
    listed = town()["enterprise"]
    sectors = {f"E{number:03d}": list(listed["trade"])[number % len(listed["trade"])] for number in range(1, count + 1)}
    names: set[str] = set()
    rows = []
    for number, (code, sector) in enumerate(sectors.items(), 1):
        name = ""
        while not name or name in names:
            name = "".join(("烟台", random.choice(listed["first"]), random.choice(listed["trade"][sector]), random.choice(listed["form"])))
        names.add(name)
        licence = invented(random, random.choice(places).region)
        contact = {"contact": person_name(random), "phone": phone(number)}
        rows.append({"code": code, "name": name, "licence": licence, **contact, "share_percent": random.randint(5, 15)})
    tx.execute(insert(E), rows)
    ids: dict[str, int] = {row.code: row.id for row in tx.execute(select(E.c.id, E.c.code))}
    return [Firm(ids[code], sector) for code, sector in sectors.items()]
