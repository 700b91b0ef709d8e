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
from storage.tables.columns import table
from storage.tables.messages import Conversation
from storage.tables.people import Person, Role, Task
from storage.tables.survey import Handover, Visit
from storage.tables.work import Cell, Community

H, CELL, COMMUNITY, PERSON, ROLE = table(Handover), table(Cell), table(Community), table(Person), table(Role)
V, T, TALK = table(Visit), table(Task), table(Conversation)

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


_HANDOVERS = select(*columns(H, Offered))
_CELLS = select(*columns(CELL, Place, community=COMMUNITY.c.name)).join(COMMUNITY, COMMUNITY.c.id == CELL.c.community_id)


def cell(tx: Connection, cell_id: int) -> Place | None:
    """A grid cell with its community's name."""
    return first(tx, _CELLS.where(CELL.c.id == cell_id), Place)


def cells(tx: Connection, where: Iterable[Scope], *, after: int, limit: int) -> list[Place]:
    """Grid cells within these scopes; those that nobody works first, so that they are not overlooked. `after`: how many to leave out."""
    worked = select(ROLE.c.id).where(_works(CELL.c.id, CELL.c.community_id)).exists()
    mine = within(where, community=CELL.c.community_id, cell=CELL.c.id)
    statement = _CELLS.where(mine).order_by(case((worked, 1), else_=0), COMMUNITY.c.code, CELL.c.code, CELL.c.id)
    return every(tx, statement.offset(after).limit(limit), Place)


def unmanned(tx: Connection, where: Iterable[Scope]) -> int:
    """How many grid cells within these scopes nobody works."""
    worked = select(ROLE.c.id).where(_works(CELL.c.id, CELL.c.community_id)).exists()
    mine = within(where, community=CELL.c.community_id, cell=CELL.c.id)
    return int(tx.execute(select(func.count()).select_from(CELL).where(mine, ~worked)).scalar_one())


