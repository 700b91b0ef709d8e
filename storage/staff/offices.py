"""Rows for an office's export, only of the fields it gets, and what it got last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.plain import Json
from storage import access_log
from storage.sealed import digest
from storage.tables.columns import table
from storage.tables.people import Mother, Person
from storage.tables.survey import Campaign, Exported, Visit
from storage.tables.work import Application, Cell, Community, Enterprise, Position

P, M, V, APP, E = table(Person), table(Mother), table(Visit), table(Application), table(Exported)
C, CELL, CAMPAIGN, POSITION, FIRM = table(Community), table(Cell), table(Campaign), table(Position), table(Enterprise)
WORKER = P.alias("worker")
CHUNK = 500

_COLUMNS: dict[str, ColumnElement[Any]] = {
    **{f"person.{name}": P.c[name] for name in ("key", "name", "phone", "building", "created_at")},
    "person.community": C.c.name,
    "person.community_code": C.c.code,
    "person.cell": CELL.c.name,
    "person.cell_code": CELL.c.code,
    **{f"profile.{name}": M.c[name] for name in ("birth_year", "skills", "learn", "modes", "sectors", "windows", "hardship")},
    **{f"profile.{name}": M.c[name] for name in ("max_distance_m", "surveyed_at", "updated_at")},
    "profile.children_count": M.c.children,
    "profile.min_monthly_pay": M.c.min_monthly_pay_fen,
    **{f"visit.{name}": V.c[name] for name in ("status", "missed", "visited_at")},
    "visit.campaign": CAMPAIGN.c.name,
    "visit.worker": WORKER.c.name,
    **{f"application.{name}": APP.c[name] for name in ("status", "created_at", "started_at", "ended_at")},
    "application.position": POSITION.c.title,
    "application.position_code": POSITION.c.code,
    "application.enterprise": FIRM.c.name,
}


def rows(tx: Connection, fields: Iterable[str], *, of: str, community_id: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """(key, values by field) of everybody who is registered, who was to be visited, or who applied; her newest visit and application."""
    wanted = sorted(fields)
    statement = _joined(select(P.c.key, *(_COLUMNS[field].label(field) for field in wanted)), of=of).where(P.c.merged_into.is_(None))
    if community_id is not None:
        statement = statement.where(P.c.community_id == community_id)
    for row in tx.execute(statement.order_by(P.c.id).execution_options(yield_per=CHUNK)):
        yield row[0], {field: _value(field, value) for field, value in zip(wanted, row[1:], strict=True)}


def _value(field: str, value: Any) -> Any:
    if field == "profile.children_count":
        return None if value is None else len(value)
    if field == "profile.min_monthly_pay":
        return None if value is None else Decimal(value) / 100
    return value


def _joined(statement: Select[Any], *, of: str) -> Select[Any]:
    newest_visit = select(func.max(V.c.id)).where(V.c.person_id == P.c.id, V.c.status != "merged").correlate(P).scalar_subquery()
    newest_application = select(func.max(APP.c.id)).where(APP.c.person_id == P.c.id).correlate(P).scalar_subquery()
    return (
        statement.select_from(P)
        .join(M, M.c.person_id == P.c.id, isouter=of == "applied")
        .join(V, V.c.id == newest_visit, isouter=of != "visited")
        .join(APP, APP.c.id == newest_application, isouter=of != "applied")
        .outerjoin(C, C.c.id == P.c.community_id)
        .outerjoin(CELL, CELL.c.id == P.c.cell_id)
        .outerjoin(CAMPAIGN, CAMPAIGN.c.id == V.c.campaign_id)
        .outerjoin(WORKER, WORKER.c.id == V.c.visited_by)
        .outerjoin(POSITION, POSITION.c.id == APP.c.position_id)
        .outerjoin(FIRM, FIRM.c.id == POSITION.c.enterprise_id)
    )


def fingerprint(cells: Sequence[Any]) -> str:
    """By which a row is known that an office got already; it tells nothing of what stands in it."""
    return digest(orjson.dumps([None if cell is None else str(cell) for cell in cells]).decode(), "office")


def changed(tx: Connection, office: str, found: Iterable[tuple[str, list[Any]]]) -> Iterator[tuple[str, list[Any]]]:
    """Of these rows the ones that the office did not get like this last time."""
    rest = iter(found)
    while chunk := list(islice(rest, CHUNK)):
        known = select(E.c.row_key, E.c.digest).where(E.c.office == office, E.c.row_key.in_([key for key, _ in chunk]))
        before = {row.row_key: row.digest for row in tx.execute(known)}
        yield from ((key, cells) for key, cells in chunk if before.get(key) != fingerprint(cells))


def mark(tx: Connection, office: str, written: Sequence[tuple[str, str]], *, columns: Sequence[str], now: datetime) -> None:
    """The office has these rows (key, fingerprint) now; written down for who asks what left the store."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    for start in range(0, len(written), CHUNK):
        chunk = [{"office": office, "row_key": key, "digest": mark_, "exported_at": now} for key, mark_ in written[start : start + CHUNK]]
        fresh = dialect.insert(E)
        same = fresh.on_conflict_do_update(
            index_elements=["office", "row_key"], set_={"digest": fresh.excluded.digest, "exported_at": fresh.excluded.exported_at}
        )
        tx.execute(same, chunk)
    detail: dict[str, Json] = {"office": office, "rows": len(written), "columns": list(columns)}
    access_log.write(tx, actor_id=None, action="offices.export", subject_kind="office", subject_id=None, now=now, detail=detail)
