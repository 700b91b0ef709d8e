"""What staff have to do about a person: on a list until it is closed, found by where she lives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, insert, or_, select, update

from domain.access import Scope
from storage.prepared import Prepared
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.people import address, consent, mother, person, role, task
from storage.tables.work import application, follow_up, offer

UNDER_WAY = ("applied", "waiting", "accepted", "trial", "started")


class Task(NamedTuple):
    """Something to do about a person, open or closed; where it is said what it is about, `about_id` is that row."""

    id: int
    kind: str
    person_id: int
    community_id: int | None
    cell_id: int | None
    about_id: int
    said: str | None
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: int | None
    outcome: str


class Open(NamedTuple):
    """An open task, with who it is about."""

    id: int
    kind: str
    person_id: int
    about_id: int
    said: str | None
    key: str
    name: str | None
    phone: str | None
    building: str


def _had(of: Table, since: ColumnElement[datetime | None] | datetime) -> ColumnElement[bool]:
    """Whether the person of a row was offered a post, or applied for one, after then."""
    offered = select(offer.c.id).where(offer.c.person_id == of.c.person_id, offer.c.offered_at > since).exists()
    return or_(
        offered, select(application.c.id).where(application.c.person_id == of.c.person_id, application.c.created_at > since).exists()
    )


# By which a task ends by itself, once it is true: she wrote, was offered something (or applied), or answered a follow-up.
ENDS = {
    "wrote": select(address.c.id).where(address.c.person_id == task.c.person_id, address.c.used_at > task.c.created_at).exists(),
    "offered": _had(task, task.c.created_at),
    "answered": select(follow_up.c.id)
    .where(follow_up.c.person_id == task.c.person_id, follow_up.c.answered_at >= task.c.created_at)
    .exists(),
}


def put(
    tx: Connection,
    kind: str,
    person_id: int,
    *,
    about_id: int = 0,
    said: str | None = None,
    due_at: datetime | None = None,
    community_id: int | None = None,
    now: datetime,
) -> int:
    """Put a task on the list of her place, or of the community given; its row id.

    One that is there already gets the newer words; one that was closed is new again. From `due_at` on staff are reminded of it.
    """
    if community_id is None:
        place = tx.execute(select(person.c.community_id, person.c.cell_id).where(person.c.id == person_id)).one()._asdict()
    else:
        place = {"community_id": community_id, "cell_id": None}
    same = select(task.c.id, task.c.created_at, task.c.closed_at).where(
        task.c.kind == kind, task.c.person_id == person_id, task.c.about_id == about_id
    )
    values = {**place, "said": said, "due_at": due_at, "closed_at": None, "closed_by": None, "outcome": ""}
    if (row := tx.execute(same).first()) is not None:
        # What ended it the first time must not end it again at once.
        begun = now if row.closed_at is not None else row.created_at
        tx.execute(update(task).where(task.c.id == row.id).values(**values, created_at=begun))
        return int(row.id)
    fresh = {**values, "kind": kind, "person_id": person_id, "about_id": about_id, "created_at": now}
    return int(tx.execute(insert(task).values(fresh).returning(task.c.id)).scalar_one())


def get(tx: Connection, task_id: int) -> Task | None:
    """One task."""
    return first(tx, select(*columns(task, Task)).where(task.c.id == task_id), Task)


def about(tx: Connection, kind: str, about_id: int) -> Task | None:
    """The task of a kind about one row, open or closed."""
    statement = select(*columns(task, Task)).where(task.c.kind == kind, task.c.about_id == about_id)
    return first(tx, statement.order_by(task.c.id.desc()), Task)


def _open(where: Iterable[Scope], kinds: Collection[str], ends: str) -> list[ColumnElement[bool]]:
    conditions = [
        task.c.closed_at.is_(None),
        task.c.kind.in_(list(kinds)),
        within(where, community=task.c.community_id, cell=task.c.cell_id),
    ]
    return [*conditions, ~ENDS[ends]] if ends else conditions


def open_(
    tx: Connection,
    where: Iterable[Scope],
    *,
    kinds: Collection[str],
    ends: str = "",
    limit: int = 20,
    after: int = 0,
    late_at: datetime | None = None,
) -> list[Open]:
    """Open tasks of these kinds within these scopes, oldest first; with `late_at` only those that should have been done by then.

    `ends`: the rule of ENDS by which they end; those for which it is true already are left out.
    """
    statement = (
        select(*columns(task, Open, person))
        .select_from(task)
        .join(person, person.c.id == task.c.person_id)
        .where(task.c.id > after, *_open(where, kinds, ends), *([task.c.due_at <= late_at] if late_at is not None else []))
        .order_by(task.c.id)
        .limit(limit)
    )
    return every(tx, statement, Open)


def count(tx: Connection, where: Iterable[Scope], *, kinds: Collection[str], ends: str = "") -> int:
    """How many rows `open_` would give without its limit."""
    return int(tx.execute(select(func.count()).select_from(task).where(*_open(where, kinds, ends))).scalar_one())


def late(tx: Connection, where: Iterable[Scope], *, kind: str, now: datetime) -> int:
    """How many open tasks of a kind should have been done by now."""
    over = (task.c.due_at.is_not(None), task.c.due_at <= now)
    return int(tx.execute(select(func.count()).select_from(task).where(*_open(where, [kind], ""), *over)).scalar_one())


def say(tx: Connection, task_id: int, said: str) -> None:
    """What staff have to know, in place of what stood there."""
    tx.execute(update(task).where(task.c.id == task_id).values(said=said))


def remind_at(tx: Connection, task_id: int, due_at: datetime) -> None:
    """When staff are reminded of it again."""
    tx.execute(update(task).where(task.c.id == task_id).values(due_at=due_at))


def close(tx: Connection, task_id: int, *, by: int | None, outcome: str, now: datetime) -> bool:
    """Off the list; False where it was off already."""
    ended = {"closed_at": now, "closed_by": by, "outcome": outcome, "due_at": None}
    return tx.execute(update(task).where(task.c.id == task_id, task.c.closed_at.is_(None)).values(ended)).rowcount == 1


def settle(tx: Connection, rules: Mapping[str, str], *, now: datetime, limit: int) -> int:
    """Close what ended by itself, by kind and its rule of ENDS; how many. Its outcome is the rule."""
    closed = 0
    for kind, ends in rules.items():
        over = select(task.c.id).where(task.c.closed_at.is_(None), task.c.kind == kind, ENDS[ends]).order_by(task.c.id).limit(limit)
        ids = list(tx.execute(over).scalars())
        if ids:
            tx.execute(update(task).where(task.c.id.in_(ids)).values(closed_at=now, outcome=ends, due_at=None))
        closed += len(ids)
    return closed


def moved(tx: Connection, person_id: int, **place: int | None) -> None:
    """She lives elsewhere (community_id, cell_id): what is open goes to the lists there."""
    tx.execute(update(task).where(task.c.person_id == person_id, task.c.closed_at.is_(None)).values(**place))


def due(tx: Connection, kind: str, *, now: datetime, limit: int) -> list[Task]:
    """Open tasks of a kind that staff have to be reminded of."""
    late = (task.c.kind == kind, task.c.due_at.is_not(None), task.c.due_at <= now, task.c.closed_at.is_(None))
    return every(tx, select(*columns(task, Task)).where(*late).order_by(task.c.due_at, task.c.id).limit(limit), Task)


def holders(tx: Connection, cell_id: int | None) -> list[int]:
    """Grid workers who hold a cell now."""
    statement = select(role.c.person_id).where(role.c.role == "grid_worker", role.c.cell_id == cell_id, role.c.withdrawn_at.is_(None))
    return [] if cell_id is None else list(tx.execute(statement.distinct().order_by(role.c.person_id)).scalars())


_WORK_ASKED = Prepared(
    update(mother).where(mother.c.person_id == bindparam("person"), mother.c.asked_at.is_(None)).values(asked_at=bindparam("now"))
)


def mark_work_asked(tx: Connection, person_id: int, *, now: datetime) -> None:
    """She asked for work herself; the first time counts. Nothing is kept of who has no profile."""
    _WORK_ASKED.changed(tx, {"person": person_id, "now": now})


def without_offer(tx: Connection, *, before: datetime, among: Collection[int] | None = None) -> list[int]:
    """Mothers who asked for work, or agreed to be told of it, before then, who had neither offer nor application since, and whom nobody lists.

    Whose task staff closed stays off the list until she is offered something again.
    """
    agreed = (
        consent.c.purpose == "jobs",
        consent.c.withdrawn_at.is_(None),
        consent.c.enterprise_id.is_(None),
        consent.c.given_at <= before,
    )
    agrees = select(consent.c.id).where(consent.c.person_id == mother.c.person_id, *agreed).exists()
    # Off because of an offer, she may come again; off because staff spoke to her, only after another one.
    settled = or_(task.c.closed_at.is_(None), and_(task.c.outcome != "offered", ~_had(task, task.c.closed_at)))
    listed = select(task.c.id).where(task.c.person_id == mother.c.person_id, task.c.kind == "nothing", settled)
    statement = select(mother.c.person_id).where(
        or_(mother.c.asked_at <= before, agrees),
        ~_had(mother, before),
        ~select(application.c.id).where(application.c.person_id == mother.c.person_id, application.c.status.in_(UNDER_WAY)).exists(),
        ~listed.exists(),
    )
    if among is not None:
        statement = statement.where(mother.c.person_id.in_(list(among)))
    return list(tx.execute(statement.order_by(mother.c.person_id)).scalars())
