"""Rows for an office's export, only of the fields it gets, and what it got last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

import orjson
from sqlalchemy import ColumnElement, Connection, func, select

from domain.lists import Cell
from domain.plain import Json
from domain.staff.offices import Value
from storage import access_log
from storage.rows import Query, upsert
from storage.sealed import digest
from storage.tables.people import mother, person
from storage.tables.survey import campaign, exported, visit
from storage.tables.work import application, cell, community, enterprise, position

_worker = person.alias("worker")
CHUNK = 500

_COLUMNS: dict[str, ColumnElement[object]] = {
    **{f"person.{name}": person.c[name] for name in ("key", "name", "phone", "building", "created_at")},
    "person.community": community.c.name,
    "person.community_code": community.c.code,
    "person.cell": cell.c.name,
    "person.cell_code": cell.c.code,
    **{f"profile.{name}": mother.c[name] for name in ("birth_year", "skills", "learn", "modes", "sectors", "windows", "hardship")},
    **{f"profile.{name}": mother.c[name] for name in ("max_distance_m", "surveyed_at", "updated_at")},
    "profile.children_count": mother.c.children,
    "profile.min_monthly_pay": mother.c.min_monthly_pay_fen,
    **{f"visit.{name}": visit.c[name] for name in ("status", "missed", "visited_at")},
    "visit.campaign": campaign.c.name,
    "visit.worker": _worker.c.name,
    **{f"application.{name}": application.c[name] for name in ("status", "created_at", "started_at", "ended_at")},
    "application.position": position.c.title,
    "application.position_code": position.c.code,
    "application.enterprise": enterprise.c.name,
}


def rows(tx: Connection, fields: Iterable[str], *, of: str, community_id: int | None) -> Iterator[tuple[str, dict[str, Value]]]:
    """(key, values by field) of everybody who is registered, who was to be visited, or who applied; her newest visit and application."""
    wanted = sorted(fields)
    statement = _joined(select(person.c.key, *(_COLUMNS[field].label(field) for field in wanted)), of=of).where(
        person.c.merged_into.is_(None)
    )
    if community_id is not None:
        statement = statement.where(person.c.community_id == community_id)
    for row in tx.execute(statement.order_by(person.c.id).execution_options(yield_per=CHUNK)):
        values: Sequence[Value] = row[1:]
        yield row[0], {field: _value(field, value) for field, value in zip(wanted, values, strict=True)}


def _value(field: str, value: Value) -> Value:
    if field == "profile.children_count":
        return len(value) if isinstance(value, list) else None
    if field == "profile.min_monthly_pay":
        return Decimal(value) / 100 if isinstance(value, int) else None
    return value


def _joined(statement: Query, *, of: str) -> Query:
    newest_visit = (
        select(func.max(visit.c.id)).where(visit.c.person_id == person.c.id, visit.c.status != "merged").correlate(person).scalar_subquery()
    )
    newest_application = (
        select(func.max(application.c.id)).where(application.c.person_id == person.c.id).correlate(person).scalar_subquery()
    )
    return (
        statement.select_from(person)
        .join(mother, mother.c.person_id == person.c.id, isouter=of == "applied")
        .join(visit, visit.c.id == newest_visit, isouter=of != "visited")
        .join(application, application.c.id == newest_application, isouter=of != "applied")
        .outerjoin(community, community.c.id == person.c.community_id)
        .outerjoin(cell, cell.c.id == person.c.cell_id)
        .outerjoin(campaign, campaign.c.id == visit.c.campaign_id)
        .outerjoin(_worker, _worker.c.id == visit.c.visited_by)
        .outerjoin(position, position.c.id == application.c.position_id)
        .outerjoin(enterprise, enterprise.c.id == position.c.enterprise_id)
    )


def fingerprint(cells: Sequence[Cell]) -> str:
    """By which a row is known that an office got already; it tells nothing of what stands in it."""
    return digest(orjson.dumps([None if cell is None else str(cell) for cell in cells]).decode(), "office")


def changed(tx: Connection, office: str, rows: Iterable[tuple[str, list[Cell]]]) -> Iterator[tuple[str, list[Cell]]]:
    """Of these rows the ones that the office did not get like this last time."""
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        known = select(exported.c.row_key, exported.c.digest).where(
            exported.c.office == office, exported.c.row_key.in_([key for key, _ in chunk])
        )
        before = {row.row_key: row.digest for row in tx.execute(known)}
        yield from ((key, cells) for key, cells in chunk if before.get(key) != fingerprint(cells))


def mark(tx: Connection, office: str, written: Sequence[tuple[str, str]], *, columns: Sequence[str], now: datetime) -> None:
    """The office has these rows (key, fingerprint) now; written down for who asks what left the store."""
    for start in range(0, len(written), CHUNK):
        chunk = [{"office": office, "row_key": key, "digest": mark_, "exported_at": now} for key, mark_ in written[start : start + CHUNK]]
        fresh = upsert(tx, exported)
        same = fresh.on_conflict_do_update(
            index_elements=["office", "row_key"], set_={"digest": fresh.excluded.digest, "exported_at": fresh.excluded.exported_at}
        )
        tx.execute(same, chunk)
    detail: dict[str, Json] = {"office": office, "rows": len(written), "columns": list(columns)}
    access_log.write(tx, actor_id=None, action="offices.export", subject_kind="office", subject_id=None, now=now, detail=detail)
