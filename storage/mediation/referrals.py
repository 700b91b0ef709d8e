"""One side's matter handed to another body, with that side's consent to this one receiver. Reading is `visible`'s."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.rows import columns, every, first
from storage.tables.mediation import ReferralBody, ReferralStatus, referral

# From which status which may follow, and by whom: the receiver (r) or who made it, and the side itself (m).
FOLLOWS: dict[tuple[str, str], str] = {
    ("in_progress", "accepted"): "r",
    ("in_progress", "rejected"): "r",
    ("accepted", "done"): "r",
    ("in_progress", "revoked"): "m",
    ("accepted", "revoked"): "m",
}


class Referral(NamedTuple):
    """One handing over."""

    id: int
    case_id: int
    party_id: int
    body: ReferralBody
    receiver_id: int | None
    status: ReferralStatus
    made_by: int


_ALL = select(*columns(referral, Referral))


def add(
    tx: Connection,
    case_id: int,
    party_id: int,
    body: ReferralBody,
    *,
    receiver_id: int | None,
    consent_words: str,
    by: int,
    due_at: datetime,
    now: datetime,
) -> int:
    """Hand it over; its id. Without a side's words of consent there is none: raises ValueError."""
    if not consent_words.strip():
        raise ValueError("a referral needs the side's consent to this receiver")
    values = {
        "case_id": case_id,
        "party_id": party_id,
        "body": body,
        "receiver_id": receiver_id,
        "consent_at": now,
        "consent_words": consent_words,
        "status": "in_progress",
        "made_by": by,
        "made_at": now,
        "due_at": due_at,
    }
    return int(tx.execute(insert(referral).values(values).returning(referral.c.id)).scalar_one())


def get(tx: Connection, referral_id: int) -> Referral | None:
    """One handing over, without what was said."""
    return first(tx, _ALL.where(referral.c.id == referral_id), Referral)


def move(tx: Connection, row: Referral, status: ReferralStatus, *, reason: str = "", now: datetime) -> bool:
    """It goes on; False where that cannot follow, or somebody was quicker."""
    if (row.status, status) not in FOLLOWS:
        return False
    same = referral.c.id == row.id, referral.c.status == row.status
    due = {} if status == "accepted" else {"due_at": None}
    values = {"status": status, "decided_at": now, "reason": reason or None, **due}
    return tx.execute(update(referral).where(*same).values(values)).rowcount == 1


def live_of(tx: Connection, case_id: int) -> list[Referral]:
    """Those of a case that are going on."""
    live = referral.c.case_id == case_id, referral.c.status.in_(("in_progress", "accepted"))
    return every(tx, _ALL.where(*live).order_by(referral.c.id), Referral)


def overdue(tx: Connection, *, now: datetime, limit: int) -> list[Referral]:
    """Those whose receiver has not answered in time."""
    due = referral.c.status == "in_progress", referral.c.due_at <= now
    return every(tx, _ALL.where(*due).order_by(referral.c.due_at).limit(limit), Referral)


def told(tx: Connection, referral_id: int) -> None:
    """Who made it was told that nobody answers."""
    tx.execute(update(referral).where(referral.c.id == referral_id).values(due_at=None))
