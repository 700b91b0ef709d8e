"""The words of content/demo, as the demo town reads them."""

from __future__ import annotations

from functools import cache
from typing import Required, TypedDict, TypeVar

import yaml

from bot.config import ROOT
from domain.training.activities import About
from storage.tables.mediation import CaseKind, CaseSource
from storage.tables.threads import ThreadKind

Kind = TypeVar("Kind")
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


class Heard(TypedDict):
    """What a woman said, by the kind of what it became."""

    kind: str
    said: str


class Question(TypedDict):
    """Who waits for a person."""

    kind: ThreadKind
    said: str


class Dispute(TypedDict):
    """A case: how it came, what she says, what she wishes."""

    kind: CaseKind
    source: CaseSource
    said: str
    wish: str


class Doubtful(TypedDict):
    """A post that leaves a question."""

    title: str
    text: str


class Broadcasts(TypedDict):
    """A notice that went out, and one that waits for a second person's word."""

    sent: str
    city: str
    asked: str


class Lot(TypedDict):
    """Work that a firm brought."""

    item: str
    pieces: int
    rate_fen: int


class Running(TypedDict):
    """What waits for somebody in every community, and the buildings that women live in."""

    buildings: list[str]
    threads: list[Question]
    tasks: list[Heard]
    doubtful: Doubtful
    cases: list[Dispute]
    consent_words: str
    broadcasts: Broadcasts
    spending: str
    lots: list[Lot]


class Settled(TypedDict, total=False):
    """What a case of the town is about; `terms`, `manner` and `promise` where it was settled."""

    kind: Required[CaseKind]
    account: Required[str]
    wish: Required[str]
    terms: str
    manner: str
    promise: str


class Mediation(TypedDict):
    """A case for each state, what is said in all of them, and where people meet."""

    others: list[str]
    rooms: list[str]
    cases: dict[str, Settled]
    note: str
    handed: str


class Workshops(TypedDict):
    """What the town's workshops are called, where they are, when they are open, and why one of them may take nobody."""

    names: list[str]
    addresses: list[str]
    windows: list[str]
    equipment: list[str]
    keepers: list[str]
    overdue: str


class Held(TypedDict, total=False):
    """An activity; `words` are what was said of it, `hour` when it begins."""

    about: Required[About]
    title: Required[str]
    address: Required[str]
    note: str
    words: list[str]
    hour: int


class Activities(TypedDict):
    """Activities that were, and that come."""

    past: list[Held]
    coming: list[Held]


def _read(name: str, _kind: type[Kind]) -> Kind:
    """What somebody wrote for the demo town, as it stands in content/demo; it is of this kind."""
    content: Kind = yaml.load((ROOT / "content" / "demo" / f"{name}.yaml").read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    return content


@cache
def town() -> Town:
    """content/demo/town.yaml."""
    return _read("town", Town)


@cache
def posts() -> Posts:
    """content/demo/posts.yaml."""
    return _read("posts", Posts)


@cache
def council() -> Council:
    """content/demo/council.yaml."""
    return _read("council", Council)


@cache
def running() -> Running:
    """content/demo/running.yaml."""
    return _read("running", Running)


@cache
def mediation() -> Mediation:
    """content/demo/mediation.yaml."""
    return _read("mediation", Mediation)


@cache
def workshops() -> Workshops:
    """content/demo/workshops.yaml."""
    return _read("workshops", Workshops)


@cache
def activities() -> Activities:
    """content/demo/activities.yaml."""
    return _read("activities", Activities)