def _works(cell_id: int | ColumnElement[int], community_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Roles of who works a cell: hers, or the whole community's."""
    whole = and_(ROLE.c.community_id == community_id, ROLE.c.cell_id.is_(None))
    return and_(ROLE.c.role == WORKER, ROLE.c.withdrawn_at.is_(None), or_(ROLE.c.cell_id == cell_id, whole))


_WORKERS = (
    select(*columns(PERSON, Worker, cell_id=func.max(ROLE.c.cell_id)))
    .join(ROLE, ROLE.c.person_id == PERSON.c.id)
    .group_by(PERSON.c.id, PERSON.c.name, PERSON.c.key)
    .order_by(PERSON.c.id)
)


def workers(tx: Connection, cell_id: int, community_id: int) -> list[Worker]:
    """Who works a cell."""
    return every(tx, _WORKERS.where(_works(cell_id, community_id)), Worker)


def colleagues(tx: Connection, community_id: int) -> list[Worker]:
    """All grid workers of a community, of whichever cell."""
    there = (ROLE.c.role == WORKER, ROLE.c.withdrawn_at.is_(None), ROLE.c.community_id == community_id)
    return every(tx, _WORKERS.where(*there), Worker)


def load(tx: Connection, cell_id: int) -> Load:
    """What comes with a cell now."""

    def count(rows: Table, *conditions: ColumnElement[bool]) -> int:
        return int(tx.execute(select(func.count()).select_from(rows).where(rows.c.cell_id == cell_id, *conditions)).scalar_one())

    return Load(count(PERSON, PERSON.c.merged_into.is_(None)), count(V, V.c.status == "open"), count(T, T.c.closed_at.is_(None)))


def get(tx: Connection, handover_id: int) -> Offered | None:
    """One handover, in whatever state."""
    return first(tx, _HANDOVERS.where(H.c.id == handover_id), Offered)


def open_of(tx: Connection, cell_id: int) -> Offered | None:
    """The handover of a cell that is not acknowledged yet."""
    return first(tx, _HANDOVERS.where(H.c.cell_id == cell_id, H.c.ended_at.is_(None)), Offered)


def open_for(tx: Connection, person_id: int) -> list[Offered]:
    """Handovers that wait for a person's word, oldest first."""
    return every(tx, _HANDOVERS.where(H.c.to_id == person_id, H.c.ended_at.is_(None)).order_by(H.c.id), Offered)


def offer(tx: Connection, cell_id: int, *, from_id: int | None, to_id: int, by: int, now: datetime) -> int | None:
    """Offer a cell to another worker; the handover's id, or None where one is open already."""
    lock(tx, f"cell {cell_id}")
    if open_of(tx, cell_id) is not None:
        return None
    values = {"cell_id": cell_id, "from_id": from_id, "to_id": to_id, "offered_by": by, "offered_at": now}
    return int(tx.execute(insert(H).values(**values, women=0, visits=0, tasks=0, reminded=0).returning(H.c.id)).scalar_one())


def end(tx: Connection, handover_id: int, *, now: datetime) -> bool:
    """Take a handover back; nothing moved. False where it had ended."""
    return tx.execute(update(H).where(H.c.id == handover_id, H.c.ended_at.is_(None)).values(ended_at=now)).rowcount == 1


def end_of(tx: Connection, person_id: int, *, now: datetime) -> int:
    """Take back all that waits for somebody who is no longer a grid worker there; how many."""
    works = (ROLE.c.person_id == H.c.to_id, ROLE.c.role == WORKER, ROLE.c.withdrawn_at.is_(None))
    still = select(ROLE.c.id).join(CELL, CELL.c.community_id == ROLE.c.community_id).where(CELL.c.id == H.c.cell_id, *works)
    gone = update(H).where(H.c.to_id == person_id, H.c.ended_at.is_(None), ~still.exists())
    return tx.execute(gone.values(ended_at=now)).rowcount


def acknowledge(tx: Connection, handover: Offered, *, now: datetime) -> Load | None:
    """In force: the old role on the cell ends, the new worker has it, half-filled forms go with it. What came with it; None where it had ended.

    Visits, tasks and lists need no move: all is found by the cell.
    """
    place = cell(tx, handover.cell_id)
    assert place is not None
    lock(tx, f"cell {place.id}")
    came = load(tx, place.id)
    counts = {"women": came.women, "visits": came.visits, "tasks": came.tasks}
    open_ = update(H).where(H.c.id == handover.id, H.c.ended_at.is_(None))
    if tx.execute(open_.values(acknowledged_at=now, ended_at=now, **counts)).rowcount == 0:
        return None
    where = Scope(place.community_id, place.id)
    roles.give(tx, handover.to_id, WORKER, where, by=handover.offered_by, now=now)
    if handover.from_id is not None and handover.from_id != handover.to_id:
        old = (ROLE.c.person_id == handover.from_id, ROLE.c.role == WORKER, ROLE.c.cell_id == place.id, ROLE.c.withdrawn_at.is_(None))
        tx.execute(update(ROLE).where(*old).values(withdrawn_at=now))
        _hand_drafts(tx, place.id, from_id=handover.from_id, to_id=handover.to_id)
    return came


def drafts(tx: Connection, cell_id: int, person_id: int) -> list[int]:
    """A worker's half-filled forms about visits of a cell."""
    half = select(TALK.c.id, TALK.c.about).where(TALK.c.person_id == person_id, TALK.c.status.in_(("active", "postponed")))
    about = {row.id: row.about["visit"] for row in tx.execute(half) if isinstance(row.about.get("visit"), int)}
    there = set(tx.execute(select(V.c.id).where(V.c.cell_id == cell_id, V.c.id.in_(list(about.values())))).scalars())
    return [talk for talk, visit in about.items() if visit in there]


def _hand_drafts(tx: Connection, cell_id: int, *, from_id: int, to_id: int) -> None:
    """What a woman said at her door was said to the office: the next worker goes on where the first stopped, nobody asks her twice."""
    found = drafts(tx, cell_id, from_id)
    if found:
        # Put off: the new worker may be in the middle of another form.
        tx.execute(update(TALK).where(TALK.c.id.in_(found)).values(person_id=to_id, status="postponed", remind_at=None))


def to_remind(tx: Connection, *, first: datetime, second: datetime, limit: int) -> list[Offered]:
    """Handovers not acknowledged that were offered before `first` and nobody was reminded of, or before `second` and once."""
    due = or_(and_(H.c.reminded == 0, H.c.offered_at <= first), and_(H.c.reminded == 1, H.c.offered_at <= second))
    return every(tx, _HANDOVERS.where(H.c.ended_at.is_(None), due).order_by(H.c.id).limit(limit), Offered)


def reminded(tx: Connection, handover_id: int, *, times: int) -> None:
    """Note how often somebody was reminded."""
    tx.execute(update(H).where(H.c.id == handover_id).values(reminded=times))
