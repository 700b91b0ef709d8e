"""The hard rules of a match against interfaces.md's words, written once more in tests/support/matching.py."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.matching import fits
from domain.matching.rules import near, rate
from tests.support import matching as t

POST = t.Post(
    "P1",
    "flexible",
    "garment",
    ("sewing",),
    False,
    37.5,
    121.4,
    "1-5 08:30-11:00",
    True,
    0,
    "piece",
    None,
    1,
    None,
    None,
    "published",
    None,
)
WISH = t.Wish("m1", 37.5, 121.4, ("sewing",), ("flexible",), (), "1-5 08:00-12:00", 1000, None, True)


def agree(wish: t.Wish, post: t.Post) -> bool:
    expected = t.match(wish, post)
    assert fits(t.seeker(wish), t.position(post), t.TODAY) is expected, (wish, post)
    return expected


@settings(max_examples=400, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_pair(random: Random) -> None:
    posts = t.posts(random, 1)
    agree(t.wishes(random, 1, posts=posts)[0], posts[0])


def test_a_sweep_of_pairs() -> None:
    random = Random(20261124)
    posts = t.posts(random, 200)
    fitting = sum(agree(wish, post) for wish in t.wishes(random, 200, posts=posts) for post in posts)
    assert fitting > 1_000


@pytest.mark.parametrize(
    ("hers", "its", "expected"),
    [
        ("7 22:00-02:00", "1 00:00-02:00", True),  # Sunday night runs into Monday
        ("7 22:00-02:00", "1 00:00-02:01", False),
        ("1-7 20:00-06:00", "3 23:30-01:30", True),
        ("1 22:00-00:00; 2 00:00-03:00", "1 23:00-01:00", True),  # touching windows are one
        ("2 10:00-11:00; 2 11:01-12:00", "2 10:30-11:30", False),
        ("", "6 14:00-18:00", True),  # who says nothing is free at all times
        ("6 14:00-18:00", "", True),
        ("1 00:00-00:00", "1 00:00-24:00", True),  # an end at its start is a day later
    ],
)
def test_all_windows_of_a_fixed_post_lie_inside_hers(hers: str, its: str, expected: bool) -> None:
    assert agree(replace(WISH, windows=hers), replace(POST, windows=its)) is expected


@pytest.mark.parametrize(("hours", "expected"), [(0, True), (12, True), (13, False)])
def test_other_posts_need_so_many_shared_hours(hours: int, expected: bool) -> None:
    post = replace(POST, fixed=False, windows="1-7 08:00-10:30", min_weekly_hours=hours)
    assert agree(WISH, post) is expected  # she shares five times two and a half hours
    assert agree(replace(WISH, windows="1-4 06:00-09:00"), replace(post, windows="", min_weekly_hours=12))


def test_distance_counts_on_site_only_and_ends_at_her_limit() -> None:
    there = replace(POST, lat=37.51)
    away = t.haversine(WISH, there)
    for limit, expected in ((int(away), False), (int(away) + 1, True), (None, True)):
        assert agree(replace(WISH, max_distance_m=limit), there) is expected
    assert agree(replace(WISH, max_distance_m=0), POST)
    assert not agree(replace(WISH, max_distance_m=None), replace(POST, lat=37.53))
    assert agree(replace(WISH, modes=(), max_distance_m=1), replace(there, mode="take_home"))


def test_skills_modes_days_places_and_consent() -> None:
    assert not agree(replace(WISH, skills=()), POST)
    assert agree(replace(WISH, skills=()), replace(POST, trains=True))
    assert not agree(replace(WISH, modes=("take_home",)), POST)
    assert not agree(replace(WISH, job_consent=False), POST)
    assert not agree(WISH, replace(POST, free=0))
    assert not agree(WISH, replace(POST, status="draft"))
    assert agree(WISH, replace(POST, opens_on=t.TODAY, closes_on=t.TODAY))


def test_reasons_are_those_that_hold() -> None:
    post = replace(POST, lat=37.5051, basis="month", pay_fen=250_000)
    match = rate(t.seeker(replace(WISH, sectors=("garment",), pay_fen=200_000)), t.position(post), t.WEIGHTS)
    assert match.why == ("离家550米", "您有空的时间正好", "是您想做的活", "用得上您的手艺", "工钱够您想要的数", "按月发工资")
    home = rate(t.seeker(replace(WISH, skills=(), windows="")), t.position(replace(post, mode="take_home", trains=True)), t.WEIGHTS)
    assert home.why == ("可以领回家做", "不会可以学", "按月发工资")
    assert [near(away) for away in (None, 974.9, 975, 1249)] == ["", "离家950米", "离家1.0公里", "离家1.2公里"]


def test_a_wished_sector_outweighs_the_same_post_elsewhere() -> None:
    scores = [rate(t.seeker(replace(WISH, sectors=wish)), t.position(POST), t.WEIGHTS).score for wish in (("garment",), (), ("domestic",))]
    assert scores == sorted(scores, reverse=True) and round(scores[0] - scores[1], 1) == 15 and 0 < scores[2] < scores[0] <= 100
