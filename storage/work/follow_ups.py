"""The talks on day 7, 30 and 90 after a start: when each is due, and what she answered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, select, update

from domain.notices import LOCAL
from domain.work.applications import Status
from storage.rows import columns, every, first, upsert
from storage.tables.work import FollowUpStatus, application, enterprise, follow_up, position

DAYS = (7, 30, 90)
# Not in the hour when children are taken to school.
HOUR = time(10)


def plan(tx: Connection, *, application_id: int, person_id: int, started_at: datetime) -> None:
    """Her talks after a start, each due at 10:00 local time of its day; planning them again changes nothing.

    Where she left and begins anew, those that were cancelled come after all.
    """
    began = started_at.astimezone(LOCAL).date()
    rows = [
        {
            "application_id": application_id,
            "person_id": person_id,
            "day": day,
            "status": "due",
            "asked": 0,
            "due_at": datetime.combine(began + timedelta(days=day), HOUR, LOCAL),
        }
        for day in DAYS
    ]
    fresh = upsert(tx, follow_up)
    again = {name: fresh.excluded[name] for name in ("status", "asked", "due_at")}
    tx.execute(
        fresh.on_conflict_do_update(index_elements=["application_id", "day"], set_=again, where=follow_up.c.status == "cancelled"), rows
    )


class FollowUp(NamedTuple):
    """A talk with her application and its post; `asked`: how often."""

    id: int
    application_id: int
    person_id: int
    day: int
    status: FollowUpStatus
    asked: int
    due_at: datetime | None
    answered_at: datetime | None
    still_there: bool | None
    paid_on_time: bool | None
    right_amount: bool | None
    said: str | None
    application_status: Status
    title: str
    enterprise_id: int
    enterprise: str


class Told(TypedDict, total=False):
    """What she answers; None where she was not asked that."""

    still_there: bool
    paid_on_time: bool | None
    right_amount: bool | None
    said: str


class Changed(Told, total=False):
    """Columns of a talk that change."""

    status: FollowUpStatus
    asked: int
    due_at: datetime | None
    answered_at: datetime


_TALKS = (
    select(*columns(follow_up, FollowUp, position, application_status=application.c.status, enterprise=enterprise.c.name))
    .select_from(follow_up)
    .join(application, application.c.id == follow_up.c.application_id)
    .join(position, position.c.id == application.c.position_id)
    .join(enterprise, enterprise.c.id == position.c.enterprise_id)
)


def due(tx: Connection, *, now: datetime, limit: int) -> list[FollowUp]:
    """Talks that she has to be asked about now, or that she did not answer."""
    waiting = _TALKS.where(follow_up.c.due_at.is_not(None), follow_up.c.due_at <= now)
    return every(tx, waiting.order_by(follow_up.c.due_at, follow_up.c.id).limit(limit), FollowUp)


def get(tx: Connection, follow_up_id: int) -> FollowUp | None:
    """One talk."""
    return first(tx, _TALKS.where(follow_up.c.id == follow_up_id), FollowUp)


def change(tx: Connection, follow_up_id: int, **values: Unpack[Changed]) -> None:
    """Set columns of a talk."""
    tx.execute(update(follow_up).where(follow_up.c.id == follow_up_id).values(**values))


def cancel(tx: Connection, application_id: int) -> None:
    """She is no longer there: the talks to come are not held."""
    coming = update(follow_up).where(follow_up.c.application_id == application_id, follow_up.c.status.in_(("due", "asked")))
    tx.execute(coming.values(status="cancelled", due_at=None))
