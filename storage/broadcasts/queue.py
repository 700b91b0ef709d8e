"""Broadcasts on their way from a draft to done: each step is taken once, whoever comes first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, and_, case, func, insert, literal, or_, select, update

from domain.broadcasts.audience import Audience, Kept
from domain.capabilities import ALL
from storage.notices import Body
from storage.rows import columns, every, first
from storage.tables.messages import NoticeStatus, notice
from storage.tables.people import mother
from storage.tables.work import cell

BROADCASTS = ("broadcast", "urgent", "correction")
# A count takes some six microseconds a person.
FEW = 10_000
RUNNING: tuple[NoticeStatus, ...] = ("approved", "choosing", "sending", "listing", "stopped")
# Somebody may have got it.
BEGUN: tuple[NoticeStatus, ...] = ("choosing", "sending", "listing", "stopped", "done")
STOPPABLE: tuple[NoticeStatus, ...] = ("asked", "approved", "choosing", "sending")


class Broadcast(NamedTuple):
    """A broadcast: what it says, whom it is for, and how far it has come (person ids); `corrects` is the one that was wrong."""

    id: int
    kind: str
    body: Body
    audience: Kept
    urgent: bool
    status: NoticeStatus
    corrects: int | None
    created_by: int
    starts_at: datetime | None
    chosen_to: int
    fed_to: int
    recipients: int
    approved_by: int | None
    ended_at: datetime | None

    @property
    def counted(self) -> dict[str, int]:
        """How many would be told on which channel, and how many not and why; empty until it was counted."""
        return self.audience.get("counted") or {}

    @property
    def reached(self) -> dict[str, int]:
        """How many would be told, by channel."""
        return {channel: count for channel, count in self.counted.items() if channel in ALL}

    @property
    def missed(self) -> dict[str, int]:
        """How many would not, by why."""
        return {why: count for why, count in self.counted.items() if why not in ALL}

    @property
    def size(self) -> int:
        """How many it is for, told or not."""
        return sum(self.counted.values())


class Cell(NamedTuple):
    """A grid cell."""

    id: int
    community_id: int
    name: str


class Step(TypedDict, total=False):
    """What changes with a broadcast's status."""

    audience: Kept
    starts_at: datetime
    ended_at: datetime
    stopped_by: int
    chosen_to: int
    fed_to: int


_BROADCASTS = select(*columns(notice, Broadcast))


def add(tx: Connection, kind: str, *, audience: Audience, urgent: bool, created_by: int, now: datetime, corrects: int | None = None) -> int:
    """One without words, not counted yet; its row id."""
    values = {"kind": kind, "body": {}, "audience": audience.to_json(), "urgent": urgent, "created_by": created_by}
    draft = {**values, "corrects": corrects, "created_at": now, "status": "counting", "chosen_to": 0, "fed_to": 0, "recipients": 0}
    return int(tx.execute(insert(notice).values(draft).returning(notice.c.id)).scalar_one())


def unsaved(kind: str, audience: Audience, *, by: int) -> Broadcast:
    """One that is only counted, while somebody still writes it."""
    blank = Broadcast._make([None] * len(Broadcast._fields))
    return blank._replace(
        id=0, kind=kind, body={"text": "", "buttons": [], "private": False, "once": False}, audience=audience.to_json(), created_by=by
    )


def write(tx: Connection, notice_id: int, body: Body) -> None:
    """What it says, until somebody has seen it."""
    tx.execute(update(notice).where(notice.c.id == notice_id, notice.c.status == "counting").values(body=dict(body)))


def keep_count(tx: Connection, broadcast: Broadcast, counts: dict[str, int]) -> bool:
    """It is a draft with its count now; False where it was one before."""
    return move(tx, broadcast.id, ["counting"], "draft", audience={**broadcast.audience, "counted": dict(counts)})


def few(tx: Connection) -> bool:
    """Whether so few are registered that they can be counted while everybody waits."""
    some = select(mother.c.person_id).limit(FEW + 1).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one()) <= FEW


def uncounted(tx: Connection) -> Broadcast | None:
    """The next broadcast that waits for its count."""
    return first(
        tx, _BROADCASTS.where(notice.c.status == "counting", notice.c.ended_at.is_(None)).order_by(notice.c.id).limit(1), Broadcast
    )


def get(tx: Connection, notice_id: int) -> Broadcast | None:
    """One broadcast; None for any other notice."""
    this = (notice.c.id == notice_id, notice.c.kind.in_(BROADCASTS), notice.c.created_by.is_not(None))
    return first(tx, _BROADCASTS.where(*this), Broadcast)


def written_by(tx: Connection, person_id: int, *, limit: int) -> list[Broadcast]:
    """What somebody wrote, newest first."""
    mine = (notice.c.created_by == person_id, notice.c.kind.in_(BROADCASTS), notice.c.status != "void")
    return every(tx, _BROADCASTS.where(*mine).order_by(notice.c.id.desc()).limit(limit), Broadcast)


def awaiting_approval(tx: Connection) -> Iterator[Broadcast]:
    """What waits for a second person's word, oldest first; whose word it may be is in the audience, which a query cannot see into."""
    for row in tx.execute(_BROADCASTS.where(notice.c.status == "asked", notice.c.kind.in_(BROADCASTS)).order_by(notice.c.id)):
        yield Broadcast._make(row)


def cells(tx: Connection) -> list[Cell]:
    """All grid cells."""
    return every(tx, select(*columns(cell, Cell)).order_by(cell.c.id), Cell)


def move(tx: Connection, notice_id: int, from_: Collection[NoticeStatus], to: NoticeStatus, **values: Unpack[Step]) -> bool:
    """Change its status; False where it is in none of these any more, whoever came first."""
    statement = (
        update(notice)
        .where(notice.c.id == notice_id, notice.c.kind.in_(BROADCASTS), notice.c.status.in_(list(from_)))
        .values(status=to, **values)
    )
    return tx.execute(statement).rowcount == 1


def approve(tx: Connection, notice_id: int, *, by: int, now: datetime) -> bool:
    """A second person's word; False where it came too late or is the writer's own."""
    starts_at = case((notice.c.starts_at > now, notice.c.starts_at), else_=literal(now, notice.c.starts_at.type))
    statement = update(notice).where(notice.c.id == notice_id, notice.c.status == "asked", notice.c.created_by != by)
    return tx.execute(statement.values(status="approved", approved_by=by, approved_at=now, starts_at=starts_at)).rowcount == 1


def running(tx: Connection, *, now: datetime) -> list[Broadcast]:
    """Broadcasts with something to do, held until the transaction ends, so that nobody stops one in the middle of a step."""
    mine = and_(notice.c.status.in_(RUNNING), notice.c.ended_at.is_(None), or_(notice.c.starts_at <= now, notice.c.status == "stopped"))
    return every(tx, _BROADCASTS.where(mine).order_by(notice.c.id).with_for_update(), Broadcast)
