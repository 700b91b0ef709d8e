"""A process that takes votes is killed again and again: no vote that was confirmed is lost, and none counts twice; on both stores."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

import pytest

from domain.council.votes import STANDARD
from storage.council import meetings, suggestions, votes
from storage.database import Store
from storage.people import persons
from tests.conftest import KEY
from tests.support import towns, voting
from tests.support.process import warm

MEMBERS = 40
KILLED_AFTER = (7, 15, 31)


def opened(store: Store, now: datetime, *, secret: bool) -> int:
    towns.small(store)
    with store.begin() as tx:
        place = persons.communities(tx)[0].id
        people = [persons.add(tx, "web", f"v{number}", language="zh", now=now).person_id for number in range(MEMBERS)]
        said = suggestions.add(tx, "V1", community_id=place, text="路灯坏了", now=now, topic="facilities", published_at=now)
        meeting = meetings.add(tx, place, now + timedelta(days=1), "工坊", by=people[0], now=now)
        meetings.put_on(tx, meeting, said)
        item = meetings.items(tx, meeting)[0].id
        ends = now + timedelta(days=1)
        return votes.open_(tx, item, options=STANDARD, secret=secret, quorum=21, electors=people, closes_at=ends, now=now)


def voted(store: Store, motion: int, *, killed_after: int | None) -> int:
    """One life of the process; how many votes it confirmed before it was killed."""
    url, confirmed = store.engine.url.render_as_string(hide_password=False), 0
    heard, told = warm.Pipe(duplex=False)
    process = warm.Process(target=voting.main, args=(url, KEY, motion, told), daemon=True)
    process.start()
    told.close()
    # What it told before it died is heard all the same.
    with heard, contextlib.suppress(EOFError):
        while heard.recv():
            confirmed += 1
            if confirmed == killed_after:
                process.kill()
                break
    process.join(60)
    return confirmed


@pytest.mark.parametrize("secret", [False, True])
def test_killed_between_votes(store: Store, now: datetime, secret: bool) -> None:
    motion = opened(store, now, secret=secret)
    for after in KILLED_AFTER:
        confirmed = voted(store, motion, killed_after=after)
        with store.read() as tx:
            assert confirmed <= votes.turnout(tx, motion) <= MEMBERS, "what was confirmed is there"
    assert voted(store, motion, killed_after=None) == MEMBERS
    with store.begin() as tx:
        row = votes.get(tx, motion)
        assert row is not None
        closed = votes.close(tx, row, now=now)
        assert closed.counts == [MEMBERS // 2, MEMBERS // 2, 0] and votes.turnout(tx, motion) == MEMBERS
