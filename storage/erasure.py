"""Her words outside the tables that are hers alone: emptied when she deletes her data, or when they are old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import threads
from storage.tables import Application, Conversation, FollowUp, Offer, Recipient, Task, Visit
from storage.tables.columns import table

APP, TALK, FOLLOW, OFFER = table(Application), table(Conversation), table(FollowUp), table(Offer)
RECIPIENT, TASK, VISIT = table(Recipient), table(Task), table(Visit)


def words(tx: Connection, person_id: int, *, now: datetime) -> None:
    """What she said or was said of her, wherever it stands; the rows stay, as a record without content.

    A call that staff still owe her because of a danger keeps its words until it is old: she may need it.
    """
    tx.execute(update(FOLLOW).where(FOLLOW.c.person_id == person_id).values(said=None))
    open_talks = update(FOLLOW).where(FOLLOW.c.person_id == person_id, FOLLOW.c.status.in_(("due", "asked")))
    tx.execute(open_talks.values(status="cancelled", due_at=None))
    tx.execute(update(TASK).where(TASK.c.person_id == person_id).values(said=None))
    tx.execute(update(TASK).where(TASK.c.person_id == person_id, TASK.c.closed_at.is_(None)).values(closed_at=now, outcome="erased"))
    tx.execute(update(VISIT).where(VISIT.c.person_id == person_id).values(note=None))
    tx.execute(update(APP).where(APP.c.person_id == person_id).values(reason="", trial_place=""))
    tx.execute(update(OFFER).where(OFFER.c.person_id == person_id).values(reason="", reasons=[]))
    tx.execute(update(RECIPIENT).where(RECIPIENT.c.person_id == person_id).values(reasons=[]))
    threads.erase(tx, person_id, now=now)
    _at_her_door(tx, person_id)


def _at_her_door(tx: Connection, person_id: int) -> None:
    """What a grid worker has half filled in for her."""
    visits = set(tx.execute(select(VISIT.c.id).where(VISIT.c.person_id == person_id)).scalars())
    if not visits:
        return
    open_ = tx.execute(select(TALK.c.id, TALK.c.about).where(TALK.c.status.in_(("active", "postponed")), TALK.c.person_id != person_id))
    hers = [row.id for row in open_ if row.about.get("visit") in visits]
    if hers:
        tx.execute(update(TALK).where(TALK.c.id.in_(hers)).values(state={}, status="cancelled", remind_at=None))
