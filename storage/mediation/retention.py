"""How long a case is kept and read: closed files are stored, not used; what she took back is gone, what the law keeps is sealed off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from domain.mediation.states import ENDED
from storage.tables.mediation import case_word, dispute_case, matter_door, party, referral


def to_restrict(tx: Connection, *, before: datetime, limit: int) -> list[int]:
    """Cases that ended so long ago and can still be read."""
    over = dispute_case.c.state.in_(list(ENDED)), dispute_case.c.ended_at < before, dispute_case.c.restricted_at.is_(None)
    return list(tx.execute(select(dispute_case.c.id).where(*over).order_by(dispute_case.c.id).limit(limit)).scalars())


def restrict(tx: Connection, case_id: int, *, now: datetime) -> None:
    """From now on nobody reads it; a referral that still goes on ends."""
    tx.execute(update(dispute_case).where(dispute_case.c.id == case_id).values(restricted_at=now))
    going_on = referral.c.case_id == case_id, referral.c.status.in_(("in_progress", "accepted"))
    tx.execute(update(referral).where(*going_on).values(status="revoked", decided_at=now, due_at=None))


def of_person(tx: Connection, person_id: int) -> list[int]:
    """The cases that somebody is a side of."""
    return list(tx.execute(select(party.c.case_id).where(party.c.person_id == person_id).order_by(party.c.case_id)).scalars())


def erase(tx: Connection, case_id: int, person_id: int, *, keep: bool, now: datetime) -> None:
    """Her side of a case: her words go where no file has to be kept (`keep`); else it is sealed off. Nothing leads from it to her any more."""
    mine = party.c.case_id == case_id, party.c.person_id == person_id
    if keep:
        # A danger that staff still owe her, or an agreement in force, is seen by who has it until it ends.
        tx.execute(update(dispute_case).where(dispute_case.c.id == case_id, dispute_case.c.ended_at.is_not(None)).values(restricted_at=now))
        tx.execute(update(party).where(*mine).values(person_id=None))
    else:
        sides = select(party.c.id).where(*mine)
        tx.execute(update(case_word).where(case_word.c.party_id.in_(sides)).values(said=None, picture=""))
        blank = {"name": None, "phone": None, "occupation": None, "address": None, "contact_words": None, "consent_words": None}
        tx.execute(update(party).where(*mine).values(**blank, person_id=None, anonymous=True))
    tx.execute(matter_door.delete().where(matter_door.c.person_id == person_id))
