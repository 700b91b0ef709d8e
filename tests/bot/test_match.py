"""`motherpost match`: the same lines as the reference gives, and a clear word for a key that nobody has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot import demo
from bot.commands.match import Line, run
from domain.access import CITY
from domain.matching import Match, best, fits, rate
from domain.notices import LOCAL
from handlers.work.fitting import as_position, as_seeker
from storage.database import Store
from storage.work import posts, seekers
from tests.support.matching import WEIGHTS


@pytest.fixture
def filled(store: Store, now: datetime) -> Store:
    demo.fill(store, mothers=60, positions=80, now=now)
    return store


def lines(store: Store, now: datetime, **asked: Any) -> list[Line]:
    return list(run(store, **{"mother": None, "position": None, "all_": False, "top": None, "weights": WEIGHTS, "now": now, **asked}))


def as_lines(matches: list[Match]) -> list[dict[str, Any]]:
    return [{"mother": one.mother, "position": one.position, "score": one.score, "why": list(one.why)} for one in matches]


def test_each_way_gives_what_the_reference_gives(filled: Store, now: datetime) -> None:
    with filled.read() as tx:
        looking = sorted((as_seeker(row) for row in seekers.all_wishes(tx)), key=lambda one: one.key)
        offers = [as_position(post) for post in posts.with_free_places(tx)]
    today = now.astimezone(LOCAL).date()
    each = {one.key: best(one, offers, today=today, weights=WEIGHTS, top=len(offers)) for one in looking}
    assert sum(map(len, each.values())) > 100
    assert lines(filled, now, all_=True) == as_lines([match for found in each.values() for match in found])
    assert lines(filled, now, all_=True, top=2) == as_lines([match for found in each.values() for match in found[:2]])
    some = max(each, key=lambda key: len(each[key]))
    assert lines(filled, now, mother=some, top=3) == as_lines(each[some][:3])
    post = next(one for one in offers if one.key == each[some][0].position)
    wanted = sorted((rate(one, post, WEIGHTS) for one in looking if fits(one, post, today)), key=lambda match: -match.score)
    assert lines(filled, now, position=post.key) == as_lines(wanted)
    assert lines(filled, now, position=post.key, top=1) == as_lines(wanted[:1])


def test_a_draft_fits_nobody_yet(filled: Store, now: datetime) -> None:
    with filled.read() as tx:
        draft = posts.listed(tx, (CITY,), statuses=("draft",), limit=1)[0]
    assert lines(filled, now, position=draft.code) == []


def test_a_key_that_nobody_has_is_said_so(filled: Store, now: datetime) -> None:
    with pytest.raises(ValueError, match="没有编号是 P9999 的岗位"):
        lines(filled, now, position="P9999")
    with pytest.raises(ValueError, match="没有编号是 m0 的妈妈"):
        lines(filled, now, mother="m0")
    with pytest.raises(ValueError, match="选一个"):
        lines(filled, now, mother="m0", all_=True)


def test_an_empty_store_has_no_lines(store: Store, now: datetime) -> None:
    assert lines(store, now, all_=True, top=5) == []
