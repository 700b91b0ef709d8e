"""Recipients of a broadcast: chosen and decided on in steps that each commit, everybody once, and put on lists where they were not reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, distinct, func, insert, literal, or_, select, update

from domain.broadcasts.audience import Audience
from domain.broadcasts.notices import SENT
from storage.broadcasts.meant import got, people
from storage.broadcasts.queue import Broadcast
from storage.rows import upsert
from storage.tables.messages import BULK, OutboxStatus, notice, outbox, recipient
from storage.tables.people import address, consent, person, task

# Persons of one step: a mother who writes meanwhile waits for no more than one.
CHUNK = 10_000


class Listening(NamedTuple):
    """What the notice rules have to know of a person: where she is reached, when she wrote, and how much she was told today."""

    language: str
    notices: bool
    quiet: str
    per_day: int | None
    reach: tuple[str, str] | None
    wrote_at: datetime | None
    told: int
    consents: frozenset[str]


class Message(NamedTuple):
    """A message to one recipient; `body` is empty where it is the broadcast's own."""

    recipient: int
    person_id: int
    channel: str
    address: str
    body: str


def choose(tx: Connection, broadcast: Broadcast, *, now: datetime, chunk: int = CHUNK) -> bool:
    """The next recipients, in one statement; False where there were no more. After a crash it goes on behind the last commit."""
    after = broadcast.chosen_to
    last = _nth(tx, person.c.id, person.c.id > after, chunk)
    if last is None:
        return False
    here = and_(person.c.id > after, person.c.id <= last)
    row = [literal(broadcast.id), person.c.id, literal("chosen"), literal(""), literal(0), literal([], recipient.c.reasons.type)]
    row += [literal(now, recipient.c.due_at.type), literal("")]
    if broadcast.corrects is not None:
        chosen = select(*row).select_from(person).where(here, person.c.id.in_(got(broadcast.corrects)))
    else:
        chosen = people(tx, Audience.from_json(broadcast.audience), *row, now=now).where(here)
    columns = [
        recipient.c.notice_id,
        recipient.c.person_id,
        recipient.c.status,
        recipient.c.why,
        recipient.c.score,
        recipient.c.reasons,
        recipient.c.due_at,
        recipient.c.tapped,
    ]
    put = upsert(tx, recipient).from_select(columns, chosen).on_conflict_do_nothing()
    # PostgreSQL's driver would forget how many an INSERT made.
    inserted = tx.execute(put, execution_options={"preserve_rowcount": True}).rowcount
    tx.execute(update(notice).where(notice.c.id == broadcast.id).values(chosen_to=last, recipients=notice.c.recipients + inserted))
    return True


def _nth(tx: Connection, column: ColumnElement[int], condition: ColumnElement[bool], chunk: int) -> int | None:
    """The value at the end of the next `chunk` rows; None where there are none."""
    few = select(column.label("id")).where(condition).order_by(column).limit(chunk).subquery()
    return tx.execute(select(func.max(few.c.id))).scalar()


def room(tx: Connection, notice_id: int, most: int) -> int:
    """How many more rows of a broadcast may wait in the outbox."""
    few = select(outbox.c.id).where(outbox.c.notice_id == notice_id, outbox.c.status == "waiting").limit(most).subquery()
    return most - int(tx.execute(select(func.count()).select_from(few)).scalar_one())


