"""The federation's figures, counted by the store itself: who came how far, by community, mode and sector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    String,
    and_,
    case,
    cast,
    distinct,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy import type_coerce as coerce

from domain.access import Scope
from domain.staff.reports import DIMENSIONS, NAMES, Figures, Line, Period
from storage.rows import Query, columns, every
from storage.scope import within
from storage.tables.people import mother, person
from storage.tables.training import enrolment
from storage.tables.work import application, community, follow_up, position

Counted = dict[tuple[str, str], Figures]
# Dimension → codes of its groups.
Groups = Mapping[str, Sequence[str]]


def lines(tx: Connection, where: Iterable[Scope], period: Period, groups: Groups, *, dimensions: Sequence[str] = DIMENSIONS) -> list[Line]:
    """The table for what lies in these scopes. `groups` are the codes of modes and sectors; communities are those of the scopes."""
    scopes = list(where)
    communities = list(
        tx.execute(select(community.c.code).where(within(scopes, community=community.c.id)).order_by(community.c.code)).scalars()
    )
    known: dict[str, Sequence[str]] = {"all": [""], "community": communities, **groups}
    counted: Counted = defaultdict(lambda: {name: None if name == "median_days" else 0 for name in NAMES})
    _profiles(tx, counted, scopes, period, {name: groups[name] for name in groups if name in dimensions})
    for dimension in dimensions:
        _applications(tx, counted, scopes, period, dimension)
        _median(tx, counted, scopes, period, dimension)
        _filled(tx, counted, scopes, period, dimension)
    return [
        Line(dimension, code, counted[dimension, code])
        for dimension in dimensions
        for code in [*known[dimension], *sorted(one for of, one in list(counted) if of == dimension and one not in known[dimension])]
    ]


def _in(column: ColumnElement[datetime], period: Period, *, after: int = 0) -> ColumnElement[bool]:
    """Whether the day `after` days from then lies in the period, and is not to come."""
    days = timedelta(days=after)
    ends = min(period.until or period.tomorrow, period.tomorrow) - days
    begins = [] if period.since is None else [column >= period.since - days]
    return and_(column.is_not(None), column < ends, *begins)


def _profiled(period: Period) -> dict[str, ColumnElement[bool]]:
    """What makes a woman count by her profile."""
    passed = select(enrolment.c.person_id).where(enrolment.c.status == "passed", _in(enrolment.c.assessed_at, period))
    return {
        "registered": and_(mother.c.person_id.is_not(None), _in(person.c.created_at, period)),
        "surveyed": _in(mother.c.surveyed_at, period),
        "trained": person.c.id.in_(passed),
    }


def _wishes(dimension: str, code: str) -> ColumnElement[bool]:
    """Whether she wishes this mode or sector; for the empty code, none at all."""
    text = coerce(cast(mother.c.modes if dimension == "mode" else mother.c.sectors, String), String)
    return text.contains(f'"{code}"', autoescape=True) if code else or_(text.is_(None), text == "[]")


def _profiles(tx: Connection, counted: Counted, scopes: list[Scope], period: Period, groups: Groups) -> None:
    """registered, surveyed, trained: by what a woman wishes, in one walk over the profiles; who wishes several counts in each."""
    did = _profiled(period)
    cells: dict[tuple[str, str, str], ColumnElement[bool]] = {("all", "", name): condition for name, condition in did.items()}
    for dimension, codes in groups.items():
        for code in ("", *codes):
            cells |= {(dimension, code, name): and_(condition, _wishes(dimension, code)) for name, condition in did.items()}
    columns = [func.sum(case((condition, 1), else_=0)) for condition in cells.values()]
    statement = (
        select(func.coalesce(community.c.code, "").label("place"), *columns)
        .select_from(person)
        .outerjoin(mother, mother.c.person_id == person.c.id)
        .outerjoin(community, community.c.id == person.c.community_id)
        .where(person.c.merged_into.is_(None), or_(*did.values()), within(scopes, community=person.c.community_id))
        .group_by("place")
    )
    for place, *counts in tx.execute(statement):
        for (dimension, code, name), count in zip(cells, counts, strict=True):
            if dimension == "all":
                counted["community", place][name] = count
            if count:
                counted[dimension, code][name] = (counted[dimension, code][name] or 0) + count


# By what an application counts: her community, the post's mode and sector.
_OF = {"all": literal(""), "community": func.coalesce(community.c.code, ""), "mode": position.c.mode, "sector": position.c.sector}


def _walk(columns: Iterable[ColumnElement[Any]], scopes: list[Scope]) -> Query:
    """Applications with their woman and post."""
    return (
        select(*columns)
        .select_from(application)
        .join(position, position.c.id == application.c.position_id)
        .join(person, person.c.id == application.c.person_id)
        .outerjoin(community, community.c.id == person.c.community_id)
        .where(within(scopes, community=person.c.community_id))
    )


def _did(period: Period) -> dict[str, ColumnElement[bool]]:
    """What makes an application count: still there is who said so herself, at the door or on the phone."""
    said = (follow_up.c.application_id == application.c.id, follow_up.c.still_there.is_(True))
    reached = {days: _in(application.c.started_at, period, after=days) for days in (30, 90)}
    did = {"applied": _in(application.c.created_at, period), "started": _in(application.c.started_at, period)}
    for days, condition in reached.items():
        # Who is there on day 90 was there on day 30.
        did |= {
            f"day_{days}": condition,
            f"still_{days}": and_(condition, select(follow_up.c.id).where(*said, follow_up.c.day >= days).exists()),
        }
    return did


def _applications(tx: Connection, counted: Counted, scopes: list[Scope], period: Period, dimension: str) -> None:
    """applied, started, and who was still there; each woman once."""
    did = _did(period)
    columns = [func.count(distinct(case((condition, application.c.person_id)))) for condition in did.values()]
    of = _OF[dimension]
    for row in tx.execute(_walk([of.label("of"), *columns], scopes).group_by("of")):
        counted[dimension, row[0]].update(zip(did, row[1:], strict=True))


def _days(tx: Connection, since: ColumnElement[datetime], until: ColumnElement[datetime]) -> ColumnElement[float | Decimal]:
    """From one moment to another, in days."""
    if tx.dialect.name == "sqlite":
        return func.julianday(until) - func.julianday(since)
    return extract("epoch", until - since) / 86400


def _median(tx: Connection, counted: Counted, scopes: list[Scope], period: Period, dimension: str) -> None:
    """median_days from registration to a woman's first start, of those whose first start lies in the period."""
    turn = func.row_number().over(partition_by=application.c.person_id, order_by=(application.c.started_at, application.c.id))
    days = cast(_days(tx, person.c.created_at, application.c.started_at), Float)
    columns = [_OF[dimension].label("code"), days.label("days"), application.c.started_at.label("at"), turn.label("turn")]
    first = _walk(columns, scopes).where(application.c.started_at.is_not(None)).subquery()
    ranked = (
        select(
            first.c.code,
            first.c.days,
            func.row_number().over(partition_by=first.c.code, order_by=first.c.days).label("rank"),
            func.count().over(partition_by=first.c.code).label("of"),
        )
        .where(first.c.turn == 1, _in(first.c.at, period))
        .subquery()
    )
    middle = (2 * ranked.c.rank).between(ranked.c.of, ranked.c.of + 2)
    for code, value in tx.execute(select(ranked.c.code, func.avg(ranked.c.days)).where(middle).group_by(ranked.c.code)):
        counted[dimension, code]["median_days"] = round(float(value), 1)


