"""A plan keeps to the rules and to the places, and places more than whoever comes first."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from domain.matching import fits, rate
from domain.matching.mothers import Mothers
from domain.matching.plan import plan
from domain.matching.posts import Posts
from tests.support import matching as t


def home(code: str, *skills: str, free: int = 1) -> t.Post:
    return t.Post(code, "take_home", "packing", skills, False, 37.5, 121.4, "", False, 0, "piece", 50, free, None, None, "published", None)


def wish(key: str, *skills: str) -> t.Wish:
    return t.Wish(key, 37.5, 121.4, skills, (), (), "", None, None, True)


def planned(wishes: list[t.Wish], posts: list[t.Post]) -> dict[str, str]:
    mothers = Mothers(t.seeker(one) for one in wishes)
    found = plan(mothers, Posts((t.position(one) for one in posts), codes=mothers.codes), today=t.TODAY, weights=t.WEIGHTS)
    return {match.mother: match.position for match in found}


def test_who_can_do_much_leaves_the_easy_post_to_who_can_do_little() -> None:
    wishes = [wish("m1", "sewing", "knitting"), wish("m2", "sewing"), wish("m3")]
    assert planned(wishes, [home("any"), home("sew", "sewing"), home("knit", "knitting")]) == {"m1": "knit", "m2": "sew", "m3": "any"}


def test_no_more_mothers_than_places() -> None:
    assert len(planned([wish(f"m{n}") for n in range(7)], [home("P1", free=3), home("P2", free=0), home("P3", free=2)])) == 5


def test_nobody_to_place() -> None:
    assert planned([], [home("P1")]) == planned([wish("m1")], []) == {}


@pytest.mark.parametrize("seed", range(3))
def test_pairs_fit_with_the_reference_score_and_reasons(seed: int) -> None:
    random = Random(seed)
    posts = t.posts(random, 60)
    seekers = {one.key: t.seeker(one) for one in t.wishes(random, 80, posts=posts)}
    positions = {one.code: t.position(one) for one in posts}
    mothers = Mothers(seekers.values())
    found = list(plan(mothers, Posts(positions.values(), codes=mothers.codes), today=t.TODAY, weights=t.WEIGHTS))
    assert len({match.mother for match in found}) == len(found) > 10
    assert all(count <= positions[key].places for key, count in Counter(match.position for match in found).items())
    for match in found:
        seeker, position = seekers[match.mother], positions[match.position]
        assert fits(seeker, position, t.TODAY) and rate(seeker, position, t.WEIGHTS) == match
