"""Meetings of a case: proposed with times, confirmed by the sides' taps, held with minutes. Writing only; reading is `visible`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.mediation.states import Side
from storage.rows import columns, every
from storage.tables.mediation import SittingStatus, dispute_case, party, sitting, sitting_time


class Coming(NamedTuple):
    """A confirmed meeting whose sides are to be reminded."""

    id: int
    case_id: int
    party_id: int | None
    room: str
    starts_at: datetime


def propose(tx: Connection, case_id: int, *, party_id: int | None, room: str, times: Iterable[datetime]) -> int:
    """A meeting that could be at these times; its id."""
    values = {"case_id": case_id, "party_id": party_id, "room": room, "status": "proposed"}
    sitting_id = int(tx.execute(insert(sitting).values(values).returning(sitting.c.id)).scalar_one())
    tx.execute(insert(sitting_time), [{"sitting_id": sitting_id, "starts_at": at, "suits_a": False, "suits_b": False} for at in times])
    return sitting_id


def suits(tx: Connection, time_id: int, side: Side, fits: bool) -> None:
    """A side tapped that a time suits it, or no longer does."""
    column = "suits_a" if side == "a" else "suits_b"
    tx.execute(update(sitting_time).where(sitting_time.c.id == time_id).values({column: fits}))


def confirm(tx: Connection, sitting_id: int, starts_at: datetime, *, remind_at: datetime | None) -> bool:
    """It is at that time; False where it was confirmed or cancelled before."""
    open_ = sitting.c.id == sitting_id, sitting.c.status == "proposed"
    return tx.execute(update(sitting).where(*open_).values(status="confirmed", starts_at=starts_at, remind_at=remind_at)).rowcount == 1


def set_status(tx: Connection, sitting_id: int, status: SittingStatus) -> bool:
    """It was cancelled; False where it is over."""
    open_ = sitting.c.id == sitting_id, sitting.c.status.in_(("proposed", "confirmed"))
    return tx.execute(update(sitting).where(*open_).values(status=status, remind_at=None)).rowcount == 1


def held(tx: Connection, sitting_id: int, minutes: Mapping[str, str], *, now: datetime) -> bool:
    """It took place, with what was written down; False where it was not confirmed."""
    open_ = sitting.c.id == sitting_id, sitting.c.status == "confirmed"
    values = {"status": "held", "minutes": dict(minutes), "held_at": now, "remind_at": None}
    return tx.execute(update(sitting).where(*open_).values(values)).rowcount == 1


def to_remind(tx: Connection, *, now: datetime, limit: int) -> list[Coming]:
    """Confirmed meetings whose reminder is due, of cases that go on."""
    due = sitting.c.remind_at <= now, sitting.c.status == "confirmed", dispute_case.c.ended_at.is_(None)
    statement = select(*columns(sitting, Coming)).join(dispute_case, dispute_case.c.id == sitting.c.case_id).where(*due)
    return every(tx, statement.order_by(sitting.c.remind_at).limit(limit), Coming)


def reminded(tx: Connection, sitting_id: int) -> None:
    """Its sides were reminded."""
    tx.execute(update(sitting).where(sitting.c.id == sitting_id).values(remind_at=None))


def attending(tx: Connection, row: Coming) -> list[int]:
    """Who is asked to it and can be told here."""
    sides = party.c.case_id == row.case_id, party.c.person_id.is_not(None)
    mine = sides if row.party_id is None else (*sides, party.c.id == row.party_id)
    return list(tx.execute(select(party.c.person_id).where(*mine).order_by(party.c.side)).scalars())
