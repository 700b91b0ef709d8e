"""The mediators' roster: who is on duty for a community, and what she hands to the next; the duty to report."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.rows import columns, every, first
from storage.tables.mediation import duty, duty_report
from storage.tables.people import person


class Shift(NamedTuple):
    """One time on duty."""

    id: int
    community_id: int
    mediator_id: int
    starts_at: datetime
    ends_at: datetime
    handed_words: str | None
    handed_at: datetime | None
    name: str | None
    key: str


_SHIFTS = select(*columns(duty, Shift, person)).select_from(duty).join(person, person.c.id == duty.c.mediator_id)


def add(tx: Connection, community_id: int, mediator_id: int, *, starts_at: datetime, ends_at: datetime) -> int:
    """Put somebody on the roster; the row's id."""
    values = {"community_id": community_id, "mediator_id": mediator_id, "starts_at": starts_at, "ends_at": ends_at}
    return int(tx.execute(insert(duty).values(values).returning(duty.c.id)).scalar_one())


def coming(tx: Connection, community_ids: list[int], *, now: datetime, limit: int = 14) -> list[Shift]:
    """Who is on duty now and next in these communities."""
    there = duty.c.community_id.in_(community_ids), duty.c.ends_at > now
    return every(tx, _SHIFTS.where(*there).order_by(duty.c.starts_at, duty.c.id).limit(limit), Shift)


def get(tx: Connection, shift_id: int) -> Shift | None:
    """One time on duty."""
    return first(tx, _SHIFTS.where(duty.c.id == shift_id), Shift)


def overlaps(tx: Connection, community_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether somebody is on duty there in that time already."""
    there = duty.c.community_id == community_id, duty.c.starts_at < ends_at, duty.c.ends_at > starts_at
    return tx.execute(select(duty.c.id).where(*there).limit(1)).first() is not None


def hand_over(tx: Connection, shift: Shift, said: str, *, now: datetime) -> None:
    """Her time ends now, with a word to the next."""
    tx.execute(update(duty).where(duty.c.id == shift.id).values(ends_at=now, handed_words=said, handed_at=now))


def last_word(tx: Connection, community_id: int, *, now: datetime) -> Shift | None:
    """The last time on duty there that was handed over."""
    over = duty.c.community_id == community_id, duty.c.handed_at.is_not(None), duty.c.handed_at <= now
    return first(tx, _SHIFTS.where(*over).order_by(duty.c.handed_at.desc()).limit(1), Shift)


def ask_report(tx: Connection, case_id: int, *, now: datetime) -> None:
    """Somebody may have to be reported to: staff are asked until they wrote down whom they told. Asked once a case."""
    open_ = select(duty_report.c.id).where(duty_report.c.case_id == case_id, duty_report.c.told_at.is_(None))
    if tx.execute(open_).first() is None:
        tx.execute(insert(duty_report).values(case_id=case_id, asked_at=now, body=""))


def reported(tx: Connection, case_id: int, body: str, said: str, *, by: int, now: datetime) -> bool:
    """Whom they told when, or why nobody; False where that was written down before."""
    open_ = duty_report.c.case_id == case_id, duty_report.c.told_at.is_(None)
    return tx.execute(update(duty_report).where(*open_).values(body=body, words=said, by_id=by, told_at=now)).rowcount > 0


def unreported(tx: Connection, case_id: int) -> bool:
    """Whether nobody has written down yet whom they told."""
    open_ = select(duty_report.c.id).where(duty_report.c.case_id == case_id, duty_report.c.told_at.is_(None))
    return tx.execute(open_).first() is not None
