"""Columns give what the reference gives, pair by pair, score, reasons and order, also while rows change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import windows
from domain.matching import Match, Position, Seeker, best, fits, rate
from domain.matching import best_mothers as of_post
from domain.matching import columns as columns_
from domain.matching import mothers as rows
from domain.matching import pairs as blocks
from domain.matching.best_mothers import best_mothers
from domain.matching.best_posts import best_posts
from domain.matching.columns import Codes, tenths
from domain.matching.mothers import Mothers
from domain.matching.pairs import all_pairs
from domain.matching.posts import Posts
from tests.support import matching as t

TOPS = (1, 4, None)


def people(random: Random, count: int, *, posts: list[t.Post]) -> list[Seeker]:
    """Mothers as matching takes them; some live nobody knows where."""
    seekers = [t.seeker(wish) for wish in t.wishes(random, count, posts=posts)]
    return [replace(one, lat=None, lon=None) if random.random() < 0.1 else one for one in seekers]


def town(seed: int, *, mothers: int = 60, posts: int = 60) -> tuple[list[Seeker], list[Position]]:
    random = Random(seed)
    made = t.posts(random, posts)
    return people(random, mothers, posts=made), [t.position(post) for post in made]


def for_mother(seeker: Seeker, positions: Sequence[Position], top: int | None) -> list[Match]:
    return best(seeker, positions, today=t.TODAY, weights=t.WEIGHTS, top=len(positions) if top is None else top)


def for_position(position: Position, seekers: Sequence[Seeker], top: int | None) -> list[Match]:
    found = [rate(one, position, t.WEIGHTS) for one in seekers if fits(one, position, t.TODAY)]
    return sorted(found, key=lambda match: (-match.score, match.mother))[:top]


def check(columns: Mothers, posts: Posts, seekers: Sequence[Seeker], positions: Sequence[Position]) -> None:
    """Both ways, and all against all."""
    for top in TOPS:
        for position in positions:
            assert best_mothers(columns, position, today=t.TODAY, weights=t.WEIGHTS, top=top) == for_position(position, seekers, top)
        for seeker in seekers:
            assert best_posts(posts, seeker, today=t.TODAY, weights=t.WEIGHTS, top=top) == for_mother(seeker, positions, top)
    every = [match for seeker in sorted(seekers, key=lambda one: one.key) for match in for_mother(seeker, positions, 3)]
    assert list(all_pairs(columns, posts, today=t.TODAY, weights=t.WEIGHTS, top=3)) == every


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments, batches and blocks of a few rows, so that a small town takes all the ways a province does."""
    monkeypatch.setattr(rows, "_SEGMENT", 3)
    monkeypatch.setattr(of_post, "_BATCH", 4)
    monkeypatch.setattr(blocks, "_WIDTH", 40)
    monkeypatch.setattr(columns_, "_COLUMNS", 2)
    monkeypatch.setattr(blocks, "_KEPT", 5)


@pytest.mark.parametrize("seed", range(3))
def test_same_as_the_reference(seed: int) -> None:
    seekers, positions = town(seed)
    columns = Mothers(seekers)
    check(columns, Posts(positions, codes=columns.codes), seekers, positions)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("seed", range(10, 14))
def test_same_as_the_reference_in_small_steps(seed: int) -> None:
    seekers, positions = town(seed, mothers=120)
    columns = Mothers(seekers)
    check(columns, Posts(positions, codes=columns.codes), seekers, positions)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_small_town(random: Random) -> None:
    made = t.posts(random, 3)
    seekers, positions = people(random, 3, posts=made), [t.position(post) for post in made]
    columns = Mothers(seekers)
    check(columns, Posts(positions, codes=columns.codes), seekers, positions)


@pytest.mark.usefixtures("small_steps")
def test_stays_right_while_rows_change() -> None:
    seekers, positions = town(20, mothers=40, posts=30)
    others, other_posts = town(21, mothers=60, posts=50)
    columns = Mothers(seekers)
    posts = Posts(positions, codes=columns.codes)
    now = {one.key: one for one in seekers}
    open_ = {one.key: one for one in positions}
    random = Random(22)
    for step in range(60):
        change, other = random.choice(others), random.choice(other_posts)
        columns.put(change)
        posts.put(other)
        now[change.key], open_[other.key] = change, other
        if step % 5 == 0:
            gone, closed = random.choice(list(now)), random.choice(list(open_))
            columns.remove(gone)
            posts.remove(closed)
            del now[gone], open_[closed]
        if step % 20 == 19:
            check(columns, posts, list(now.values()), list(open_.values()))
    columns.settle()
    check(columns, posts, list(now.values()), list(open_.values()))