def _was_filled(period: Period) -> ColumnElement[bool]:
    """Posts in which as many women started as there were places, by the moment the last one did.

    A post that came filled from a list has no such moment: it counts in all time only.
    """
    turn = (
        func.row_number().over(partition_by=application.c.position_id, order_by=(application.c.started_at, application.c.id)).label("turn")
    )
    starts = select(application.c.position_id, application.c.started_at, turn).where(application.c.started_at.is_not(None)).subquery()
    last = select(starts.c.position_id).where(
        starts.c.position_id == position.c.id, starts.c.turn == position.c.headcount, _in(starts.c.started_at, period)
    )
    came = (
        and_(position.c.status == "filled", ~select(application.c.id).where(application.c.position_id == position.c.id).exists())
        if period.since is None
        else false()
    )
    return or_(last.exists(), came)


def _filled(tx: Connection, counted: Counted, scopes: list[Scope], period: Period, dimension: str) -> None:
    """filled: posts all places of which were taken."""
    of = {**_OF, "community": community.c.code}[dimension]
    statement = (
        select(of.label("of"), func.count())
        .select_from(position)
        .join(community, community.c.id == position.c.community_id)
        .where(_was_filled(period), within(scopes, community=position.c.community_id))
        .group_by("of")
    )
    for code, count in tx.execute(statement):
        counted[dimension, code]["filled"] = count


class Counts(NamedTuple):
    """One number of the table: of which group of which dimension, and which figure."""

    dimension: str
    code: str
    name: str


class Row(NamedTuple):
    """A woman or a post behind a number."""

    id: int
    key: str
    name: str | None
    community: str | None


def women(tx: Connection, where: Iterable[Scope], period: Period, of: Counts, *, first: int, limit: int) -> list[Row]:
    """The women whom a number counts, by row id. Raises KeyError for a figure that counts no women."""
    chosen = columns(person, Row, community=community.c.name)
    rows = select(*chosen).select_from(person.outerjoin(community, community.c.id == person.c.community_id))
    return every(tx, rows.where(person.c.id.in_(_women(where, period, of))).order_by(person.c.id).offset(first).limit(limit), Row)


def _women(where: Iterable[Scope], period: Period, of: Counts) -> Query:
    profiled, scopes = _profiled(period), list(where)
    if of.name not in profiled:
        return _walk([application.c.person_id], scopes).where(_OF[of.dimension] == of.code, _did(period)[of.name])
    groups = {
        "all": true(),
        "community": func.coalesce(community.c.code, "") == of.code,
        **{dimension: _wishes(dimension, of.code) for dimension in ("mode", "sector")},
    }
    placed = person.outerjoin(mother, mother.c.person_id == person.c.id).outerjoin(community, community.c.id == person.c.community_id)
    mine = (person.c.merged_into.is_(None), within(scopes, community=person.c.community_id))
    return select(person.c.id).select_from(placed).where(*mine, profiled[of.name], groups[of.dimension])


def filled(tx: Connection, where: Iterable[Scope], period: Period, of: Counts, *, first: int, limit: int) -> list[Row]:
    """The posts that `filled` counts, by row id."""
    group = {**_OF, "community": community.c.code}[of.dimension] == of.code
    chosen = columns(position, Row, key=position.c.code, name=position.c.title, community=community.c.name)
    rows = select(*chosen).select_from(position.join(community, community.c.id == position.c.community_id))
    mine = within(where, community=position.c.community_id)
    return every(tx, rows.where(_was_filled(period), group, mine).order_by(position.c.id).offset(first).limit(limit), Row)
