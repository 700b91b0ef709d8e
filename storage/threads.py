"""Threads between her and staff: opened, taken, handed over, answered, closed and opened again, each a change of rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, insert, literal, or_, select, update

from domain.access import Scope
from storage.prepared import Prepared
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.people import person
from storage.tables.threads import ThreadKind, ThreadOutcome, thread, thread_word

# So long after it was closed a word of hers opens a thread again.
REOPENS = timedelta(days=3)
# She was asked for her number.
NUMBER_ASKED = "?"


class Thread(NamedTuple):
    """A thread with whom it is about."""

    id: int
    person_id: int
    community_id: int | None
    kind: ThreadKind
    hazards: list[str]
    contact: str | None
    opened_at: datetime
    last_word_at: datetime
    escalations: int
    taken_by: int | None
    taken_at: datetime | None
    closed_at: datetime | None
    outcome: ThreadOutcome
    note: str | None
    key: str
    name: str | None
    phone: str | None

    @property
    def urgent(self) -> bool:
        """Whether somebody is in danger."""
        return self.kind == "danger"


class Word(NamedTuple):
    """One thing that was said; `picture` is a key or empty."""

    id: int
    from_staff: bool
    said: str | None
    picture: str
    said_at: datetime
    noted: bool
    name: str | None


_THREADS = select(*columns(thread, Thread, person)).select_from(thread).join(person, person.c.id == thread.c.person_id)
_OPEN = thread.c.closed_at.is_(None)
_FIRST = case((thread.c.kind == "danger", literal(0)), else_=literal(1))
_GET = _THREADS.where(thread.c.id == bindparam("number"))
_HERS = _THREADS.where(thread.c.person_id == bindparam("person"))
_OPEN_OF = Prepared(_HERS.where(_OPEN).order_by(_FIRST, thread.c.id.desc()).limit(1))
_OPEN_OF_KIND = _HERS.where(_OPEN, thread.c.kind == bindparam("of_kind")).order_by(thread.c.id.desc()).limit(1)
_CLOSED = _HERS.where(thread.c.closed_at > bindparam("since"), thread.c.closed_by != thread.c.person_id)
_LATELY_CLOSED = Prepared(_CLOSED.order_by(thread.c.closed_at.desc()).limit(1))


def add(tx: Connection, person_id: int, kind: ThreadKind, *, hazards: list[str], community_id: int | None, now: datetime) -> int:
    """A new open thread; its id."""
    values = {"person_id": person_id, "kind": kind, "hazards": hazards, "community_id": community_id, "opened_at": now, "last_word_at": now}
    return int(tx.execute(insert(thread).values(**values, escalations=0, outcome="").returning(thread.c.id)).scalar_one())


def say(
    tx: Connection,
    thread_id: int,
    author_id: int,
    said: str,
    *,
    now: datetime,
    from_staff: bool = False,
    noted: bool = False,
    picture: str = "",
) -> int:
    """Add what somebody said, or staff noted for each other; the word's id."""
    author = {"author_id": author_id, "from_staff": from_staff, "noted": noted}
    values = {"thread_id": thread_id, **author, "said": said, "picture": picture, "said_at": now}
    if not from_staff:
        tx.execute(update(thread).where(thread.c.id == thread_id).values(last_word_at=now))
    return int(tx.execute(insert(thread_word).values(values).returning(thread_word.c.id)).scalar_one())


def get(tx: Connection, thread_id: int) -> Thread | None:
    """One thread."""
    return first(tx, _GET, Thread, {"number": thread_id})


def open_of(tx: Connection, person_id: int, kind: ThreadKind | None = None) -> Thread | None:
    """Her open thread (of this kind), a danger before any other, else the newest."""
    if kind is None:
        return _OPEN_OF.first(tx, Thread, {"person": person_id})
    return first(tx, _OPEN_OF_KIND, Thread, {"person": person_id, "of_kind": kind})


def lately_closed(tx: Connection, person_id: int, *, now: datetime) -> Thread | None:
    """The thread that a word of hers opens again: closed by staff within the last three days, where no other is open."""
    return _LATELY_CLOSED.first(tx, Thread, {"person": person_id, "since": now - REOPENS})


