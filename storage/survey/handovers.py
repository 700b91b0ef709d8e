"""Grid cells and who works them; a handover moves a cell, with all that is found by it, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, insert, or_, select, update

from domain.access import Scope
from storage.database import lock
from storage.rows import columns, every, first
from storage.scope import within
from storage.staff import roles
from storage.tables.messages import conversation
from storage.tables.people import person, role, task
from storage.tables.survey import handover, visit
from storage.tables.work import cell, community

WORKER = "grid_worker"


@dataclass(frozen=True, slots=True)
class Load:
    """What comes with a cell: women registered there, visits and tasks that are open."""

    women: int
    visits: int
    tasks: int


class Place(NamedTuple):
    """A grid cell with its community's name."""

    id: int
    community_id: int
    code: str
    name: str
    community: str

    @property
    def called(self) -> str:
        """Its community's name and its own."""
        return f"{self.community}{self.name}"


class Worker(NamedTuple):
    """Who works a cell; `cell_id` is None for who has the whole community."""

    id: int
    name: str | None
    key: str
    cell_id: int | None


class Offered(NamedTuple):
    """A handover; `reminded`: 1 when the new worker was, 2 when the coordinator was told as well."""

    id: int
    cell_id: int
    from_id: int | None
    to_id: int
    offered_by: int
    offered_at: datetime
    ended_at: datetime | None
    reminded: int


_HANDOVERS = select(*columns(handover, Offered))
_CELLS = select(*columns(cell, Place, community=community.c.name)).join(community, community.c.id == cell.c.community_id)


def place(tx: Connection, cell_id: int) -> Place | None:
    """A grid cell with its community's name."""
    return first(tx, _CELLS.where(cell.c.id == cell_id), Place)


def cells(tx: Connection, where: Iterable[Scope], *, after: int, limit: int) -> list[Place]:
    """Grid cells within these scopes; those that nobody works first, so that they are not overlooked. `after`: how many to leave out."""
    worked = select(role.c.id).where(_works(cell.c.id, cell.c.community_id)).exists()
    mine = within(where, community=cell.c.community_id, cell=cell.c.id)
    statement = _CELLS.where(mine).order_by(case((worked, 1), else_=0), community.c.code, cell.c.code, cell.c.id)
    return every(tx, statement.offset(after).limit(limit), Place)


def unmanned(tx: Connection, where: Iterable[Scope]) -> int:
    """How many grid cells within these scopes nobody works."""
    worked = select(role.c.id).where(_works(cell.c.id, cell.c.community_id)).exists()
    mine = within(where, community=cell.c.community_id, cell=cell.c.id)
    return int(tx.execute(select(func.count()).select_from(cell).where(mine, ~worked)).scalar_one())


