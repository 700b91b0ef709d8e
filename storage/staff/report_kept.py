"""The figures as they were last counted: whoever opens the page again reads them at once, and they are counted anew beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from domain.access import Scope
from domain.staff.reports import Line, period
from storage.remembered import Remembered
from storage.staff import reports
from storage.staff.reports import Groups

# After so long they are counted anew in the background; after an hour without that, while somebody waits.
FRESH, HOLDS = timedelta(minutes=10), timedelta(hours=1)
# Tables that nobody asked for since are let go; of all that are kept, so many.
ASKED, MOST = timedelta(hours=12), 200


class Table(NamedTuple):
    """Which figures: of these scopes, of a month as YYYY-MM or of all time."""

    where: frozenset[Scope]
    month: str | None


class Counted(NamedTuple):
    """A table as of a moment, and when somebody last asked for it."""

    lines: list[Line]
    at: datetime
    asked_at: datetime


_KEPT: Remembered[dict[Table, Counted]] = Remembered(lambda _: {})


def lines(tx: Connection, where: Iterable[Scope], month: str | None, groups: Groups, *, now: datetime) -> Counted:
    """The figures, not older than an hour. Raises ValueError for what is no month."""
    kept, table = _KEPT.of(tx), Table(frozenset(where), month)
    counted = kept.get(table)
    if counted is None or not timedelta(0) <= now - counted.at < HOLDS:
        counted = Counted(_count(tx, table, groups, now=now), now, now)
    if table in kept or len(kept) < MOST:
        kept[table] = counted._replace(asked_at=now)
    return counted


def stale(tx: Connection, *, now: datetime) -> list[Table]:
    """What has to be counted anew; what nobody asks for any more is let go."""
    kept = _KEPT.of(tx)
    for table in [table for table, one in kept.items() if now - one.asked_at > ASKED]:
        kept.pop(table, None)
    return [table for table, one in list(kept.items()) if now - one.at >= FRESH]


def recount(tx: Connection, table: Table, groups: Groups, *, now: datetime) -> None:
    """Count one of them anew."""
    kept = _KEPT.of(tx)
    fresh = _count(tx, table, groups, now=now)
    if (before := kept.get(table)) is not None:
        kept[table] = Counted(fresh, now, before.asked_at)


def _count(tx: Connection, table: Table, groups: Groups, *, now: datetime) -> list[Line]:
    return reports.lines(tx, table.where, period(table.month, now=now), groups)
