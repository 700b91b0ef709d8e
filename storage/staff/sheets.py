"""What her own file shows of what staff do for her: her threads with every word of them, and what is to be done."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.people import task
from storage.tables.threads import thread, thread_word


def threads(person_id: int) -> Query:
    """Threads, word by word, without what staff noted for each other."""
    return (
        select(*picked(thread, "kind opened_at closed_at"), thread_word.c.said, thread_word.c.said_at)
        .select_from(thread)
        .join(thread_word, thread_word.c.thread_id == thread.c.id)
        .where(thread.c.person_id == person_id, thread_word.c.noted.is_(False))
        .order_by(thread_word.c.id)
    )


def tasks(person_id: int) -> Query:
    """What staff were to do for her."""
    return select(*picked(task, "kind said created_at closed_at outcome")).where(task.c.person_id == person_id).order_by(task.c.id)