def _works(cell_id: int | ColumnElement[int], community_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Roles of who works a cell: hers, or the whole community's."""
    whole = and_(role.c.community_id == community_id, role.c.cell_id.is_(None))
    return and_(role.c.role == WORKER, role.c.withdrawn_at.is_(None), or_(role.c.cell_id == cell_id, whole))


_WORKERS = (
    select(*columns(person, Worker, cell_id=func.max(role.c.cell_id)))
    .join(role, role.c.person_id == person.c.id)
    .group_by(person.c.id, person.c.name, person.c.key)
    .order_by(person.c.id)
)


def workers(tx: Connection, cell_id: int, community_id: int) -> list[Worker]:
    """Who works a cell."""
    return every(tx, _WORKERS.where(_works(cell_id, community_id)), Worker)


def colleagues(tx: Connection, community_id: int) -> list[Worker]:
    """All grid workers of a community, of whichever cell."""
    there = (role.c.role == WORKER, role.c.withdrawn_at.is_(None), role.c.community_id == community_id)
    return every(tx, _WORKERS.where(*there), Worker)


def load(tx: Connection, cell_id: int) -> Load:
    """What comes with a cell now."""
    return loads(tx, [cell_id])[cell_id]


def loads(tx: Connection, cell_ids: Iterable[int]) -> dict[int, Load]:
    """What comes with each of these cells now."""
    ids = list(cell_ids)

    def counts(rows: Table, condition: ColumnElement[bool]) -> dict[int, int]:
        query = select(rows.c.cell_id, func.count()).where(rows.c.cell_id.in_(ids), condition).group_by(rows.c.cell_id)
        return {place: int(count) for place, count in tx.execute(query)}

    women, visits, tasks = (
        counts(person, person.c.merged_into.is_(None)),
        counts(visit, visit.c.status == "open"),
        counts(task, task.c.closed_at.is_(None)),
    )
    return {place: Load(women.get(place, 0), visits.get(place, 0), tasks.get(place, 0)) for place in ids}


def get(tx: Connection, handover_id: int) -> Offered | None:
    """One handover, in whatever state."""
    return first(tx, _HANDOVERS.where(handover.c.id == handover_id), Offered)


def open_of(tx: Connection, cell_id: int) -> Offered | None:
    """The handover of a cell that is not acknowledged yet."""
    return first(tx, _HANDOVERS.where(handover.c.cell_id == cell_id, handover.c.ended_at.is_(None)), Offered)


def all_open(tx: Connection, cell_ids: Iterable[int]) -> dict[int, Offered]:
    """The handovers of these cells that are not acknowledged yet, by cell."""
    chosen = _HANDOVERS.where(handover.c.cell_id.in_(list(cell_ids)), handover.c.ended_at.is_(None))
    return {row.cell_id: row for row in every(tx, chosen, Offered)}


def open_for(tx: Connection, person_id: int) -> list[Offered]:
    """Handovers that wait for a person's word, oldest first."""
    return every(tx, _HANDOVERS.where(handover.c.to_id == person_id, handover.c.ended_at.is_(None)).order_by(handover.c.id), Offered)


def offer(tx: Connection, cell_id: int, *, from_id: int | None, to_id: int, by: int, now: datetime) -> int | None:
    """Offer a cell to another worker; the handover's id, or None where one is open already."""
    lock(tx, f"cell {cell_id}")
    if open_of(tx, cell_id) is not None:
        return None
    values = {"cell_id": cell_id, "from_id": from_id, "to_id": to_id, "offered_by": by, "offered_at": now}
    return int(tx.execute(insert(handover).values(**values, women=0, visits=0, tasks=0, reminded=0).returning(handover.c.id)).scalar_one())


def end(tx: Connection, handover_id: int, *, now: datetime) -> bool:
    """Take a handover back; nothing moved. False where it had ended."""
    return (
        tx.execute(update(handover).where(handover.c.id == handover_id, handover.c.ended_at.is_(None)).values(ended_at=now)).rowcount == 1
    )


def end_of(tx: Connection, person_id: int, *, now: datetime) -> int:
    """Take back all that waits for somebody who is no longer a grid worker there; how many."""
    works = (role.c.person_id == handover.c.to_id, role.c.role == WORKER, role.c.withdrawn_at.is_(None))
    still = select(role.c.id).join(cell, cell.c.community_id == role.c.community_id).where(cell.c.id == handover.c.cell_id, *works)
    gone = update(handover).where(handover.c.to_id == person_id, handover.c.ended_at.is_(None), ~still.exists())
    return tx.execute(gone.values(ended_at=now)).rowcount


def acknowledge(tx: Connection, offered: Offered, *, now: datetime) -> Load | None:
    """In force: the old role on the cell ends, the new worker has it, half-filled forms go with it. What came with it; None where it had ended.

    Visits, tasks and lists need no move: all is found by the cell.
    """
    there = place(tx, offered.cell_id)
    assert there is not None
    lock(tx, f"cell {there.id}")
    came = load(tx, there.id)
    counts = {"women": came.women, "visits": came.visits, "tasks": came.tasks}
    open_ = update(handover).where(handover.c.id == offered.id, handover.c.ended_at.is_(None))
    if tx.execute(open_.values(acknowledged_at=now, ended_at=now, **counts)).rowcount == 0:
        return None
    where = Scope(there.community_id, there.id)
    roles.give(tx, offered.to_id, WORKER, where, by=offered.offered_by, now=now)
    if offered.from_id is not None and offered.from_id != offered.to_id:
        old = (role.c.person_id == offered.from_id, role.c.role == WORKER, role.c.cell_id == there.id, role.c.withdrawn_at.is_(None))
        tx.execute(update(role).where(*old).values(withdrawn_at=now))
        _hand_drafts(tx, there.id, from_id=offered.from_id, to_id=offered.to_id)
    return came


def drafts(tx: Connection, cell_id: int, person_id: int) -> list[int]:
    """A worker's half-filled forms about visits of a cell."""
    half = select(conversation.c.id, conversation.c.about).where(
        conversation.c.person_id == person_id, conversation.c.status.in_(("active", "postponed"))
    )
    about = {row.id: row.about["visit"] for row in tx.execute(half) if isinstance(row.about.get("visit"), int)}
    there = set(tx.execute(select(visit.c.id).where(visit.c.cell_id == cell_id, visit.c.id.in_(list(about.values())))).scalars())
    return [talk for talk, number in about.items() if number in there]


def _hand_drafts(tx: Connection, cell_id: int, *, from_id: int, to_id: int) -> None:
    """What a woman said at her door was said to the office: the next worker goes on where the first stopped, nobody asks her twice."""
    handed = drafts(tx, cell_id, from_id)
    if handed:
        # Put off: the new worker may be in the middle of another form.
        tx.execute(update(conversation).where(conversation.c.id.in_(handed)).values(person_id=to_id, status="postponed", remind_at=None))


def to_remind(tx: Connection, *, first: datetime, second: datetime, limit: int) -> list[Offered]:
    """Handovers not acknowledged that were offered before `first` and nobody was reminded of, or before `second` and once."""
    due = or_(
        and_(handover.c.reminded == 0, handover.c.offered_at <= first), and_(handover.c.reminded == 1, handover.c.offered_at <= second)
    )
    return every(tx, _HANDOVERS.where(handover.c.ended_at.is_(None), due).order_by(handover.c.id).limit(limit), Offered)


def reminded(tx: Connection, handover_id: int, *, times: int) -> None:
    """Note how often somebody was reminded."""
    tx.execute(update(handover).where(handover.c.id == handover_id).values(reminded=times))
