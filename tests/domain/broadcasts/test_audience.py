"""Whom a broadcast is for: what words say, and that nobody's audience is wider than her scope."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import CITY, Scope
from domain.broadcasts.audience import Audience, covered, doubt, limited, not_read, read_audience
from domain.broadcasts.named import Place, likely

PLACES = [*(Place(Scope(n), f"海风{n}社区") for n in range(1, 12)), Place(Scope(20), "朝阳社区"), Place(Scope(1, 5), "第三网格")]
HAIFENG = tuple(Scope(n) for n in range(1, 12))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("海风社区有三岁以下孩子、会缝纫的", Audience(places=HAIFENG, months=(0, 36), skills=("sewing",))),
        ("海风1社区会做饭或者保洁的妈妈", Audience(places=(Scope(1),), skills=("cooking", "cleaning"))),
        ("海风11社区", Audience(places=(Scope(11),))),
        ("海风1社区和海风2社区", Audience(places=(Scope(1), Scope(2)))),
        ("朝阳的，想领回家干的，孩子上小学的", Audience(places=(Scope(20),), modes=("take_home",), months=(72, 155))),
        ("第三网格会编织，孩子两岁半以内", Audience(places=(Scope(1, 5),), skills=("knitting",), months=(0, 30))),
        ("3-6岁孩子的妈妈，微信上的", Audience(months=(36, 83), channel="wechat")),
        ("三到六岁", Audience(months=(36, 83))),
        ("孩子不到一岁", Audience(months=(0, 11))),
        ("半岁以内", Audience(months=(0, 6))),
        ("6个月到18个月", Audience(months=(6, 18))),
        ("孩子三岁的", Audience(months=(36, 47))),
        ("十二岁以上孩子", Audience(months=(144, 216))),
        ("报过名的", Audience(status="applied")),
        ("已经上岗的", Audience(status="started")),
        ("在上课的", Audience(status="class")),
    ],
)
def test_words(words: str, meant: Audience) -> None:
    assert read_audience(words, PLACES) == meant
    assert doubt(words, meant) == ""
    assert not_read(words, PLACES) == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("退休的老师", "nothing"),
        ("没报过名的", "negation"),
        ("除了海风1社区", "negation"),
        ("不会缝纫的", "negation"),
        ("还未上岗的", "negation"),
        ("全部", ""),
        ("所有人", ""),
    ],
)
def test_what_is_not_understood_is_never_taken_for_everybody(words: str, why: str) -> None:
    assert doubt(words, read_audience(words, PLACES)) == why


TOWN = [
    *(Place(Scope(n), name) for n, name in enumerate(("芝罘区槐荫里社区", "莱山区银杏湾社区", "芝罘区南尧新苑社区"), 1)),
    *(Place(Scope(n, n * 10), "第一网格") for n in (1, 2, 3)),
]


@pytest.mark.parametrize(
    ("words", "unread", "maybe"),
    [
        ("槐茵里社区会缝纫的", "槐茵里社区", ["芝罘区槐荫里社区"]),
        ("槐阴里会缝纫的妈妈", "槐阴里", ["芝罘区槐荫里社区"]),
        ("住在银杏弯的妈妈", "银杏弯", ["莱山区银杏湾社区"]),
        ("南尧会做饭的", "南尧", ["芝罘区南尧新苑社区"]),
        ("槐荫里社区和东关社区三岁以下", "东关社区", []),
        ("毓璜顶街道会缝纫的", "毓璜顶街道", []),
        ("海风花园的妈妈", "海风花园", []),
    ],
)
def test_a_place_that_is_not_found_is_said_with_the_likely_ones(words: str, unread: str, maybe: list[str]) -> None:
    assert (not_read(words, TOWN), likely(unread, TOWN)) == (unread, maybe)


@pytest.mark.parametrize("words", ["槐荫里社区会缝纫的", "槐荫里会缝纫的", "芝罘区槐荫里社区的"])
def test_a_community_is_found_as_people_call_it(words: str) -> None:
    assert read_audience(words, TOWN).places == (Scope(1),) and not_read(words, TOWN) == ""


def test_a_cell_of_a_community_is_not_everybodys_of_that_name() -> None:
    assert read_audience("槐荫里第一网格会做饭的", TOWN).places == (Scope(1, 10),)
    assert len(read_audience("第一网格", TOWN).places) == 3


@pytest.mark.parametrize(
    "words", ["全市会缝纫的", "全部", "会缝纫的", "我们小区会缝纫的", "孩子上幼儿园的", "家里有三岁以下孩子", "微信上的"]
)
def test_words_without_a_place_are_all_read(words: str) -> None:
    assert not_read(words, TOWN) == ""


def test_ages_are_birth_months() -> None:
    today = date(2026, 11, 24)
    assert Audience(months=(0, 36)).births(today) == ("2023-11", "2026-11")
    assert Audience(months=(11, 11)).births(today) == ("2025-12", "2025-12")
    assert Audience(months=(12, 23)).births(date(2026, 1, 31)) == ("2024-02", "2025-01")
    assert Audience().births(today) is None


SCOPES = st.one_of(
    st.just(CITY),
    st.builds(Scope, st.integers(1, 3)),
    st.integers(1, 3).flatmap(lambda one: st.builds(Scope, st.just(one), st.integers(one * 10, one * 10 + 2))),
)
PLACED = st.lists(SCOPES.filter(lambda one: one != CITY), max_size=4, unique=True).map(tuple)
HELD = st.lists(SCOPES, max_size=3, unique=True)
# Every cell that there is, as the smallest thing an audience is made of.
CELLS = [Scope(one, cell) for one in (1, 2, 3) for cell in range(one * 10, one * 10 + 3)]


def within(places: tuple[Scope, ...], cell: Scope) -> bool:
    return not places or any(place.covers(cell) for place in places)


@given(PLACED, HELD)
def test_limited_is_exactly_what_lies_in_both(places: tuple[Scope, ...], held: list[Scope]) -> None:
    narrowed = limited(Audience(places=places), held)
    for cell in CELLS:
        both = within(places, cell) and any(scope.covers(cell) for scope in held)
        assert both == (narrowed is not None and within(narrowed.places, cell))
    assert narrowed is None or covered(narrowed, held)


@given(PLACED, HELD)
def test_covered_means_that_nothing_lies_outside(places: tuple[Scope, ...], held: list[Scope]) -> None:
    if covered(Audience(places=places), held):
        assert all(any(scope.covers(cell) for scope in held) for cell in CELLS if within(places, cell))


@given(PLACED, st.none() | st.tuples(st.integers(0, 100), st.integers(100, 216)))
def test_kept_and_read_back(places: tuple[Scope, ...], months: tuple[int, int] | None) -> None:
    audience = Audience(places=places, months=months, skills=("sewing",), modes=("take_home",), status="class", channel="web")
    assert Audience.from_json(audience.to_json()) == audience