def test_a_place_taken_closes_a_post_and_a_new_day_opens_one() -> None:
    seeker = t.seeker(t.Wish("m1", 37.5, 121.4, (), (), (), "", None, None, True))
    post = t.Post("P1", "take_home", "packing", (), False, 37.5, 121.4, "", False, 0, "piece", 50, 1, None, None, "published", None)
    posts = Posts([t.position(post)])
    assert best_posts(posts, seeker, today=t.TODAY, weights=t.WEIGHTS)
    posts.put(t.position(replace(post, free=0)))
    assert not best_posts(posts, seeker, today=t.TODAY, weights=t.WEIGHTS)
    tomorrow = t.TODAY.replace(day=t.TODAY.day + 1)
    posts.put(t.position(replace(post, opens_on=tomorrow, closes_on=tomorrow)))
    assert [bool(best_posts(posts, seeker, today=day, weights=t.WEIGHTS)) for day in (t.TODAY, tomorrow)] == [False, True]


def test_rows_of_the_store_are_loaded_as_they_are() -> None:
    seekers, positions = town(30, mothers=30, posts=20)
    wishes = {wish.key: wish for wish in t.wishes(Random(31), 30, posts=[])}
    columns = Mothers()
    columns.load(
        [
            (w.key, w.lat, w.lon, w.job_consent, *map(json.dumps, (w.modes, w.sectors, w.skills)), w.windows, w.max_distance_m, w.pay_fen)
            for w in wishes.values()
        ],
        codes_of=json.loads,
        spans_of=lambda text: windows.spans(windows.parse(text)),
    )
    check(columns, Posts(positions, codes=columns.codes), [t.seeker(wish) for wish in wishes.values()], positions)


def test_scores_round_as_in_the_reference() -> None:
    # Halves of a tenth, and what stands nearest to them on either side.
    halves = np.array([n / 20 for n in range(1, 2_000, 2)])
    values = np.concatenate([halves, np.nextafter(halves, 0), np.nextafter(halves, 100), np.random.default_rng(1).uniform(0, 100, 1_000)])
    assert (tenths(values) / 10).tolist() == [round(value, 1) for value in values.tolist()]


def test_nobody_and_nothing() -> None:
    seekers, positions = town(40, mothers=2, posts=2)
    none, empty = Mothers(), Posts()
    assert best_mothers(none, positions[0], today=t.TODAY, weights=t.WEIGHTS, top=3) == []
    assert best_posts(empty, seekers[0], today=t.TODAY, weights=t.WEIGHTS, top=3) == []
    assert list(all_pairs(none, Posts(positions, codes=none.codes), today=t.TODAY, weights=t.WEIGHTS, top=3)) == []
    assert list(all_pairs(none, Posts(codes=none.codes), today=t.TODAY, weights=t.WEIGHTS, top=3)) == []
    none.put(seekers[0])
    none.remove("nobody")
    check(none, Posts(positions, codes=none.codes), seekers[:1], positions)


def test_long_keys_are_kept_whole() -> None:
    seekers, positions = town(41, mothers=6, posts=30)
    long = [replace(one, key=f"{one.key}-的很长很长的编号-{number}") for number, one in enumerate(seekers)]
    columns = Mothers(seekers)
    for one in long:
        columns.put(one)
    check(columns, Posts(positions, codes=columns.codes), [*seekers, *long], positions)


def test_more_codes_than_bits_are_refused() -> None:
    codes = Codes()
    codes.word("skills", map(str, range(39)))
    with pytest.raises(ValueError, match="39"):
        codes.word("skills", ["one more"])


def test_mothers_and_posts_of_different_codes_are_refused() -> None:
    seekers, positions = town(42, mothers=2, posts=2)
    with pytest.raises(ValueError, match="codes"):
        all_pairs(Mothers(seekers), Posts(positions), today=t.TODAY, weights=t.WEIGHTS, top=1)


def test_a_mother_takes_less_than_a_hundred_bytes() -> None:
    seekers, _ = town(43, mothers=5_000, posts=0)
    assert Mothers(seekers).nbytes < 100 * len(seekers)