def danger_of(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a danger of this person is open, as a condition of a statement."""
    return select(thread.c.id).where(thread.c.person_id == person_id, _OPEN, thread.c.kind == "danger").exists()


_IN_DANGER = select(danger_of(bindparam("person")))


def in_danger(tx: Connection, person_id: int) -> bool:
    """Whether a danger of hers is open: nobody offers her anything meanwhile."""
    return bool(tx.execute(_IN_DANGER, {"person": person_id}).scalar_one())


def words(tx: Connection, thread_id: int, *, limit: int) -> list[Word]:
    """The newest words of a thread, oldest first."""
    statement = (
        select(*columns(thread_word, Word, person))
        .select_from(thread_word)
        .join(person, person.c.id == thread_word.c.author_id)
        .where(thread_word.c.thread_id == thread_id)
    )
    return every(tx, statement.order_by(thread_word.c.id.desc()).limit(limit), Word)[::-1]


def within_scopes(where: Iterable[Scope]) -> ColumnElement[bool]:
    """Threads of nobody's community are everybody's who answers any."""
    scopes = list(where)
    return and_(or_(within(scopes, community=thread.c.community_id), and_(thread.c.community_id.is_(None), literal(bool(scopes)))))


def waiting(tx: Connection, where: Iterable[Scope], *, after: int = 0, limit: int) -> list[Thread]:
    """Open threads within these scopes: dangers first, then the oldest first; `after` so many."""
    rows = _THREADS.where(_OPEN, within_scopes(where)).order_by(_FIRST, thread.c.taken_by.is_not(None), thread.c.id)
    return every(tx, rows.offset(after).limit(limit), Thread)


def count(tx: Connection, where: Iterable[Scope], *, untaken_since: datetime | None = None) -> int:
    """How many open threads there are within these scopes; with `untaken_since` only dangers that nobody has taken since then."""
    late = [] if untaken_since is None else [thread.c.kind == "danger", thread.c.taken_by.is_(None), thread.c.opened_at <= untaken_since]
    return int(tx.execute(select(func.count()).select_from(thread).where(_OPEN, within_scopes(where), *late)).scalar_one())


def state(tx: Connection, where: Iterable[Scope]) -> tuple[int, int, int]:
    """What changes with each new thread, word or change of hands within these scopes: the newest word, how many are open, and how many taken."""
    mine = select(thread.c.id, thread.c.taken_by).where(_OPEN, within_scopes(where)).subquery()
    open_ = tx.execute(select(func.count(), func.count(mine.c.taken_by)).select_from(mine)).one()
    newest = select(func.coalesce(func.max(thread_word.c.id), 0)).where(
        thread_word.c.thread_id.in_(select(mine.c.id)), thread_word.c.from_staff.is_(False)
    )
    return int(tx.execute(newest).scalar_one()), int(open_[0]), int(open_[1])


def take(tx: Connection, thread_id: int, *, by: int, now: datetime) -> bool:
    """It is hers who takes it from now on; False where somebody else has it, or it is closed."""
    free = (thread.c.id == thread_id, _OPEN, or_(thread.c.taken_by.is_(None), thread.c.taken_by == by))
    taken = update(thread).where(*free).values(taken_by=by, taken_at=func.coalesce(thread.c.taken_at, now), escalate_at=None)
    return tx.execute(taken).rowcount == 1


def hand_over(tx: Connection, thread_id: int, *, to: int, now: datetime) -> None:
    """Another person of the staff has it from now on."""
    tx.execute(update(thread).where(thread.c.id == thread_id, _OPEN).values(taken_by=to, taken_at=now, escalate_at=None))


def close(tx: Connection, thread_id: int, *, outcome: ThreadOutcome, note: str, by: int, now: datetime) -> bool:
    """It ended; False where it had ended before."""
    values = {"closed_at": now, "closed_by": by, "outcome": outcome, "note": note or None, "escalate_at": None}
    return tx.execute(update(thread).where(thread.c.id == thread_id, _OPEN).values(values)).rowcount == 1


def reopen(tx: Connection, thread_id: int) -> None:
    """A word of hers came after it had been closed: it is on the list again, with who had it."""
    tx.execute(update(thread).where(thread.c.id == thread_id).values(closed_at=None, closed_by=None, outcome="", taken_at=None))


def set_contact(tx: Connection, thread_id: int, contact: str) -> None:
    """How she may be reached, in words; NUMBER_ASKED while her number is awaited."""
    tx.execute(update(thread).where(thread.c.id == thread_id).values(contact=contact))


def add_hazards(tx: Connection, row: Thread, hazards: Iterable[str]) -> None:
    """More dangers that she tells of."""
    tx.execute(update(thread).where(thread.c.id == row.id).values(hazards=sorted({*row.hazards, *hazards})))


def escalate_at(tx: Connection, thread_id: int, due: datetime | None, *, escalations: int) -> None:
    """When the next are told if nobody takes it, and how often that was done."""
    tx.execute(update(thread).where(thread.c.id == thread_id).values(escalate_at=due, escalations=escalations))


def to_escalate(tx: Connection, *, now: datetime, limit: int) -> list[Thread]:
    """Open threads that nobody has taken in time."""
    due = (_OPEN, thread.c.taken_by.is_(None), thread.c.escalate_at.is_not(None), thread.c.escalate_at <= now)
    return every(tx, _THREADS.where(*due).order_by(thread.c.escalate_at).limit(limit), Thread)


def forget(tx: Connection, *, before: datetime) -> None:
    """What was said in threads that were closed so long ago."""
    over = select(thread.c.id).where(thread.c.closed_at < before)
    tx.execute(update(thread_word).where(thread_word.c.thread_id.in_(over), thread_word.c.said.is_not(None)).values(said=None, picture=""))
    tx.execute(update(thread).where(thread.c.closed_at < before).values(contact=None, note=None))


def erase(tx: Connection, person_id: int, *, now: datetime) -> None:
    """She had her data deleted: her words go, and her threads end; only a danger that staff still owe her keeps them until it is old."""
    owed = and_(_OPEN, thread.c.kind == "danger")
    mine = select(thread.c.id).where(thread.c.person_id == person_id, ~owed)
    tx.execute(update(thread_word).where(thread_word.c.thread_id.in_(mine)).values(said=None, picture=""))
    tx.execute(update(thread).where(thread.c.id.in_(mine), thread.c.closed_at.is_(None)).values(closed_at=now, outcome="erased"))
    tx.execute(update(thread).where(thread.c.id.in_(mine)).values(contact=None, note=None, escalate_at=None))
