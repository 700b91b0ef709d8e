"""What happened to suggestions, step by step, and whom a step was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.access import Scope
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.council import StepKind, suggestion, suggestion_step


class Step(NamedTuple):
    """One step. `before` and `after`: a topic, a community or a state that changed, or the other suggestion of a merger."""

    id: int
    suggestion_id: int
    kind: StepKind
    at: datetime
    by_id: int | None
    reason: str | None
    picture: str
    before: str
    after: str
    notice_id: int | None
    contested_at: datetime | None
    contested_by: int | None
    settled_at: datetime | None


_STEPS = select(*columns(suggestion_step, Step))


def add(
    tx: Connection,
    suggestion_id: int,
    kind: StepKind,
    *,
    by: int | None,
    now: datetime,
    reason: str | None = None,
    picture: str = "",
    before: str = "",
    after: str = "",
) -> int:
    """Write down a step; its id."""
    row = {"suggestion_id": suggestion_id, "kind": kind, "at": now, "by_id": by, "reason": reason, "picture": picture}
    row |= {"before": before, "after": after}
    return int(tx.execute(insert(suggestion_step).values(row).returning(suggestion_step.c.id)).scalar_one())


def told(tx: Connection, step_id: int, notice_id: int) -> None:
    """This notice tells of it."""
    tx.execute(update(suggestion_step).where(suggestion_step.c.id == step_id).values(notice_id=notice_id))


def get(tx: Connection, step_id: int) -> Step | None:
    """One step."""
    return first(tx, _STEPS.where(suggestion_step.c.id == step_id), Step)


def of_suggestions(tx: Connection, suggestion_ids: Iterable[int]) -> list[Step]:
    """All steps of these suggestions in their order."""
    return every(tx, _STEPS.where(suggestion_step.c.suggestion_id.in_(list(suggestion_ids))).order_by(suggestion_step.c.id), Step)


def of_notices(tx: Connection, notice_ids: Iterable[int]) -> dict[int, Step]:
    """The steps that these notices tell of, by notice."""
    rows = every(tx, _STEPS.where(suggestion_step.c.notice_id.in_(list(notice_ids))), Step)
    return {row.notice_id: row for row in rows if row.notice_id is not None}


def contest(tx: Connection, step_id: int, *, by: int, now: datetime) -> bool:
    """She says that a change is wrong; False where somebody said so before: once is enough."""
    fresh = (suggestion_step.c.id == step_id, suggestion_step.c.contested_at.is_(None))
    return tx.execute(update(suggestion_step).where(*fresh).values(contested_at=now, contested_by=by)).rowcount == 1


def settle(tx: Connection, step_id: int, *, now: datetime) -> bool:
    """Somebody else has decided about it; False where that was done."""
    open_ = (suggestion_step.c.id == step_id, suggestion_step.c.contested_at.is_not(None), suggestion_step.c.settled_at.is_(None))
    return tx.execute(update(suggestion_step).where(*open_).values(settled_at=now)).rowcount == 1


def contested(tx: Connection, where: Iterable[Scope], *, limit: int) -> list[Step]:
    """Changes that somebody says are wrong and nobody has decided about, oldest first."""
    open_ = (suggestion_step.c.contested_at.is_not(None), suggestion_step.c.settled_at.is_(None))
    mine = within(where, community=suggestion.c.community_id)
    rows = _STEPS.join(suggestion, suggestion.c.id == suggestion_step.c.suggestion_id).where(*open_, mine)
    return every(tx, rows.order_by(suggestion_step.c.contested_at).limit(limit), Step)
