"""The talks on day 7, 30 and 90 after a start: when each is due, and what she answered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.notices import LOCAL
from storage.tables import Application, Enterprise, FollowUp, Position
from storage.tables.columns import table

F, APP, P, E = table(FollowUp), table(Application), table(Position), table(Enterprise)

DAYS = (7, 30, 90)
# Not in the hour when children are taken to school.
HOUR = time(10)


def plan(tx: Connection, *, application_id: int, person_id: int, started_at: datetime) -> None:
    """Her talks after a start, each due at 10:00 local time of its day; planning them again changes nothing.

    Where she left and begins anew, those that were cancelled come after all.
    """
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    first = started_at.astimezone(LOCAL).date()
    rows = [
        {
            "application_id": application_id,
            "person_id": person_id,
            "day": day,
            "status": "due",
            "asked": 0,
            "due_at": datetime.combine(first + timedelta(days=day), HOUR, LOCAL),
        }
        for day in DAYS
    ]
    fresh = dialect.insert(F)
    again = {name: fresh.excluded[name] for name in ("status", "asked", "due_at")}
    tx.execute(fresh.on_conflict_do_update(index_elements=["application_id", "day"], set_=again, where=F.c.status == "cancelled"), rows)


_TALKS = (
    select(F, APP.c.status.label("application_status"), P.c.title, P.c.enterprise_id, E.c.name.label("enterprise"))
    .select_from(F)
    .join(APP, APP.c.id == F.c.application_id)
    .join(P, P.c.id == APP.c.position_id)
    .join(E, E.c.id == P.c.enterprise_id)
)


def due(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Talks that she has to be asked about now, or that she did not answer, with her application and its post."""
    statement = _TALKS.where(F.c.due_at.is_not(None), F.c.due_at <= now).order_by(F.c.due_at, F.c.id).limit(limit)
    return [dict(row._mapping) for row in tx.execute(statement)]


def get(tx: Connection, follow_up_id: int) -> dict[str, Any] | None:
    """One talk as `due` gives it."""
    row = tx.execute(_TALKS.where(F.c.id == follow_up_id)).first()
    return None if row is None else dict(row._mapping)


def change(tx: Connection, follow_up_id: int, **values: Any) -> None:
    """Set columns of a talk."""
    tx.execute(update(F).where(F.c.id == follow_up_id).values(**values))


def cancel(tx: Connection, application_id: int) -> None:
    """She is no longer there: the talks to come are not held."""
    coming = update(F).where(F.c.application_id == application_id, F.c.status.in_(("due", "asked")))
    tx.execute(coming.values(status="cancelled", due_at=None))
