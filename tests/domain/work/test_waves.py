"""Who is offered a place first: match, hardship, waiting and what she refused, by the numbers of the decision record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching import Position, Seeker, fits, rate
from domain.matching.fair import fairest
from domain.matching.mothers import Mothers
from domain.work import waves
from domain.work.waves import Refusal, Standing, rank
from tests.support import matching as t

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOME = Seeker(key="m", lat=37.5, lon=121.4)
POST = Position(key="P", status="published", places=1, mode="flexible", sector="garment", lat=37.5, lon=121.4)
NEW = Standing(hardship=False, since=NOW)


def points(standing: Standing = NEW, position: Position = POST, score: float = 50.0) -> float | None:
    return rank(score, standing, HOME, position, now=NOW)


def refused(reason: str, position: Position = POST, times: int = 1, days: int = 1) -> Standing:
    return replace(NEW, refusals=(Refusal(reason, position, NOW - timedelta(days=days)),) * times)


def test_hardship_and_waiting_count_and_waiting_ends_to_count() -> None:
    hard = points(replace(NEW, hardship=True))
    waited = [points(replace(NEW, since=NOW - timedelta(days=days))) for days in (0, 1, 15, 30, 31, 400)]
    assert hard == 50 + waves.HARDSHIP
    assert waited == [50, 50.5, 57.5, 65, 65, 65]
    assert points(replace(NEW, since=NOW + timedelta(hours=1))) == 50, "a clock that is behind takes nothing away"


def test_who_has_a_place_comes_after_all_others() -> None:
    best = points(replace(NEW, placed=True), score=100.0)
    worst = points(refused("kind"), score=20.0)
    assert best is not None and worst is not None and best == 40
    assert points(score=41.0) > best  # type: ignore[operator]


@pytest.mark.parametrize(("offers", "asked"), [(4, True), (5, False), (9, False)])
def test_nobody_is_offered_more_than_a_message_holds(offers: int, asked: bool) -> None:
    assert (points(replace(NEW, offers=offers)) is not None) is asked


FAR = replace(POST, lat=37.52)
FARTHER = replace(POST, lat=37.525)
EVENING = replace(POST, windows=((1080, 1320),))
LATE = replace(POST, windows=((1200, 1260),))
MORNING = replace(POST, windows=((480, 700),))
CHEAP = replace(POST, pay_basis="hour", pay_min_fen=1500)
CHEAPER = replace(POST, pay_basis="hour", pay_min_fen=1400)
DEAR = replace(POST, pay_basis="hour", pay_min_fen=1200, pay_max_fen=2600)
COOKING = replace(POST, sector="domestic")


@pytest.mark.parametrize(
    ("reason", "before", "now", "counts"),
    [
        ("far", FAR, FARTHER, True),
        ("far", FAR, FAR, True),
        ("far", FARTHER, FAR, False),
        ("far", FAR, replace(FARTHER, mode="take_home"), False),
        ("time", EVENING, LATE, True),
        ("time", EVENING, MORNING, False),
        ("time", POST, EVENING, False),
        ("time", replace(POST, min_weekly_hours=20), replace(POST, min_weekly_hours=10), False),
        ("time", replace(POST, min_weekly_hours=20), replace(POST, min_weekly_hours=30), True),
        ("pay", CHEAP, CHEAPER, True),
        ("pay", CHEAP, DEAR, False),
        ("pay", CHEAP, replace(DEAR, pay_basis="month"), False),
        ("pay", replace(POST, pay_basis="hour"), CHEAP, True),
        ("kind", POST, FAR, True),
        ("kind", POST, COOKING, False),
        ("other", POST, FAR, True),
        ("other", POST, COOKING, False),
    ],
)
def test_a_reason_counts_where_it_is_met_again(reason: str, before: Position, now: Position, counts: bool) -> None:
    assert points(refused(reason, before), now) == 50 - counts * waves.REFUSED[reason]


def test_twice_the_same_reason_is_a_no_while_it_is_remembered() -> None:
    assert points(refused("kind", times=2)) is None
    assert points(refused("kind", times=2), COOKING) == 50
    assert points(refused("kind", times=2, days=180)) == 50
    assert points(refused("other", times=3)) == 35, "without a reason nothing is closed to her"


def test_a_refusal_weighs_more_than_hardship_and_waiting_together() -> None:
    assert min(waves.REFUSED[reason] for reason in ("far", "time", "pay", "kind")) > waves.MOST_BONUS


@given(st.integers(0, 50), st.integers(0, 200), st.integers(1, 5))
def test_room_is_what_the_places_leave(free: int, open_offers: int, per_place: int) -> None:
    room = waves.room(free=free, open_offers=open_offers, per_place=per_place)
    assert room >= 0 and (room == 0 or open_offers + room == free * per_place)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 400)), max_size=20))
def test_the_bonus_of_columns_is_the_bonus_of_one(pairs: list[tuple[bool, int]]) -> None:
    hardship, days = np.array([one for one, _ in pairs], np.bool_), np.array([day for _, day in pairs], np.int32)
    assert np.asarray(waves.bonus(hardship, days)).tolist() == pytest.approx([waves.bonus(*pair) for pair in pairs])
    assert all(0 <= waves.bonus(*pair) <= waves.MOST_BONUS for pair in pairs)


@pytest.mark.parametrize("seed", range(4))
def test_the_columns_promise_no_less_than_the_rules_give(seed: int) -> None:
    random = Random(seed)
    posts = t.posts(random, 40)
    seekers = {one.key: t.seeker(one) for one in t.wishes(random, 200, posts=posts)}
    since = {key: t.TODAY.toordinal() - random.randint(0, 60) for key in seekers}
    hard = {key: random.random() < 0.3 for key in seekers}
    mothers = Mothers()
    for key, seeker in seekers.items():
        mothers.put(seeker, since=since[key], hardship=hard[key])
    seen = 0
    for position in map(t.position, posts):
        truth = {
            key: rate(seeker, position, t.WEIGHTS).score + waves.bonus(hard[key], t.TODAY.toordinal() - since[key])
            for key, seeker in seekers.items()
            if fits(seeker, position, t.TODAY)
        }
        ask: dict[str, Any] = {"today": t.TODAY, "weights": t.WEIGHTS, "bonus": waves.bonus}
        found = dict(fairest(mothers, position, top=1_000, **ask))
        assert found.keys() == truth.keys()
        assert all(truth[key] <= most <= truth[key] + 1 for key, most in found.items())
        best = fairest(mothers, position, top=3, **ask)
        assert [most for _, most in best] == sorted(found.values(), reverse=True)[:3]
        seen += len(found)
    assert seen > 100


def test_among_equals_comes_first_who_waits_longest() -> None:
    mothers = Mothers()
    for key, since in (("a", 700_100), ("b", 700_000), ("c", 700_050)):
        mothers.put(replace(HOME, key=key), since=since)
    ask: dict[str, Any] = {"today": t.TODAY, "weights": t.WEIGHTS, "bonus": waves.bonus}
    assert [key for key, _ in fairest(mothers, POST, top=2, **ask)] == ["b", "c"]
    mothers.waits_from("b", t.TODAY.toordinal())
    assert [key for key, _ in fairest(mothers, POST, top=3, **ask)] == ["c", "a", "b"]
    mothers.waits_from("nobody", 1)
    assert len(mothers) == 3


def test_who_works_already_is_not_asked() -> None:
    assert points(replace(NEW, works=True), score=100.0) is None
