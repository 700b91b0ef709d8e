"""The demo town's mothers: who they are, what they can do and when; none of them has an address."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TypedDict

from sqlalchemy import Connection, insert, select

from bot.demo.town import Community, person_name, phone, weighted
from bot.demo.written import town
from domain import windows
from domain.notices import LOCAL
from storage.sealed import digest
from storage.tables.columns import table
from storage.tables.people import Consent, Mother, Person

P, M, CONSENT = table(Person), table(Mother), table(Consent)
# The firms have the numbers below.
FIRST_PHONE = 1_000
SECTORS = ("garment", "food_packing", "packing", "handcraft", "domestic", "ecommerce")


def mothers(tx: Connection, random: Random, places: list[Community], *, count: int, now: datetime) -> None:
    """Write persons, profiles and consents."""
    persons = [_person(random, random.choice(places), number, now) for number in range(count)]
    if not persons:
        return
    tx.execute(insert(P), persons)
    ids: dict[str, int] = {row.key: row.id for row in tx.execute(select(P.c.key, P.c.id))}
    profiles: list[dict[str, object]] = []
    consents: list[dict[str, object]] = []
    for person in persons:
        person_id, given_at = ids[person["key"]], person["created_at"]
        agreed = ["profile", *(purpose for purpose, share in (("children", 0.9), ("jobs", 0.92)) if random.random() < share)]
        consents += [{"person_id": person_id, "purpose": purpose, "version": 1, "given_at": given_at} for purpose in agreed]
        profiles.append({"person_id": person_id, **_profile(random, person["created_at"], children="children" in agreed)})
    tx.execute(insert(M), profiles)
    tx.execute(insert(CONSENT), consents)


class _Person(TypedDict):
    key: str
    name: str
    phone: str | None
    phone_digest: str | None
    community_id: int
    cell_id: int
    language: str
    notices: bool
    created_at: datetime


def _person(random: Random, place: Community, number: int, now: datetime) -> _Person:
    told = phone(FIRST_PHONE + number) if random.random() < 0.7 else None
    return {
        "key": f"m{random.getrandbits(48):012x}",
        "name": person_name(random),
        "phone": told,
        "phone_digest": digest(told, "phone") if told else None,
        "community_id": place.id,
        "cell_id": random.choice(place.cells),
        "language": "zh",
        "notices": True,
        "created_at": now - timedelta(minutes=random.randint(60, 60 * 24 * 120)),
    }


def _profile(random: Random, registered: datetime, *, children: bool) -> dict[str, object]:
    """What she told in the intake form. Without her consent nothing is stored of her children."""
    listed = town()["mothers"]
    year = registered.astimezone(LOCAL).year
    birth_year = year - random.randint(20, 45)
    modes = weighted(random, listed["modes"]).split(";")
    skills = [weighted(random, listed["skills"]) for _ in range(random.choices((0, 1, 2, 3), (15, 40, 30, 15))[0])]
    wish = weighted(random, listed["monthly_pay"])
    return {
        "birth_year": birth_year,
        "children": _children(random, birth_year, registered) if children else [],
        "skills": list(dict.fromkeys(skills)),
        "learn": [weighted(random, listed["learn"])] if random.random() < 0.5 else [],
        "modes": [mode for mode in modes if mode],
        "sectors": random.sample(SECTORS, random.choices((0, 1, 2), (35, 45, 20))[0]),
        "windows": windows.text(windows.parse(weighted(random, listed["windows"]))),
        "max_distance_m": weighted(random, listed["max_distance_m"]) if not modes[0] or "flexible" in modes else None,
        "min_monthly_pay_fen": 100 * wish or None,
        "surveyed_at": registered,
        "updated_at": registered,
    }


def _children(random: Random, birth_year: int, registered: datetime) -> list[str]:
    """One to three birth months between her 20th year and the survey, eldest first."""
    first, last = 12 * (birth_year + 20), 12 * registered.year + registered.month - 1
    months = sorted(random.randint(max(first, last - 12 * 15), last) for _ in range(random.choices((1, 2, 3), (60, 34, 6))[0]))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]
