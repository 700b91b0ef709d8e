"""What the sender of a channel does with rows of the outbox: claimed under a lease, marked with what became of them, found again after a crash."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Update,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)

from domain.messages import Outbound
from storage import processes
from storage.bodies import SHOWN, outbounds
from storage.tables.columns import BigId, Json
from storage.tables.messages import BULK, HELP, NOTICE, REPLY, notice
from storage.tables.messages import outbox as messages

# Far longer than any platform call may take: a lease that has ended, and has no owner to ask for, belongs to a process that is gone.
LEASE = timedelta(minutes=5)
# What went into a response is fetched again by a platform that did not get it: three more tries, 5 s each.
REPEATED = timedelta(seconds=20)


class Claimed(NamedTuple):
    """A row that this process is sending: nobody else touches it until its lease ends."""

    id: int
    channel: str
    address: str
    priority: int
    outbound: Outbound
    attempts: int


# As the conditions of the partial indexes say them: behind a parameter the store would not know that they fit.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_SENDING: ColumnElement[str] = literal_column("'sending'")


def _due(priority: int) -> ColumnElement[bool]:
    mine = (
        messages.c.channel == bindparam("of_channel"),
        messages.c.priority == literal_column(str(priority)),
        messages.c.status == _WAITING,
    )
    return and_(*mine, messages.c.due_at <= bindparam("now"))


def _claim(priority: int, skip: int, postgresql: bool) -> Executable:
    earlier = messages.alias("earlier")
    # One person's messages keep their order: one at a time is on its way to an address, and nothing overtakes an older row.
    overtakes = (
        select(literal(1))
        .select_from(earlier)
        .where(
            earlier.c.channel == messages.c.channel,
            earlier.c.address == messages.c.address,
            earlier.c.status.in_((_WAITING, _SENDING)),
            or_(earlier.c.status == _SENDING, and_(earlier.c.priority <= messages.c.priority, earlier.c.id < messages.c.id)),
        )
        .exists()
    )
    chosen = select(messages.c.id).where(_due(priority)).order_by(messages.c.due_at, messages.c.id).limit(bindparam("most"))
    if priority != HELP:
        chosen = chosen.where(~overtakes)
    if skip:
        chosen = chosen.where(messages.c.address.not_in(bindparam("resting", expanding=True)))
    if postgresql:
        chosen = chosen.with_for_update(skip_locked=True)
    return (
        update(messages)
        .where(messages.c.id.in_(chosen))
        .values(status="sending", lease_until=bindparam("until"), owner=bindparam("by"), attempts=messages.c.attempts + 1, platform_ref="")
        .returning(messages.c.id, messages.c.address, messages.c.attempts, *SHOWN)
    )


_PRIORITIES = (HELP, REPLY, NOTICE, BULK)
_CLAIMS = {(p, skip, pg): _claim(p, skip, pg) for p in _PRIORITIES for skip in (0, 1) for pg in (False, True)}
_LOOK = select(
    *(exists().where(_due(priority)).select_from(messages).label(f"due_{number}") for number, priority in enumerate(_PRIORITIES))
)


def claim(
    tx: Connection, channel: str, *, now: datetime, most: int, resting: Collection[str] = (), owner: int | None = None
) -> list[Claimed]:
    """Take up to `most` due rows for a process, help before replies before notices before bulk, none to an address in `resting`."""
    claimed: list[Claimed] = []
    postgresql = tx.dialect.name == "postgresql"
    values: dict[str, object] = {"of_channel": channel, "now": now, "until": now + LEASE, "by": owner}
    if resting:
        values["resting"] = list(resting)
    # Mostly one priority waits, or none: a look is cheaper than a claim that finds nothing.
    for priority, any_due in zip(_PRIORITIES, tx.execute(_LOOK, {"of_channel": channel, "now": now}).one(), strict=True):
        if not any_due or len(claimed) >= most:
            continue
        taken = _CLAIMS[priority, 1 if resting else 0, postgresql]
        taken_rows = sorted(tx.execute(taken, {**values, "most": most - len(claimed)}).all(), key=attrgetter("id"))
        said = outbounds(tx, taken_rows)
        claimed += [Claimed(r[0], channel, r[1], priority, outbound, r[2]) for r, outbound in zip(taken_rows, said, strict=True)]
    return claimed


# Nothing of a notice that somebody stopped meanwhile is tried again.
_STOPPED = select(literal(1)).select_from(notice).where(notice.c.id == messages.c.notice_id, notice.c.status == "stopped").exists()
_AGAIN = case((_STOPPED, literal("withheld")), else_=literal("waiting"))


def _mine(owner: int | None) -> ColumnElement[bool]:
    """Still claimed by who claimed it: a process that was held for gone changes nothing when it wakes."""
    return messages.c.owner.is_not_distinct_from(owner)


def release(tx: Connection, ids: Sequence[int], *, owner: int | None = None) -> None:
    """Give claimed rows back that were not begun, as they were."""
    why = case((_STOPPED, literal("stopped")), else_=messages.c.why)
    back = update(messages).where(messages.c.id.in_(ids), _mine(owner))
    tx.execute(back.values(status=_AGAIN, why=why, lease_until=None, owner=None, attempts=messages.c.attempts - 1))


def _mark(postgresql: bool) -> Update:
    each = (func.jsonb_each_text if postgresql else func.json_each)(bindparam("refs", type_=Json))
    pair = each.table_valued("key", "value", name="pair")
    # Not where her page said "read" before this came.
    mine = (
        messages.c.id == cast(pair.c.key, BigId),
        messages.c.status == _SENDING,
        messages.c.owner.is_not_distinct_from(bindparam("by", type_=BigId)),
    )
    return update(messages).where(*mine).values(status="sent", why="", lease_until=None, sent_at=bindparam("at"), platform_ref=pair.c.value)


_SENT = {postgresql: _mark(postgresql) for postgresql in (False, True)}


def mark_sent(tx: Connection, sent: Sequence[tuple[int, str]], *, now: datetime, owner: int | None = None) -> None:
    """The platform took these rows: (row id, the platform's message id)."""
    tx.execute(_SENT[tx.dialect.name == "postgresql"], {"refs": {str(row): ref for row, ref in sent}, "at": now, "by": owner})


def postpone(tx: Connection, row: int, *, due_at: datetime, why: str, owner: int | None = None) -> None:
    """Try this row again at `due_at`; the rows behind it to the same address wait for it."""
    reason = case((_STOPPED, literal("stopped")), else_=literal(why))
    later = update(messages).where(messages.c.id == row, _mine(owner))
    tx.execute(later.values(status=_AGAIN, lease_until=None, owner=None, due_at=due_at, why=reason))


def mark_failed(tx: Connection, row: int, *, why: str, status: str = "failed", owner: int | None = None) -> None:
    """Give this row up: `failed(why)` or `withheld(why)`."""
    tx.execute(update(messages).where(messages.c.id == row, _mine(owner)).values(status=status, lease_until=None, why=why))


def mark_read(tx: Connection, address: str, ids: Sequence[int], *, channel: str) -> None:
    """She has these rows on her screen."""
    tx.execute(
        update(messages)
        .where(
            messages.c.id.in_(ids), messages.c.address == address, messages.c.channel == channel, messages.c.status.in_(("sent", "sending"))
        )
        .values(status="read")
    )


def recover(tx: Connection, *, now: datetime, all_leases: bool, owner: int | None = None) -> tuple[int, int]:
    """What processes that are gone were sending is uncertain; what may be repeated is sent again.

    `all_leases` is for the only process on a store, before it sends anything itself (`owner`); else a process is gone that has not said for
    seconds that it lives. Returns (sent again, waiting for a human).
    """
    others = true() if owner is None else messages.c.owner.is_distinct_from(owner)
    lost: ColumnElement[bool] = and_(messages.c.status == "sending", others if all_leases else _left_behind(tx, now))
    status = case((or_(messages.c.once, _STOPPED), literal("uncertain")), else_=literal("waiting"))
    due_at = case(
        (messages.c.platform_ref == "", literal(now, messages.c.due_at.type)), else_=literal(now + REPEATED, messages.c.due_at.type)
    )
    lost_rows = (
        update(messages).where(lost).values(status=status, why="uncertain", lease_until=None, owner=None, due_at=due_at, ambiguous_at=now)
    )
    after = tx.execute(lost_rows.returning(messages.c.status)).scalars().all()
    return after.count("waiting"), after.count("uncertain")


def _left_behind(tx: Connection, now: datetime) -> ColumnElement[bool]:
    gone = ~processes.lives(tx, messages.c.owner, within=processes.GONE)
    in_danger = and_(messages.c.priority == HELP, ~processes.lives(tx, messages.c.owner, within=processes.GONE_IN_DANGER))
    return or_(and_(messages.c.owner.is_not(None), or_(gone, in_danger)), and_(messages.c.owner.is_(None), messages.c.lease_until < now))


def next_due(tx: Connection, channel: str) -> datetime | None:
    """When the next waiting row of a channel is due."""
    return tx.execute(select(func.min(messages.c.due_at)).where(messages.c.channel == channel, messages.c.status == "waiting")).scalar()
