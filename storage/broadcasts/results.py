"""What became of a broadcast: every figure is counted from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from domain.access import Scope
from storage.broadcasts.queue import Broadcast
from storage.rows import columns, every
from storage.scope import within
from storage.tables.messages import outbox, recipient
from storage.tables.people import person, task


class Figures(NamedTuple):
    """How many; `failed` and `withheld` by why, `tapped` by button, `knock`: open tasks to knock on a door."""

    recipients: int
    waiting: int
    sent: int
    read: int
    uncertain: int
    failed: dict[str, int]
    withheld: dict[str, int]
    tapped: dict[str, int]
    knock: int


class Joined(NamedTuple):
    """Who signed up; `id` is the recipient's row."""

    id: int
    person_id: int
    key: str
    name: str | None
    phone: str | None


def tapped(tx: Connection, notice_id: int, person_id: int, what: str, *, now: datetime) -> bool:
    """She tapped a button of a broadcast she got: her first tap counts, and signing up counts more than having read. False for others."""
    hers = and_(recipient.c.notice_id == notice_id, recipient.c.person_id == person_id, recipient.c.status == "queued")
    if tx.execute(select(recipient.c.id).where(hers)).first() is None:
        return False
    open_ = recipient.c.tapped.in_(("", "read")) if what == "join" else recipient.c.tapped == ""
    tx.execute(update(recipient).where(hers, open_).values(tapped=what, tapped_at=now))
    return True


def figures(tx: Connection, broadcast: Broadcast) -> Figures:
    """The figures of a broadcast as they are now."""
    mine = outbox.c.notice_id == broadcast.id
    out = _counts(tx, outbox.c.status, mine)
    failed = _counts(tx, outbox.c.why, and_(mine, outbox.c.status == "failed"))
    withheld = _counts(tx, recipient.c.why, and_(recipient.c.notice_id == broadcast.id, recipient.c.status == "withheld"))
    undecided_ = broadcast.recipients - sum(out.values()) - sum(withheld.values())
    for why, n in _counts(tx, outbox.c.why, and_(mine, outbox.c.status == "withheld")).items():
        withheld[why] = withheld.get(why, 0) + n
    stopped = broadcast.status == "stopped"
    if stopped and undecided_:
        withheld["stopped"] = withheld.get("stopped", 0) + undecided_
    return Figures(
        recipients=broadcast.recipients,
        waiting=out.get("waiting", 0) + out.get("kept", 0) + out.get("sending", 0) + (0 if stopped else undecided_),
        sent=out.get("sent", 0) + out.get("read", 0),
        read=out.get("read", 0),
        uncertain=out.get("uncertain", 0),
        failed=failed,
        withheld=withheld,
        tapped=_counts(tx, recipient.c.tapped, and_(recipient.c.notice_id == broadcast.id, recipient.c.tapped != "")),
        knock=_counts(tx, task.c.kind, and_(task.c.kind == "knock", task.c.about_id == broadcast.id)).get("knock", 0),
    )


def _counts(tx: Connection, by: ColumnElement[str], condition: ColumnElement[bool]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(select(by, func.count()).where(condition).group_by(by))}


def joined(tx: Connection, notice_id: int, where: Iterable[Scope], *, limit: int, after: int = 0) -> list[Joined]:
    """Who signed up and lies in these scopes, in order."""
    statement = (
        select(*columns(recipient, Joined, person))
        .join(person, person.c.id == recipient.c.person_id)
        .where(recipient.c.notice_id == notice_id, recipient.c.tapped == "join", recipient.c.id > after)
        .where(within(where, community=person.c.community_id, cell=person.c.cell_id))
        .order_by(recipient.c.id)
        .limit(limit)
    )
    return every(tx, statement, Joined)
