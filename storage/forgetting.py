"""Takes the name and number of who deleted her data out of what others were told and wrote, step by step beside the bot's work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Column, Connection, String, Table, delete, insert, literal, select, type_coerce, update

from storage import sealed
from storage.access_log import ERASED
from storage.rows import columns, first
from storage.tables.forgetting import forgetting
from storage.tables.messages import conversation, inbox, notice, outbox
from storage.tables.people import access_log, person, task
from storage.tables.survey import visit
from storage.tables.threads import thread, thread_word
from storage.tables.work import application, follow_up, position, review

# Where others may be told of her, or speak of her. What the law has kept (case files, ledgers) is not among them.
PLACES: tuple[Column[Any], ...] = (
    outbox.c.body,
    notice.c.body,
    inbox.c.said,
    conversation.c.state,
    task.c.said,
    thread.c.note,
    thread.c.contact,
    thread_word.c.said,
    visit.c.note,
    follow_up.c.said,
    application.c.reason,
    application.c.trial_place,
    review.c.reason,
    position.c.withdrawn_why,
    access_log.c.detail,
)
# What others were told: her words stand there as well, if they were passed on. What is not told yet keeps them: she may be in danger.
TOLD = (outbox.c.body, notice.c.body)
UNDER_WAY = ("waiting", "sending", "kept")
# What stands in their place.
GONE = "＊＊"
# Rows of one transaction.
STEP = 300
# Nothing shorter is looked for: it would stand in every other word.
SHORTEST, SHORTEST_QUOTE = 2, 4
# Characters by which words of hers are found again where they are quoted.
QUOTED = 20


class Job(NamedTuple):
    """A deletion under way."""

    id: int
    words: list[str]
    quotes: list[str]
    place: int
    done_to: int


def begin(tx: Connection, person_id: int, *, now: datetime) -> None:
    """To be called before what she told is emptied."""
    row = tx.execute(select(person.c.name, person.c.phone, person.c.building).where(person.c.id == person_id)).one()
    words = [word for word in row if word and len(word) >= SHORTEST]
    quotes = [said[:QUOTED] for said in _passed_on(tx, person_id) if len(said) >= SHORTEST_QUOTE]
    if words or quotes:
        tx.execute(
            insert(forgetting).values(person_id=person_id, words=words, quotes=sorted(set(quotes)), asked_at=now, place=0, done_to=0)
        )


def _passed_on(tx: Connection, person_id: int) -> Iterator[str]:
    mine = thread_word.c.author_id == person_id, thread_word.c.from_staff.is_(False)
    yield from (said for said in tx.execute(select(thread_word.c.said).where(*mine)).scalars() if said)
    for said in (task.c.said, follow_up.c.said):
        yield from (words for words in tx.execute(select(said).where(said.table.c.person_id == person_id)).scalars() if words)


def under_way(tx: Connection) -> bool:
    """Whether there is anything to do."""
    return tx.execute(select(forgetting.c.id).limit(1)).first() is not None


def step(tx: Connection) -> int:
    """Look through some rows for the oldest deletion; how many jobs are under way."""
    job = first(tx, select(*columns(forgetting, Job)).order_by(forgetting.c.id).limit(1), Job)
    if job is None:
        return 0
    if job.place >= len(PLACES):
        tx.execute(delete(forgetting).where(forgetting.c.id == job.id))
        return 1
    last = _look_through(tx, PLACES[job.place], job)
    further = {"done_to": last} if last is not None else {"place": job.place + 1, "done_to": 0}
    tx.execute(update(forgetting).where(forgetting.c.id == job.id).values(**further))
    return 1


def _look_through(tx: Connection, column: Column[Any], job: Job) -> int | None:
    """The last row that was looked at; None where there are no more."""
    source: Table = column.table
    token = type_coerce(column, String)
    rows = tx.execute(
        select(source.c.id, token, source.c.status if column in TOLD else literal(""))
        .where(source.c.id > job.done_to)
        .order_by(source.c.id)
        .limit(STEP)
    ).all()
    for row_id, kept, status in rows:
        plain = sealed.unseal(kept) if kept else ""
        if column is access_log.c.detail and any(word in plain for word in job.words):
            without = orjson.dumps(ERASED).decode()
        else:
            without = _without(plain, job, quoted=column in TOLD and status not in UNDER_WAY)
        if without != plain:
            changed = update(source).where(source.c.id == row_id, token == kept)
            tx.execute(changed.values({column: type_coerce(sealed.seal(without), String)}))
    return rows[-1][0] if rows else None


def _without(plain: str, job: Job, *, quoted: bool) -> str:
    """The text without her name; a message that quotes her, without its text."""
    for word in job.words:
        plain = plain.replace(word, GONE)
    if quoted and any(quote in plain for quote in job.quotes):
        return orjson.dumps({**orjson.loads(plain), "text": GONE}).decode()
    return plain