def due(tx: Connection, broadcast: Broadcast, *, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Recipients to decide on: (row id, person id); those nobody looked at yet, then those whose time has come."""
    chosen = and_(recipient.c.notice_id == broadcast.id, recipient.c.person_id > broadcast.fed_to, recipient.c.status == "chosen")
    rows = tx.execute(select(recipient.c.id, recipient.c.person_id).where(chosen).order_by(recipient.c.person_id).limit(limit)).all()
    if not rows:
        later = and_(recipient.c.notice_id == broadcast.id, recipient.c.status == "later", recipient.c.due_at <= now)
        rows = tx.execute(
            select(recipient.c.id, recipient.c.person_id).where(later).order_by(recipient.c.due_at, recipient.c.id).limit(limit)
        ).all()
        return [(row.id, row.person_id) for row in rows]
    tx.execute(update(notice).where(notice.c.id == broadcast.id).values(fed_to=rows[-1].person_id))
    return [(row.id, row.person_id) for row in rows]


def listeners(tx: Connection, ids: Sequence[int], kind: str, *, since: datetime, counted: Iterable[str]) -> dict[int, Listening]:
    """These persons by id, in four looks."""
    rows = tx.execute(
        select(person.c.id, person.c.language, person.c.notices, person.c.quiet, person.c.per_day, person.c.prefers).where(
            person.c.id.in_(ids)
        )
    )
    by_id = {row.id: row for row in rows}
    reach: dict[int, tuple[str, str]] = {}
    wrote: dict[int, datetime | None] = {}
    addresses = select(address.c.person_id, address.c.channel, address.c.address, address.c.state, address.c.used_at)
    for row in tx.execute(addresses.where(address.c.person_id.in_(ids)).order_by(address.c.used_at, address.c.id)):
        wrote[row.person_id] = row.used_at
        before = reach.get(row.person_id)
        preferred = by_id[row.person_id].prefers
        # They come in the order of use: the last one wins, but not over the channel that she prefers.
        if row.state == "open" and (before is None or before[0] != preferred or row.channel == preferred):
            reach[row.person_id] = (row.channel, row.address)
    mine = (
        recipient.c.person_id.in_(ids),
        recipient.c.decided_at >= since,
        recipient.c.status == "queued",
        notice.c.kind.in_(list(counted)),
    )
    messages = select(recipient.c.person_id, func.count(distinct(recipient.c.outbox_id))).join(notice, notice.c.id == recipient.c.notice_id)
    told = {row[0]: int(row[1]) for row in tx.execute(messages.where(*mine).group_by(recipient.c.person_id))}
    consents: dict[int, set[str]] = {}
    if SENT[kind].purpose:
        given = (consent.c.person_id.in_(ids), consent.c.withdrawn_at.is_(None), consent.c.enterprise_id.is_(None))
        for person_id, purpose in tx.execute(select(consent.c.person_id, consent.c.purpose).where(*given)):
            consents.setdefault(person_id, set()).add(purpose)
    return {
        one: Listening(
            language=row.language,
            notices=row.notices,
            quiet=row.quiet,
            per_day=row.per_day,
            reach=reach.get(one),
            wrote_at=wrote.get(one),
            told=told.get(one, 0),
            consents=frozenset(consents.get(one, ())),
        )
        for one, row in by_id.items()
    }


_QUEUED = (
    update(recipient)
    .where(recipient.c.id == bindparam("row"))
    .values(status="queued", why="", outbox_id=bindparam("told_by"), decided_at=bindparam("at"))
)


def send(tx: Connection, notice_id: int, messages: Sequence[Message], *, now: datetime, status: OutboxStatus = "waiting") -> None:
    """Put these into the outbox; `kept` where they go with her word."""
    blank = {"priority": BULK, "notice_id": notice_id, "private": False, "once": False, "edits": "", "digest": 0, "status": status}
    blank |= {"why": "", "attempts": 0, "created_at": now, "due_at": now, "platform_ref": ""}
    rows = [{**blank, "person_id": one.person_id, "channel": one.channel, "address": one.address, "body": one.body} for one in messages]
    ids = tx.execute(insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True), rows).scalars().all()
    told = [{"row": one.recipient, "told_by": number} for one, number in zip(messages, ids, strict=True)]
    tx.execute(_QUEUED, [{**one, "at": now} for one in told])


def later(tx: Connection, ids: Sequence[int], until: datetime, why: str) -> None:
    """Decide on these recipients again at that time."""
    tx.execute(update(recipient).where(recipient.c.id.in_(ids)).values(status="later", due_at=until, why=why))


def waiting_for_word(tx: Connection, person_id: int, why: str) -> list[tuple[int, int]]:
    """What of running broadcasts waits for a word of hers: (row id, notice id)."""
    mine = (recipient.c.person_id == person_id, recipient.c.status == "later", recipient.c.why == why, notice.c.status == "sending")
    waiting = select(recipient.c.id, recipient.c.notice_id).join(notice, notice.c.id == recipient.c.notice_id)
    return [(row.id, row.notice_id) for row in tx.execute(waiting.where(*mine).order_by(recipient.c.id))]


def undecided(tx: Connection, notice_id: int) -> bool:
    """Whether somebody still has to be decided on, now or later."""
    return (
        tx.execute(select(recipient.c.id).where(recipient.c.notice_id == notice_id, recipient.c.status == "later").limit(1)).first()
        is not None
    )


# Stopping, and what is left at the end.


def withhold(tx: Connection, notice_id: int) -> None:
    """A stopped broadcast: what waits in the outbox is not sent."""
    waiting = and_(outbox.c.notice_id == notice_id, outbox.c.status.in_(("waiting", "kept")))
    tx.execute(update(outbox).where(waiting).values(status="withheld", why="stopped"))


def sweep(tx: Connection, broadcast: Broadcast, *, now: datetime, chunk: int = CHUNK // 2) -> bool:
    """The next recipients of a stopped broadcast who will not be told; False where there were no more."""
    withhold(tx, broadcast.id)
    if not broadcast.recipients:
        return False
    last = _nth(tx, recipient.c.person_id, and_(recipient.c.notice_id == broadcast.id, recipient.c.person_id > broadcast.fed_to), chunk)
    here = and_(recipient.c.notice_id == broadcast.id, recipient.c.status.in_(("chosen", "later")))
    if last is None:
        tx.execute(update(recipient).where(here, recipient.c.status == "later").values(status="withheld", why="stopped", decided_at=now))
        return False
    here = and_(here, recipient.c.person_id > broadcast.fed_to, recipient.c.person_id <= last)
    tx.execute(update(recipient).where(here).values(status="withheld", why="stopped", decided_at=now))
    tx.execute(update(notice).where(notice.c.id == broadcast.id).values(fed_to=last))
    return True


def list_unreached(tx: Connection, broadcast: Broadcast, said: str, *, now: datetime, chunk: int = CHUNK) -> bool:
    """The next recipients who were not reached go on the lists of doors to knock on; False where there were no more."""
    last = _nth(tx, recipient.c.person_id, and_(recipient.c.notice_id == broadcast.id, recipient.c.person_id > broadcast.chosen_to), chunk)
    if last is None:
        return False
    missed = or_(
        and_(recipient.c.status == "withheld", recipient.c.why.in_(("unreachable", "window_closed"))),
        and_(recipient.c.status == "queued", outbox.c.status == "failed"),
    )
    row = [
        literal("knock"),
        recipient.c.person_id,
        person.c.community_id,
        person.c.cell_id,
        recipient.c.notice_id,
        literal(said, task.c.said.type),
    ]
    row += [literal(now, task.c.created_at.type), literal("")]
    missing = (
        select(*row)
        .select_from(recipient)
        .join(person, person.c.id == recipient.c.person_id)
        .outerjoin(outbox, outbox.c.id == recipient.c.outbox_id)
        .where(recipient.c.notice_id == broadcast.id, recipient.c.person_id > broadcast.chosen_to, recipient.c.person_id <= last, missed)
    )
    columns = [task.c.kind, task.c.person_id, task.c.community_id, task.c.cell_id, task.c.about_id, task.c.said]
    columns += [task.c.created_at, task.c.outcome]
    tx.execute(upsert(tx, task).from_select(columns, missing).on_conflict_do_nothing())
    tx.execute(update(notice).where(notice.c.id == broadcast.id).values(chosen_to=last))
    return True
