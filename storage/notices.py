"""Who is told what unasked: one recipient row each, so that everybody ends in a known state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from sqlalchemy import Connection, and_, bindparam, distinct, func, insert, or_, select, update

from storage import outbox
from storage.rows import columns, every, upsert
from storage.tables.messages import Outcome, notice, recipient
from storage.tables.messages import outbox as messages
from storage.tables.people import address


class Body(TypedDict):
    """What a notice keeps of an Outbound; `buttons` are rows of label, choice and address."""

    text: str
    buttons: list[list[list[str]]]
    picture: NotRequired[str]
    private: bool
    once: bool
    speaker: NotRequired[str]


class Due(NamedTuple):
    """A recipient to decide on, with the notice."""

    id: int
    notice_id: int
    person_id: int
    score: int
    reasons: list[str]
    kind: str
    body: Body
    position_id: int | None
    created_at: datetime


class Waiting(NamedTuple):
    """A recipient that is still to be decided on."""

    id: int
    person_id: int
    kind: str


class Became(NamedTuple):
    """What became of a recipient, and why."""

    person_id: int
    outcome: Outcome
    why: str


_ADD = insert(notice).returning(notice.c.id)
_OF_NOTICE = (
    select(*columns(recipient, Waiting, notice))
    .join(notice, notice.c.id == recipient.c.notice_id)
    .where(recipient.c.notice_id == bindparam("notice"), recipient.c.status == "waiting")
    .order_by(recipient.c.id)
)
_TOLD_SINCE = (
    select(func.count(distinct(recipient.c.outbox_id)))
    .select_from(recipient)
    .join(notice, notice.c.id == recipient.c.notice_id)
    .where(
        recipient.c.person_id == bindparam("person"),
        recipient.c.decided_at >= bindparam("since"),
        recipient.c.status == "queued",
        notice.c.kind.in_(bindparam("kinds", expanding=True)),
    )
)
_DECIDED = (
    update(recipient)
    .where(recipient.c.id.in_(bindparam("ids", expanding=True)))
    .values(status=bindparam("became"), why=bindparam("reason"), decided_at=bindparam("now"))
)
_QUEUED = _DECIDED.values(outbox_id=bindparam("row"))
_WAITS = (
    select(recipient.c.id)
    .where(recipient.c.id.in_(bindparam("ids", expanding=True)), recipient.c.status == "waiting", recipient.c.why == bindparam("reason"))
    .limit(1)
)


def add(
    tx: Connection,
    kind: str,
    body: Body | Mapping[str, object],
    *,
    now: datetime,
    position_id: int | None = None,
    created_by: int | None = None,
) -> int:
    """A new notice; its row id."""
    values = {"kind": kind, "body": dict(body), "position_id": position_id, "created_by": created_by, "created_at": now, "status": "open"}
    return int(tx.execute(_ADD, values).scalar_one())


def add_recipients(tx: Connection, notice_id: int, people: Iterable[tuple[int, int, list[str]]], *, due_at: datetime) -> None:
    """Put (person id, score, reasons) on a notice; who is on it already stays there once."""
    rows = [
        {"notice_id": notice_id, "person_id": person, "score": score, "reasons": reasons, "status": "waiting", "why": "", "due_at": due_at}
        for person, score, reasons in people
    ]
    if rows:
        tx.execute(upsert(tx, recipient).on_conflict_do_nothing(), rows)


def due(tx: Connection, *, now: datetime, limit: int) -> list[Due]:
    """Recipients to decide on, with their notice; a person's rows stand together, best first."""
    people = (
        select(recipient.c.person_id)
        .where(recipient.c.status == "waiting", recipient.c.due_at <= now)
        .order_by(recipient.c.due_at, recipient.c.id)
        .limit(limit)
    )
    statement = (
        select(*columns(recipient, Due, notice))
        .select_from(recipient)
        .join(notice, notice.c.id == recipient.c.notice_id)
        .where(recipient.c.status == "waiting", recipient.c.due_at <= now, recipient.c.person_id.in_(people), notice.c.status == "open")
        .order_by(recipient.c.person_id, recipient.c.score.desc(), recipient.c.id)
    )
    return every(tx, statement, Due)


def waiting(tx: Connection, person_id: int, why: str) -> list[Due]:
    """What of a person's waits for this reason, whenever it would be due, best first."""
    statement = select(*columns(recipient, Due, notice)).join(notice, notice.c.id == recipient.c.notice_id)
    mine = (recipient.c.person_id == person_id, recipient.c.status == "waiting", recipient.c.why == why, notice.c.status == "open")
    return every(tx, statement.where(*mine).order_by(recipient.c.score.desc(), recipient.c.id), Due)


