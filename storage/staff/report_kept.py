"""The figures as they were last counted: whoever opens the page again reads them at once, and they are counted anew beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.access import CITY, TABLE, Scope, scopes
from domain.staff.reports import Line, period
from storage.remembered import Remembered
from storage.replica import as_of
from storage.staff import reports, roles
from storage.staff.reports import Groups
from storage.tables.people import role

# After so long they are counted anew in the background; after an hour without that, while somebody waits.
FRESH, HOLDS = timedelta(minutes=10), timedelta(hours=1)
# Tables that nobody asked for since are let go; of all that are kept, so many.
ASKED, MOST = timedelta(hours=12), 200
# Of those that somebody will open first, so many are counted before anybody does.
EXPECTED = 30
SEEING = TABLE["reports.see"]


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
        counted = Counted(_count(tx, table, groups, now=now), as_of(tx, now), now)
    if table in kept or len(kept) < MOST:
        kept[table] = counted._replace(asked_at=now)
    return counted


def stale(tx: Connection, *, now: datetime, first_looks: Iterable[Table] = ()) -> list[Table]:
    """What has to be counted anew, and of `first_looks` what was not counted yet; what nobody asks for any more is let go."""
    kept, expected = _KEPT.of(tx), list(dict.fromkeys(first_looks))[:EXPECTED]
    for table in [table for table, one in kept.items() if now - one.asked_at > ASKED and table not in expected]:
        kept.pop(table, None)
    return [*(table for table in expected if table not in kept), *(table for table, one in list(kept.items()) if now - one.at >= FRESH)]


def recount(tx: Connection, table: Table, groups: Groups, *, now: datetime) -> None:
    """Count one of them anew, or for whoever will look first."""
    kept = _KEPT.of(tx)
    fresh = _count(tx, table, groups, now=now)
    if (before := kept.get(table)) is not None or len(kept) < MOST:
        kept[table] = Counted(fresh, as_of(tx, now), before.asked_at if before is not None else now)


def of_staff(tx: Connection, months: Iterable[str]) -> list[Table]:
    """The tables that those who may see figures open first: of the whole city before single places."""
    people = {row.person_id for row in tx.execute(select(role.c.person_id).where(role.c.withdrawn_at.is_(None), role.c.role.in_(SEEING)))}
    places = {frozenset(scopes(roles.roles_of(tx, one), "reports.see")) for one in sorted(people)}
    wide_first = sorted((where for where in places if where), key=lambda where: (CITY not in where, sorted(map(repr, where))))
    return [Table(where, month) for where in wide_first for month in months]


def _count(tx: Connection, table: Table, groups: Groups, *, now: datetime) -> list[Line]:
    return reports.lines(tx, table.where, period(table.month, now=now), groups)
