"""The words of content/demo, as the demo town reads them."""

from __future__ import annotations

from functools import cache
from typing import Required, TypedDict

import yaml

from bot.config import ROOT

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Enterprises(TypedDict):
    """What a firm's name is made of; `trade` by sector."""

    first: list[str]
    trade: dict[str, list[str]]
    form: list[str]


class Mothers(TypedDict):
    """What mothers say, each with its weight; pay in yuan a month, 0 where nothing is said."""

    skills: dict[str, int]
    learn: dict[str, int]
    modes: dict[str, int]
    windows: dict[str, int]
    max_distance_m: dict[int, int]
    monthly_pay: dict[int, int]


class Town(TypedDict):
    """Communities by code with name, latitude, longitude and region; classes by skill; the rest are words to choose from."""

    communities: dict[str, tuple[str, float, float, str]]
    cells: list[str]
    enterprise: Enterprises
    campaign: str
    classes: dict[str, str]
    surnames: str
    given: list[str]
    mothers: Mothers


class Work(TypedDict):
    """A kind of work; `piece` is from how many fen to how many."""

    title: str
    items: list[str]
    duty: str
    skills: list[str]
    modes: list[str]
    basis: list[str]
    unit: str
    piece: list[int]


class Schedule(TypedDict, total=False):
    """When it is done: all of the windows where it is `fixed`, else at least so many hours a week."""

    windows: Required[str]
    hours: list[int]
    fixed: bool


class Pay(TypedDict, total=False):
    """In yuan: the least from how many to how many, how many more at most, and what a piece worker makes an hour."""

    least: list[int]
    more: list[int]
    hourly: list[int]
    text: Required[str]


class Posts(TypedDict):
    """Work by sector, schedules by mode or basis, pay by basis, and what is said besides."""

    sectors: dict[str, list[Work]]
    schedules: dict[str, list[Schedule]]
    pay: dict[str, Pay]
    care: dict[str, list[str]]
    trains: list[str]


class Told(TypedDict):
    """A suggestion, and what becomes of it, as far as it comes; cost in yuan."""

    text: str
    topic: str
    accept: str
    decline: str
    owner: str
    done: str
    cost: int
    paid_by: str


class Council(TypedDict):
    """What the councils of the town talk about, and where."""

    place: str
    accepted: str
    declined: str
    suggestions: list[Told]


@cache
def town() -> Town:
    """content/demo/town.yaml."""
    found: Town = yaml.load((ROOT / "content" / "demo" / "town.yaml").read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    return found


@cache
def posts() -> Posts:
    """content/demo/posts.yaml."""
    found: Posts = yaml.load((ROOT / "content" / "demo" / "posts.yaml").read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    return found


@cache
def council() -> Council:
    """content/demo/council.yaml."""
    found: Council = yaml.load((ROOT / "content" / "demo" / "council.yaml").read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    return found
