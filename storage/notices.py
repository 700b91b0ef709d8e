"""Who is told what unasked: one recipient row each, so that everybody ends in a known state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, distinct, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import outbox
from storage.tables import Address, Notice, Outbox, Recipient
from storage.tables.columns import table

N, R, OUT, A = table(Notice), table(Recipient), table(Outbox), table(Address)


def add(
    tx: Connection, kind: str, body: Mapping[str, Any], *, now: datetime, position_id: int | None = None, created_by: int | None = None
) -> int:
    """A new notice; its row id."""
    values = {"kind": kind, "body": dict(body), "position_id": position_id, "created_by": created_by, "created_at": now, "status": "open"}
    return int(tx.execute(insert(N).values(values).returning(N.c.id)).scalar_one())


def add_recipients(tx: Connection, notice_id: int, people: Iterable[tuple[int, int, list[str]]], *, due_at: datetime) -> None:
    """Put (person id, score, reasons) on a notice; who is on it already stays there once."""
    rows = [
        {"notice_id": notice_id, "person_id": person, "score": score, "reasons": reasons, "status": "waiting", "why": "", "due_at": due_at}
        for person, score, reasons in people
    ]
    if rows:
        dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
        tx.execute(dialect.insert(R).on_conflict_do_nothing(), rows)


def due(tx: Connection, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Recipients to decide on, with their notice; a person's rows stand together, best first."""
    people = select(R.c.person_id).where(R.c.status == "waiting", R.c.due_at <= now).order_by(R.c.due_at, R.c.id).limit(limit)
    statement = (
        select(R.c.id, R.c.person_id, R.c.score, R.c.reasons, N.c.kind, N.c.body, N.c.position_id, N.c.created_at)
        .select_from(R)
        .join(N, N.c.id == R.c.notice_id)
        .where(R.c.status == "waiting", R.c.due_at <= now, R.c.person_id.in_(people), N.c.status == "open")
        .order_by(R.c.person_id, R.c.score.desc(), R.c.id)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def of_position(tx: Connection, position_id: int) -> int | None:
    """The notice of a post, or None."""
    return tx.execute(select(N.c.id).where(N.c.position_id == position_id, N.c.kind == "position")).scalar()


def withhold_unreachable(tx: Connection, notice_id: int, *, now: datetime) -> None:
    """Recipients of a notice without any open address, in one statement: they are a list to knock on doors."""
    reached = select(A.c.id).where(A.c.person_id == R.c.person_id, A.c.state == "open").exists()
    statement = update(R).where(R.c.notice_id == notice_id, R.c.status == "waiting", ~reached)
    tx.execute(statement.values(status="withheld", why="unreachable", decided_at=now))


def of_notice(tx: Connection, notice_id: int) -> list[dict[str, Any]]:
    """Recipients of a notice that are still to be decided on."""
    statement = (
        select(R.c.id, R.c.person_id, N.c.kind).join(N, N.c.id == R.c.notice_id).where(R.c.notice_id == notice_id, R.c.status == "waiting")
    )
    return [dict(row._mapping) for row in tx.execute(statement.order_by(R.c.id))]


def told_since(tx: Connection, person_id: int, since: datetime, kinds: Iterable[str]) -> int:
    """How many messages of these kinds a person got since then; a digest counts once."""
    statement = (
        select(func.count(distinct(R.c.outbox_id)))
        .select_from(R)
        .join(N, N.c.id == R.c.notice_id)
        .where(R.c.person_id == person_id, R.c.decided_at >= since, R.c.status == "queued", N.c.kind.in_(list(kinds)))
    )
    return int(tx.execute(statement).scalar_one())


def told_of(tx: Connection, person_id: int, kind: str, *, since: datetime) -> bool:
    """Whether a person got a message of this kind since then, or one is on its way to her."""
    mine = (R.c.person_id == person_id, N.c.kind == kind)
    known = or_(R.c.status == "waiting", and_(R.c.status == "queued", R.c.decided_at >= since))
    return tx.execute(select(R.c.id).join(N, N.c.id == R.c.notice_id).where(*mine, known).limit(1)).first() is not None


def forget(tx: Connection, *, before: datetime, body: Mapping[str, Any]) -> None:
    """Put `body` in place of what old notices said, where nobody waits for them; rows that older runs saw to are not touched again."""
    awaited = select(R.c.id).where(R.c.notice_id == N.c.id, R.c.status == "waiting").exists()
    old = and_(N.c.created_at < before, N.c.created_at > before - outbox.FORGOTTEN_BEFORE)
    tx.execute(update(N).where(old, N.c.kind != "position", ~awaited).values(body=dict(body)))


def queued(tx: Connection, ids: list[int], outbox_id: int, *, now: datetime) -> None:
    """These recipients are told by this outbox row, whose status is theirs from now on."""
    tx.execute(update(R).where(R.c.id.in_(ids)).values(status="queued", why="", outbox_id=outbox_id, decided_at=now))


def withheld(tx: Connection, ids: list[int], why: str, *, now: datetime) -> None:
    """These recipients are not told, and why."""
    tx.execute(update(R).where(R.c.id.in_(ids)).values(status="withheld", why=why, decided_at=now))


def wait(tx: Connection, ids: list[int], until: datetime, why: str) -> None:
    """Ask again later."""
    tx.execute(update(R).where(R.c.id.in_(ids)).values(due_at=until, why=why))


_OUTCOME = {"sent": "delivered", "read": "read", "failed": "failed", "withheld": "withheld", "uncertain": "uncertain"}


def outcomes(tx: Connection, notice_id: int) -> list[dict[str, Any]]:
    """What became of each recipient: person_id, outcome (delivered, read, failed, withheld, uncertain, or waiting), why."""
    statement = (
        select(R.c.person_id, R.c.status, R.c.why, OUT.c.status.label("sent"), OUT.c.why.label("sent_why"))
        .select_from(R)
        .outerjoin(OUT, OUT.c.id == R.c.outbox_id)
        .where(R.c.notice_id == notice_id)
        .order_by(R.c.id)
    )
    return [
        {
            "person_id": row.person_id,
            "outcome": row.status if row.sent is None else _OUTCOME.get(row.sent, "waiting"),
            "why": row.why or row.sent_why or "",
        }
        for row in tx.execute(statement)
    ]
