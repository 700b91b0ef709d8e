"""What is left of her when she deletes her data, or when it is old: her own tables are emptied, and her words wherever else they stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import erased, forgetting, inbox, mergers, outbox, threads
from storage.council import leaving
from storage.people import persons
from storage.tables.messages import conversation, recipient
from storage.tables.people import answer, consent, mother, task
from storage.tables.survey import visit
from storage.tables.training import enrolment
from storage.tables.work import application, follow_up, offer
from storage.work import browsing


def erase(tx: Connection, person_id: int, *, now: datetime) -> None:
    """Delete what she told about herself; her key, consents (as proof) and applications stay without it (PIPL 47)."""
    erased.note(tx, person_id, now=now)
    forgetting.begin(tx, person_id, now=now)
    inbox.forget(tx, person_id=person_id)
    outbox.forget(tx, person_id=person_id)
    words(tx, person_id, now=now)
    tx.execute(answer.delete().where(answer.c.person_id == person_id))
    tx.execute(mother.delete().where(mother.c.person_id == person_id))
    tx.execute(conversation.delete().where(conversation.c.person_id == person_id))
    tx.execute(update(consent).where(consent.c.person_id == person_id, consent.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    # Nobody knocks at the door of who wants to be forgotten.
    tx.execute(update(visit).where(visit.c.person_id == person_id, visit.c.status == "open").values(status="refused"))
    persons.change(tx, person_id, **persons.FORGOTTEN, per_day=None, quiet="", notices=False)


def words(tx: Connection, person_id: int, *, now: datetime) -> None:
    """What she said or was said of her, wherever it stands; the rows stay, as a record without content.

    A call that staff still owe her because of a danger keeps its words until it is old: she may need it.
    """
    tx.execute(update(follow_up).where(follow_up.c.person_id == person_id).values(said=None))
    waiting = update(follow_up).where(follow_up.c.person_id == person_id, follow_up.c.status.in_(("due", "asked")))
    tx.execute(waiting.values(status="cancelled", due_at=None))
    tx.execute(update(task).where(task.c.person_id == person_id).values(said=None))
    tx.execute(update(task).where(task.c.person_id == person_id, task.c.closed_at.is_(None)).values(closed_at=now, outcome="erased"))
    tx.execute(update(visit).where(visit.c.person_id == person_id).values(note=None))
    tx.execute(update(application).where(application.c.person_id == person_id).values(reason="", trial_place=""))
    tx.execute(update(enrolment).where(enrolment.c.person_id == person_id).values(mark=None, word=None))
    tx.execute(update(offer).where(offer.c.person_id == person_id).values(reason="", reasons=[]))
    tx.execute(update(recipient).where(recipient.c.person_id == person_id).values(reasons=[]))
    threads.erase(tx, person_id, now=now)
    mergers.forget_of(tx, person_id)
    browsing.erase(tx, person_id)
    leaving.erase(tx, person_id)
    _at_her_door(tx, person_id)


def _at_her_door(tx: Connection, person_id: int) -> None:
    """What a grid worker has half filled in for her."""
    visits = set(tx.execute(select(visit.c.id).where(visit.c.person_id == person_id)).scalars())
    if not visits:
        return
    open_ = tx.execute(
        select(conversation.c.id, conversation.c.about).where(
            conversation.c.status.in_(("active", "postponed")), conversation.c.person_id != person_id
        )
    )
    hers = [row.id for row in open_ if row.about.get("visit") in visits]
    if hers:
        tx.execute(update(conversation).where(conversation.c.id.in_(hers)).values(state={}, status="cancelled", remind_at=None))
