"""What staff have to do about a person: on a list until it is closed, found by where she lives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, or_, select, update

from domain.access import Scope
from storage.scope import within
from storage.tables import Address, Application, Consent, FollowUp, Mother, Offer, Person, Role, Task
from storage.tables.columns import table

T, PERSON, ROLE, M = table(Task), table(Person), table(Role), table(Mother)
_A, _APP, _OFFER, _F, _C = table(Address), table(Application), table(Offer), table(FollowUp), table(Consent)

UNDER_WAY = ("applied", "waiting", "accepted", "trial", "started")


def _had(of: Table, since: Any) -> ColumnElement[bool]:
    """Whether the person of a row was offered a post, or applied for one, after then."""
    offered = select(_OFFER.c.id).where(_OFFER.c.person_id == of.c.person_id, _OFFER.c.offered_at > since).exists()
    return or_(offered, select(_APP.c.id).where(_APP.c.person_id == of.c.person_id, _APP.c.created_at > since).exists())


# By which a task ends by itself, once it is true: she wrote, was offered something (or applied), or answered a follow-up.
ENDS = {
    "wrote": select(_A.c.id).where(_A.c.person_id == T.c.person_id, _A.c.used_at > T.c.created_at).exists(),
    "offered": _had(T, T.c.created_at),
    "answered": select(_F.c.id).where(_F.c.person_id == T.c.person_id, _F.c.answered_at >= T.c.created_at).exists(),
}


def put(
    tx: Connection, kind: str, person_id: int, *, about_id: int = 0, said: str | None = None, due_at: datetime | None = None, now: datetime
) -> int:
    """Put a task on the list of her place; its row id. One that is there already gets the newer words; one that was closed is new again.

    From `due_at` on staff are reminded of it.
    """
    place = tx.execute(select(PERSON.c.community_id, PERSON.c.cell_id).where(PERSON.c.id == person_id)).one()._asdict()
    same = select(T.c.id, T.c.created_at, T.c.closed_at).where(T.c.kind == kind, T.c.person_id == person_id, T.c.about_id == about_id)
    values = {**place, "said": said, "due_at": due_at, "closed_at": None, "closed_by": None, "outcome": ""}
    if (row := tx.execute(same).first()) is not None:
        # What ended it the first time must not end it again at once.
        begun = now if row.closed_at is not None else row.created_at
        tx.execute(update(T).where(T.c.id == row.id).values(**values, created_at=begun))
        return int(row.id)
    fresh = {**values, "kind": kind, "person_id": person_id, "about_id": about_id, "created_at": now}
    return int(tx.execute(insert(T).values(fresh).returning(T.c.id)).scalar_one())


def get(tx: Connection, task_id: int) -> dict[str, Any] | None:
    """One task."""
    row = tx.execute(select(T).where(T.c.id == task_id)).first()
    return None if row is None else dict(row._mapping)


def about(tx: Connection, kind: str, about_id: int) -> dict[str, Any] | None:
    """The task of a kind about one row, open or closed."""
    row = tx.execute(select(T).where(T.c.kind == kind, T.c.about_id == about_id).order_by(T.c.id.desc())).first()
    return None if row is None else dict(row._mapping)


def _open(where: Iterable[Scope], kinds: Collection[str], ends: str) -> list[Any]:
    conditions = [T.c.closed_at.is_(None), T.c.kind.in_(list(kinds)), within(where, community=T.c.community_id, cell=T.c.cell_id)]
    return [*conditions, ~ENDS[ends]] if ends else conditions


def open_(
    tx: Connection, where: Iterable[Scope], *, kinds: Collection[str], ends: str = "", limit: int = 20, after: int = 0
) -> list[dict[str, Any]]:
    """Open tasks of these kinds within these scopes, oldest first, with her key, name, phone and building.

    `ends`: the rule of ENDS by which they end; those for which it is true already are left out.
    """
    statement = (
        select(T, PERSON.c.key, PERSON.c.name, PERSON.c.phone, PERSON.c.building)
        .select_from(T)
        .join(PERSON, PERSON.c.id == T.c.person_id)
        .where(T.c.id > after, *_open(where, kinds, ends))
        .order_by(T.c.id)
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def count(tx: Connection, where: Iterable[Scope], *, kinds: Collection[str], ends: str = "") -> int:
    """How many rows `open_` would give without its limit."""
    return int(tx.execute(select(func.count()).select_from(T).where(*_open(where, kinds, ends))).scalar_one())


def change(tx: Connection, task_id: int, **values: Any) -> None:
    """Set columns of a task."""
    tx.execute(update(T).where(T.c.id == task_id).values(**values))


def close(tx: Connection, task_id: int, *, by: int | None, outcome: str, now: datetime) -> bool:
    """Off the list; False where it was off already."""
    ended = {"closed_at": now, "closed_by": by, "outcome": outcome, "due_at": None}
    return tx.execute(update(T).where(T.c.id == task_id, T.c.closed_at.is_(None)).values(ended)).rowcount == 1


def settle(tx: Connection, rules: Mapping[str, str], *, now: datetime, limit: int) -> int:
    """Close what ended by itself, by kind and its rule of ENDS; how many. Its outcome is the rule."""
    closed = 0
    for kind, ends in rules.items():
        over = select(T.c.id).where(T.c.closed_at.is_(None), T.c.kind == kind, ENDS[ends]).order_by(T.c.id).limit(limit)
        ids = list(tx.execute(over).scalars())
        if ids:
            tx.execute(update(T).where(T.c.id.in_(ids)).values(closed_at=now, outcome=ends, due_at=None))
        closed += len(ids)
    return closed


def moved(tx: Connection, person_id: int, **place: int | None) -> None:
    """She lives elsewhere (community_id, cell_id): what is open goes to the lists there."""
    tx.execute(update(T).where(T.c.person_id == person_id, T.c.closed_at.is_(None)).values(**place))


def due(tx: Connection, kind: str, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Open tasks of a kind that staff have to be reminded of."""
    late = (T.c.kind == kind, T.c.due_at.is_not(None), T.c.due_at <= now, T.c.closed_at.is_(None))
    return [dict(row._mapping) for row in tx.execute(select(T).where(*late).order_by(T.c.due_at, T.c.id).limit(limit))]