def waits(tx: Connection, ids: Iterable[int], why: str, *, since: datetime | None = None) -> bool:
    """Whether one of these waits for this reason; with `since`, as long as it may."""
    these = _WAITS if since is None else _WAITS.where(recipient.c.due_at <= since)
    return tx.execute(these, {"ids": list(ids), "reason": why}).first() is not None


def of_position(tx: Connection, position_id: int) -> int | None:
    """The notice of a post, or None."""
    return tx.execute(select(notice.c.id).where(notice.c.position_id == position_id, notice.c.kind == "position")).scalar()


def withhold_unreachable(tx: Connection, notice_id: int, *, now: datetime) -> None:
    """Recipients of a notice without any open address, in one statement: they are a list to knock on doors."""
    reached = select(address.c.id).where(address.c.person_id == recipient.c.person_id, address.c.state == "open").exists()
    statement = update(recipient).where(recipient.c.notice_id == notice_id, recipient.c.status == "waiting", ~reached)
    tx.execute(statement.values(status="withheld", why="unreachable", decided_at=now))


def of_notice(tx: Connection, notice_id: int) -> list[Waiting]:
    """Recipients of a notice that are still to be decided on."""
    return every(tx, _OF_NOTICE, Waiting, {"notice": notice_id})


def told_since(tx: Connection, person_id: int, since: datetime, kinds: Iterable[str]) -> int:
    """How many messages of these kinds a person got since then; a digest counts once."""
    return int(tx.execute(_TOLD_SINCE, {"person": person_id, "since": since, "kinds": list(kinds)}).scalar_one())


def told_of(tx: Connection, person_id: int, kind: str, *, since: datetime) -> bool:
    """Whether a person got a message of this kind since then, or one is on its way to her."""
    mine = (recipient.c.person_id == person_id, notice.c.kind == kind)
    known = or_(recipient.c.status == "waiting", and_(recipient.c.status == "queued", recipient.c.decided_at >= since))
    return (
        tx.execute(select(recipient.c.id).join(notice, notice.c.id == recipient.c.notice_id).where(*mine, known).limit(1)).first()
        is not None
    )


def forget(tx: Connection, *, before: datetime, body: Body | Mapping[str, object]) -> None:
    """Put `body` in place of what old notices said, where nobody waits for them; rows that older runs saw to are not touched again."""
    awaited = select(recipient.c.id).where(recipient.c.notice_id == notice.c.id, recipient.c.status == "waiting").exists()
    old = and_(notice.c.created_at < before, notice.c.created_at > before - outbox.FORGOTTEN_BEFORE)
    tx.execute(update(notice).where(old, notice.c.kind != "position", ~awaited).values(body=dict(body)))


def queued(tx: Connection, ids: list[int], outbox_id: int, *, now: datetime) -> None:
    """These recipients are told by this outbox row, whose status is theirs from now on."""
    tx.execute(_QUEUED, {"ids": ids, "became": "queued", "reason": "", "row": outbox_id, "now": now})


def withheld(tx: Connection, ids: list[int], why: str, *, now: datetime) -> None:
    """These recipients are not told, and why."""
    tx.execute(_DECIDED, {"ids": ids, "became": "withheld", "reason": why, "now": now})


def wait(tx: Connection, ids: list[int], until: datetime, why: str) -> None:
    """Ask again later."""
    tx.execute(update(recipient).where(recipient.c.id.in_(ids)).values(due_at=until, why=why))


_OUTCOME: dict[str, Outcome] = {
    "sent": "delivered",
    "read": "read",
    "failed": "failed",
    "withheld": "withheld",
    "uncertain": "uncertain",
}


def outcomes(tx: Connection, notice_id: int) -> list[Became]:
    """What became of each recipient: delivered, read, failed, withheld, uncertain, or waiting."""
    statement = (
        select(
            recipient.c.person_id, recipient.c.status, recipient.c.why, messages.c.status.label("sent"), messages.c.why.label("sent_why")
        )
        .select_from(recipient)
        .outerjoin(messages, messages.c.id == recipient.c.outbox_id)
        .where(recipient.c.notice_id == notice_id)
        .order_by(recipient.c.id)
    )
    return [
        Became(row.person_id, row.status if row.sent is None else _OUTCOME.get(row.sent, "waiting"), row.why or row.sent_why or "")
        for row in tx.execute(statement)
    ]
