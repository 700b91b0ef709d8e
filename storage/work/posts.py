"""Positions, who offers them, and whom they may fit."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from domain.access import Scope
from domain.notices import LOCAL
from storage.scope import within
from storage.tables import Address, Application, Community, Consent, Enterprise, Mother, Person, Position, Revision
from storage.tables.columns import table

P, E, APP, COMMUNITY = table(Position), table(Enterprise), table(Application), table(Community)
M, PERSON, CONSENT, ADDRESS = table(Mother), table(Person), table(Consent), table(Address)
REV = table(Revision)

_POSITIONS = (
    select(P, E.c.name.label("enterprise"), COMMUNITY.c.name.label("community"))
    .select_from(P)
    .join(E, E.c.id == P.c.enterprise_id)
    .join(COMMUNITY, COMMUNITY.c.id == P.c.community_id)
)
_MOTHERS = (
    select(M, PERSON.c.key, COMMUNITY.c.lat, COMMUNITY.c.lon)
    .select_from(M)
    .join(PERSON, PERSON.c.id == M.c.person_id)
    .join(COMMUNITY, COMMUNITY.c.id == PERSON.c.community_id)
)


def _rows(tx: Connection, statement: Any, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(statement, values or {})]


def open_positions(tx: Connection) -> Iterator[dict[str, Any]]:
    """Published positions with free places, one after the other: a province's do not fit beside each other in memory."""
    statement = select(P).where(P.c.status == "published", P.c.taken < P.c.headcount).order_by(P.c.id)
    for row in tx.execute(statement.execution_options(yield_per=500)):
        yield dict(row._mapping)


def positions_by_code(tx: Connection, codes: list[str]) -> dict[str, dict[str, Any]]:
    """These positions, in whatever status."""
    return {row["code"]: row for row in _rows(tx, _POSITIONS.where(P.c.code.in_(codes)))}


def positions_stamp(tx: Connection) -> tuple[str, int]:
    """What changes with every change of the open positions of this store."""
    return str(tx.engine.url), tx.execute(select(REV.c.stamp).where(REV.c.name == "positions")).scalar() or 0


def positions_changed(tx: Connection) -> None:
    """To be called with every change of positions. The stamp is random: a number could come twice after a rollback."""
    stamp = secrets.randbits(62)
    if tx.execute(update(REV).where(REV.c.name == "positions").values(stamp=stamp)).rowcount == 0:
        tx.execute(insert(REV).values(name="positions", stamp=stamp))


def position(tx: Connection, position_id: int) -> dict[str, Any] | None:
    """One position, in whatever status."""
    found = _rows(tx, _POSITIONS.where(P.c.id == position_id))
    return found[0] if found else None


def drafts(tx: Connection, where: Iterable[Scope], *, limit: int) -> list[dict[str, Any]]:
    """Drafts within these scopes, newest last."""
    mine = within(where, community=P.c.community_id, enterprise=P.c.enterprise_id)
    return _rows(tx, _POSITIONS.where(P.c.status == "draft", mine).order_by(P.c.id).limit(limit))


def unannounced(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Published positions that are open by date and whose mothers were not looked for yet."""
    begun = or_(P.c.opens_on.is_(None), P.c.opens_on <= now.astimezone(LOCAL).date())
    return _rows(
        tx, _POSITIONS.where(P.c.status == "published", P.c.announced_at.is_(None), begun).order_by(P.c.published_at, P.c.id).limit(limit)
    )


def change_position(tx: Connection, position_id: int, **values: Any) -> None:
    """Set columns of a position."""
    positions_changed(tx)
    tx.execute(update(P).where(P.c.id == position_id).values(**values))


def publish(tx: Connection, position_id: int, *, now: datetime) -> bool:
    """Draft → published; False where it was no draft."""
    return (
        tx.execute(update(P).where(P.c.id == position_id, P.c.status == "draft").values(status="published", published_at=now)).rowcount == 1
    )


def mothers(tx: Connection) -> list[dict[str, Any]]:
    """All mothers whose place is known, with whether they agree to job notices."""
    agreed = set(tx.execute(select(CONSENT.c.person_id).where(CONSENT.c.purpose == "jobs", CONSENT.c.withdrawn_at.is_(None))).scalars())
    return [{**row, "job_consent": row["person_id"] in agreed} for row in _rows(tx, _MOTHERS)]


def mother(tx: Connection, person_id: int) -> dict[str, Any] | None:
    """One mother as `mothers` gives her."""
    found = _rows(tx, _MOTHERS.where(M.c.person_id == person_id))
    if not found:
        return None
    statement = select(CONSENT.c.id).where(CONSENT.c.person_id == person_id, CONSENT.c.purpose == "jobs", CONSENT.c.withdrawn_at.is_(None))
    return {**found[0], "job_consent": tx.execute(statement).first() is not None}


def announced(tx: Connection, position_id: int, *, now: datetime) -> None:
    """Its mothers were looked for; free places did not change, so nobody's copy is old."""
    tx.execute(update(P).where(P.c.id == position_id).values(announced_at=now))