def holders(tx: Connection, cell_id: int | None) -> list[int]:
    """Grid workers who hold a cell now."""
    statement = select(ROLE.c.person_id).where(ROLE.c.role == "grid_worker", ROLE.c.cell_id == cell_id, ROLE.c.withdrawn_at.is_(None))
    return [] if cell_id is None else list(tx.execute(statement.distinct().order_by(ROLE.c.person_id)).scalars())


def asked(tx: Connection, person_id: int, *, now: datetime) -> None:
    """She asked for work herself; the first time counts. Nothing is kept of who has no profile."""
    tx.execute(update(M).where(M.c.person_id == person_id, M.c.asked_at.is_(None)).values(asked_at=now))


def without_offer(tx: Connection, *, before: datetime, among: Collection[int] | None = None) -> list[int]:
    """Mothers who asked for work, or agreed to be told of it, before then, who had neither offer nor application since, and whom nobody lists.

    Whose task staff closed stays off the list until she is offered something again.
    """
    agreed = (_C.c.purpose == "jobs", _C.c.withdrawn_at.is_(None), _C.c.enterprise_id.is_(None), _C.c.given_at <= before)
    agrees = select(_C.c.id).where(_C.c.person_id == M.c.person_id, *agreed).exists()
    # Off because of an offer, she may come again; off because staff spoke to her, only after another one.
    settled = or_(T.c.closed_at.is_(None), and_(T.c.outcome != "offered", ~_had(T, T.c.closed_at)))
    listed = select(T.c.id).where(T.c.person_id == M.c.person_id, T.c.kind == "nothing", settled)
    statement = select(M.c.person_id).where(
        or_(M.c.asked_at <= before, agrees),
        ~_had(M, before),
        ~select(_APP.c.id).where(_APP.c.person_id == M.c.person_id, _APP.c.status.in_(UNDER_WAY)).exists(),
        ~listed.exists(),
    )
    if among is not None:
        statement = statement.where(M.c.person_id.in_(list(among)))
    return list(tx.execute(statement.order_by(M.c.person_id)).scalars())
