"""A process that closes a month's pay is killed in its midst and at its last moment: the month is closed whole or not at all; on both stores."""

from __future__ import annotations

import signal
from datetime import date, datetime

from sqlalchemy import func, select

from domain.access import CITY
from domain.workshops.pieces import Count
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables.pay import pay_line, pay_slip
from storage.workshops import counts, lots
from tests.conftest import KEY
from tests.support import closing, towns
from tests.support.process import warm

WOMEN = 30
DAY = date(2026, 11, 20)
# Before which statement it dies; below zero: when all are done and nothing is committed.
MOMENTS = (9, -1)


def worked(store: Store, now: datetime) -> int:
    """So many women with two returns each; the person who closes."""
    towns.small(store)
    with store.begin() as tx:
        keeper = persons.add(tx, "web", "keeper", language="zh", now=now).person_id
        roles.give(tx, keeper, "federation", CITY, now=now)
        made = lots.bring(tx, "L1", enterprise_id=1, community_id=1, item="枕套", pieces=WOMEN * 20, rate_fen=35, deadline=DAY, now=now)
        for number in range(WOMEN):
            woman = persons.add(tx, "web", f"w{number}", language="zh", now=now).person_id
            for _ in range(2):
                counts.add(tx, made, "back", Count(10), status="agreed", on=DAY, now=now, person_id=woman, rate_fen=35)
    return keeper


def closed(store: Store, keeper: int, *, killed_before: int) -> int | None:
    """One life of the process; how it ended."""
    url = store.engine.url.render_as_string(hide_password=False)
    process = warm.Process(target=closing.main, args=(url, KEY, keeper, "2026-11", killed_before), daemon=True)
    process.start()
    process.join(60)
    return process.exitcode


def written(store: Store) -> tuple[int, int]:
    with store.read() as tx:
        slips, lines = (tx.execute(select(func.count()).select_from(rows)).scalar_one() for rows in (pay_slip, pay_line))
    return slips, lines


def test_killed_while_closing_a_month(store: Store, now: datetime) -> None:
    keeper = worked(store, now)
    for moment in MOMENTS:
        assert closed(store, keeper, killed_before=moment) == -signal.SIGKILL
        assert written(store) == (0, 0), "nothing of a month that was not closed"
    assert closed(store, keeper, killed_before=0) == 0
    assert written(store) == (WOMEN, WOMEN * 2)
