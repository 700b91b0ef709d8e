"""Workshops: where they are, their rooms, and what was checked there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection, func, insert, select, update

from domain.access import Scope
from domain.workshops.places import FUNCTIONS, KINDS, Check, CheckKind, Function
from storage.rows import columns, every, first, upsert
from storage.scope import within
from storage.tables.places import WorkshopStatus, workshop, workshop_check, workshop_room
from storage.tables.work import community

_COMMUNITY = community.c.name.label("community")


class Place(NamedTuple):
    """A workshop, with the name of its community."""

    id: int
    community_id: int
    community: str
    name: str
    address: str
    lat: float
    lon: float
    windows: str
    equipment: str
    keeper: str
    status: WorkshopStatus
    reminded_on: date | None


class Room(NamedTuple):
    """A room of a workshop."""

    id: int
    workshop_id: int
    function: Function
    capacity: int


class Told(TypedDict, total=False):
    """What is said of a workshop."""

    name: str
    address: str
    lat: float
    lon: float
    windows: str
    equipment: str
    keeper: str
    status: WorkshopStatus
    reminded_on: date


_PLACES = (
    select(*columns(workshop, Place, community=_COMMUNITY))
    .join(community, community.c.id == workshop.c.community_id)
    .order_by(workshop.c.community_id, workshop.c.id)
)
_ROOMS = select(*columns(workshop_room, Room)).where(workshop_room.c.capacity > 0)


def add(tx: Connection, community_id: int, told: Told, *, now: datetime) -> int:
    """A new workshop; the row's id."""
    values = {"equipment": "", "keeper": "", "status": "open", **told, "community_id": community_id, "created_at": now}
    return int(tx.execute(insert(workshop).values(values).returning(workshop.c.id)).scalar_one())


def change(tx: Connection, workshop_id: int, told: Told) -> None:
    """Other things are so now."""
    tx.execute(update(workshop).where(workshop.c.id == workshop_id).values(**told))


def set_rooms(tx: Connection, workshop_id: int, capacities: Mapping[Function, int]) -> None:
    """For how many each room is; none where there is no such room."""
    for function in FUNCTIONS:
        row = {"workshop_id": workshop_id, "function": function, "capacity": capacities.get(function, 0)}
        put = upsert(tx, workshop_room).values(row)
        tx.execute(put.on_conflict_do_update(index_elements=["workshop_id", "function"], set_={"capacity": row["capacity"]}))


def get(tx: Connection, workshop_id: int) -> Place | None:
    """One workshop."""
    return first(tx, _PLACES.where(workshop.c.id == workshop_id), Place)


def of_place(tx: Connection, where: Iterable[Scope]) -> list[Place]:
    """Workshops of these communities."""
    return every(tx, _PLACES.where(within(where, community=workshop.c.community_id)), Place)


def open_(tx: Connection) -> list[Place]:
    """All that nobody closed."""
    return every(tx, _PLACES.where(workshop.c.status == "open"), Place)


def rooms(tx: Connection, workshop_ids: Iterable[int]) -> dict[int, list[Room]]:
    """The rooms of workshops, by workshop, in the order of their functions."""
    ids = list(workshop_ids)
    by_place: dict[int, list[Room]] = {one: [] for one in ids}
    for room in every(tx, _ROOMS.where(workshop_room.c.workshop_id.in_(ids)), Room):
        by_place[room.workshop_id].append(room)
    return {one: sorted(mine, key=lambda room: FUNCTIONS.index(room.function)) for one, mine in by_place.items()}


def room(tx: Connection, workshop_id: int, function: str) -> Room | None:
    """A room by what it is for; None where there is none."""
    return first(tx, _ROOMS.where(workshop_room.c.workshop_id == workshop_id, workshop_room.c.function == function), Room)


def checked(
    tx: Connection,
    workshop_id: int,
    check: Check,
    *,
    picture: str = "",
    by: int | None,
    now: datetime,
) -> int:
    """Somebody looked; the row's id."""
    row = {**check._asdict(), "workshop_id": workshop_id, "picture": picture, "told_by": by, "told_at": now}
    return int(tx.execute(insert(workshop_check).values(row).returning(workshop_check.c.id)).scalar_one())


def checks(tx: Connection, workshop_ids: Iterable[int]) -> dict[int, dict[CheckKind, Check]]:
    """The latest check of each kind, by workshop; told later counts where two are of one day."""
    ids = list(workshop_ids)
    by_place: dict[int, dict[CheckKind, Check]] = {one: {} for one in ids}
    check = workshop_check.c
    newest = (check.checked_on.desc(), check.id.desc())
    turn = func.row_number().over(partition_by=(check.workshop_id, check.kind), order_by=newest).label("turn")
    seen = select(check.workshop_id, *columns(workshop_check, Check), turn).where(check.workshop_id.in_(ids)).subquery()
    for row in tx.execute(select(seen).where(seen.c.turn == 1)):
        if row.kind in KINDS:
            by_place[row.workshop_id][row.kind] = Check(*row[1:-1])
    return by_place


def pictures(tx: Connection, workshop_id: int, *, since: date) -> list[str]:
    """Photos of checks since a day, the newest first."""
    chosen = (workshop_check.c.workshop_id == workshop_id, workshop_check.c.checked_on >= since, workshop_check.c.picture != "")
    return list(tx.execute(select(workshop_check.c.picture).where(*chosen).order_by(workshop_check.c.id.desc())).scalars())
