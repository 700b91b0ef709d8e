"""What is to be said: put in with the change it tells of, claimed under a lease, marked with what became of it."""

from __future__ import annotations

import hashlib
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
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)

from domain.messages import Outbound
from storage import processes
from storage.bodies import SHOWN, body_of, outbounds
from storage.prepared import Prepared
from storage.tables.columns import BigId, Json, table
from storage.tables.messages import BULK, HELP, NOTICE, REPLY, Notice, Outbox

T, N = table(Outbox), table(Notice)
# Far longer than any platform call may take: a lease that has ended, and has no owner to ask for, belongs to a process that is gone.
LEASE = timedelta(minutes=5)
# What went into a response is fetched again by a platform that did not get it: three more tries, 5 s each.
REPEATED = timedelta(seconds=20)
LOOP_WINDOW = timedelta(minutes=5)
LOOP_LIMIT = 20
# What is older was emptied by an earlier run.
FORGOTTEN_BEFORE = timedelta(days=14)

_same = T.alias("same")
_SAME_LATELY = (
    select(func.count())
    .select_from(_same)
    .where(
        _same.c.address == bindparam("to_address"),
        _same.c.digest == bindparam("same_digest"),
        _same.c.created_at > bindparam("since"),
        _same.c.digest != 0,
    )
    .scalar_subquery()
)
_LOOPS = _SAME_LATELY >= LOOP_LIMIT
# The 21st identical text to one person within five minutes stays unsent, whichever process writes it.
_PUT = Prepared(
    insert(T)
    .values(status=case((_LOOPS, literal("withheld")), else_=literal("waiting")), why=case((_LOOPS, literal("loop")), else_=literal("")))
    .returning(T.c.id)
)


class Claimed(NamedTuple):
    """A row that this process is sending: nobody else touches it until its lease ends."""

    id: int
    channel: str
    address: str
    priority: int
    outbound: Outbound
    attempts: int


def _digest(outbound: Outbound) -> int:
    if outbound.edits or outbound.always:
        return 0
    said = "\n".join([outbound.text, *(card.text for card in outbound.cards)])
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=7).digest()) or 1


def put(
    tx: Connection,
    outbound: Outbound,
    *,
    channel: str,
    address: str,
    person_id: int | None,
    now: datetime,
    priority: int = REPLY,
    inbox_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Put one message to one address into the outbox; its row id."""
    digest = _digest(outbound)
    row = {
        "person_id": person_id,
        "inbox_id": inbox_id,
        "channel": channel,
        "address": address,
        "priority": priority,
        "body": body_of(outbound),
        "private": outbound.private,
        "once": outbound.once,
        "edits": outbound.edits,
        "digest": digest,
        "attempts": 0,
        "created_at": now,
        "due_at": due_at or now,
        "platform_ref": "",
        "to_address": address,
        "same_digest": digest,
        "since": now - LOOP_WINDOW,
    }
    if outbound.edits:
        supersede(tx, channel, address=address, edits=outbound.edits)
    [[number]] = _PUT.rows(tx, row)
    return int(number)


def supersede(tx: Connection, channel: str, *, address: str, edits: str) -> None:
    """A newer edit of a message makes older ones that still wait pointless."""
    tx.execute(
        update(T)
        .where(T.c.channel == channel, T.c.address == address, T.c.edits == edits, T.c.status == "waiting")
        .values(status="withheld", why="superseded")
    )


# As the conditions of the partial indexes say them: behind a parameter the store would not know that they fit.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_SENDING: ColumnElement[str] = literal_column("'sending'")


def _due(priority: int) -> ColumnElement[bool]:
    mine = (T.c.channel == bindparam("of_channel"), T.c.priority == literal_column(str(priority)), T.c.status == _WAITING)
    return and_(*mine, T.c.due_at <= bindparam("now"))


def _claim(priority: int, skip: int, postgresql: bool) -> Executable:
    earlier = T.alias("earlier")
    # One person's messages keep their order: one at a time is on its way to an address, and nothing overtakes an older row.
    overtakes = (
        select(literal(1))
        .select_from(earlier)
        .where(
            earlier.c.channel == T.c.channel,
            earlier.c.address == T.c.address,
            earlier.c.status.in_((_WAITING, _SENDING)),
            or_(earlier.c.status == _SENDING, and_(earlier.c.priority <= T.c.priority, earlier.c.id < T.c.id)),
        )
        .exists()
    )
    chosen = select(T.c.id).where(_due(priority)).order_by(T.c.due_at, T.c.id).limit(bindparam("most"))
    if priority != HELP:
        chosen = chosen.where(~overtakes)
    if skip:
        chosen = chosen.where(T.c.address.not_in(bindparam("resting", expanding=True)))
    if postgresql:
        chosen = chosen.with_for_update(skip_locked=True)
    return (
        update(T)
        .where(T.c.id.in_(chosen))
        .values(status="sending", lease_until=bindparam("until"), owner=bindparam("by"), attempts=T.c.attempts + 1)
        .returning(T.c.id, T.c.address, T.c.attempts, *SHOWN)
    )


_PRIORITIES = (HELP, REPLY, NOTICE, BULK)
_CLAIMS = {(p, skip, pg): _claim(p, skip, pg) for p in _PRIORITIES for skip in (0, 1) for pg in (False, True)}
_LOOK = select(*(exists().where(_due(priority)).select_from(T).label(f"due_{number}") for number, priority in enumerate(_PRIORITIES)))


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
_STOPPED = select(literal(1)).select_from(N).where(N.c.id == T.c.notice_id, N.c.status == "stopped").exists()
_AGAIN = case((_STOPPED, literal("withheld")), else_=literal("waiting"))


def _mine(owner: int | None) -> ColumnElement[bool]:
    """Still claimed by who claimed it: a process that was held for gone changes nothing when it wakes."""
    return T.c.owner.is_not_distinct_from(owner)


def release(tx: Connection, ids: Sequence[int], *, owner: int | None = None) -> None:
    """Give claimed rows back that were not begun, as they were."""
    why = case((_STOPPED, literal("stopped")), else_=T.c.why)
    back = update(T).where(T.c.id.in_(ids), _mine(owner))
    tx.execute(back.values(status=_AGAIN, why=why, lease_until=None, owner=None, attempts=T.c.attempts - 1))


def _mark(postgresql: bool) -> Update:
    each = (func.jsonb_each_text if postgresql else func.json_each)(bindparam("refs", type_=Json))
    pair = each.table_valued("key", "value", name="pair")
    # Not where her page said "read" before this came.
    mine = (T.c.id == cast(pair.c.key, BigId), T.c.status == _SENDING, T.c.owner.is_not_distinct_from(bindparam("by", type_=BigId)))
    return update(T).where(*mine).values(status="sent", why="", lease_until=None, sent_at=bindparam("at"), platform_ref=pair.c.value)


_SENT = {postgresql: _mark(postgresql) for postgresql in (False, True)}


def mark_sent(tx: Connection, sent: Sequence[tuple[int, str]], *, now: datetime, owner: int | None = None) -> None:
    """The platform took these rows: (row id, the platform's message id)."""
    tx.execute(_SENT[tx.dialect.name == "postgresql"], {"refs": {str(row): ref for row, ref in sent}, "at": now, "by": owner})


def postpone(tx: Connection, row: int, *, due_at: datetime, why: str, owner: int | None = None) -> None:
    """Try this row again at `due_at`; the rows behind it to the same address wait for it."""
    reason = case((_STOPPED, literal("stopped")), else_=literal(why))
    later = update(T).where(T.c.id == row, _mine(owner))
    tx.execute(later.values(status=_AGAIN, lease_until=None, owner=None, due_at=due_at, why=reason))


def mark_failed(tx: Connection, row: int, *, why: str, status: str = "failed", owner: int | None = None) -> None:
    """Give this row up: `failed(why)` or `withheld(why)`."""
    tx.execute(update(T).where(T.c.id == row, _mine(owner)).values(status=status, lease_until=None, why=why))


def mark_read(tx: Connection, address: str, ids: Sequence[int], *, channel: str) -> None:
    """She has these rows on her screen."""
    tx.execute(
        update(T)
        .where(T.c.id.in_(ids), T.c.address == address, T.c.channel == channel, T.c.status.in_(("sent", "sending")))
        .values(status="read")
    )


def recover(tx: Connection, *, now: datetime, all_leases: bool, owner: int | None = None) -> tuple[int, int]:
    """What processes that are gone were sending is uncertain; what may be repeated is sent again.

    `all_leases` is for the only process on a store, before it sends anything itself (`owner`); else a process is gone that has not said for
    seconds that it lives. Returns (sent again, waiting for a human).
    """
    others = true() if owner is None else T.c.owner.is_distinct_from(owner)
    lost: ColumnElement[bool] = and_(T.c.status == "sending", others if all_leases else _left_behind(tx, now))
    status = case((or_(T.c.once, _STOPPED), literal("uncertain")), else_=literal("waiting"))
    due_at = case((T.c.platform_ref == "", literal(now, T.c.due_at.type)), else_=literal(now + REPEATED, T.c.due_at.type))
    lost_rows = update(T).where(lost).values(status=status, why="uncertain", lease_until=None, owner=None, due_at=due_at, ambiguous_at=now)
    after = tx.execute(lost_rows.returning(T.c.status)).scalars().all()
    return after.count("waiting"), after.count("uncertain")


def _left_behind(tx: Connection, now: datetime) -> ColumnElement[bool]:
    gone = ~processes.lives(tx, T.c.owner, within=processes.GONE)
    in_danger = and_(T.c.priority == HELP, ~processes.lives(tx, T.c.owner, within=processes.GONE_IN_DANGER))
    return or_(and_(T.c.owner.is_not(None), or_(gone, in_danger)), and_(T.c.owner.is_(None), T.c.lease_until < now))


def next_due(tx: Connection, channel: str) -> datetime | None:
    """When the next waiting row of a channel is due."""
    return tx.execute(select(func.min(T.c.due_at)).where(T.c.channel == channel, T.c.status == "waiting")).scalar()


def take_answers(tx: Connection, inbox_id: int, *, now: datetime, owner: int | None = None) -> list[Claimed]:
    """The answers to one event that are still held for its response: claimed, so that no sender takes them as well."""
    taken = (
        update(T)
        .where(T.c.inbox_id == inbox_id, T.c.status == _WAITING)
        .values(status="sending", lease_until=now + LEASE, owner=owner, attempts=T.c.attempts + 1)
        .returning(T.c.id, T.c.channel, T.c.address, T.c.priority, T.c.attempts, *SHOWN)
    )
    rows = sorted(tx.execute(taken).all(), key=attrgetter("id"))
    said = outbounds(tx, rows)
    return [Claimed(row.id, row.channel, row.address, row.priority, one, row.attempts) for row, one in zip(rows, said, strict=True)]


class _Shown(NamedTuple):
    """A row that she saw, or that waits for her word (`kept`)."""

    status: str
    body: str
    notice_id: int | None
    private: bool
    once: bool
    edits: str


_SEEN = (T.c.channel == bindparam("of_channel"), T.c.address == bindparam("to_address"), T.c.status != "withheld", T.c.status != "failed")
_NEWEST = select(T.c.status, *SHOWN).where(*_SEEN).order_by(T.c.id.desc()).limit(bindparam("several"))
_LAST, _LAST_OF = Prepared(_NEWEST), Prepared(_NEWEST.where(T.c.priority <= bindparam("of_priority")))


def choice_named(
    tx: Connection, channel: str, address: str, text: str, *, numbers: bool = True, priority: int | None = None, several: int = 1
) -> str | None:
    """The button that she named: by its number in the newest list that she saw (of a priority, or a higher one), or by its label in any of the last messages."""
    values: dict[str, object] = {"of_channel": channel, "to_address": address, "several": several}
    rows = _LAST.every(tx, _Shown, values) if priority is None else _LAST_OF.every(tx, _Shown, {**values, "of_priority": priority})
    lists = [(row.status != "kept", one.choices()) for row, one in zip(rows, outbounds(tx, rows), strict=True) if one.choices()]
    newest = next((buttons for seen, buttons in lists if seen), [])
    number = int(text) if numbers and text.isdecimal() and len(text) < 4 else 0
    if 0 < number <= len(newest):
        return newest[number - 1].choice or None
    return next((button.choice for _, buttons in lists for button in buttons if button.label.lstrip("0123456789. ") == text), None)


def forget(tx: Connection, *, person_id: int | None = None, before: datetime | None = None) -> None:
    """Empty the text of what is over: of one person, or of all that is older. The rows stay, as a record without content."""
    over = update(T).where(T.c.status.not_in(("waiting", "kept", "sending", "uncertain")))
    if person_id is not None:
        over = over.where(T.c.person_id == person_id)
    if before is not None:
        over = over.where(T.c.created_at < before, T.c.created_at > before - FORGOTTEN_BEFORE)
    tx.execute(over.values(body=body_of(Outbound(text=""))))


def leave(tx: Connection, channel: str, address: str) -> None:
    """What still waits for an address is not said there: somebody else writes from it now."""
    mine = (T.c.channel == channel, T.c.address == address, T.c.status.in_(("waiting", "kept", "uncertain")))
    tx.execute(update(T).where(*mine).values(status="withheld", why="no_address"))


def take_back(tx: Connection, person_id: int, *, since: datetime) -> None:
    """Sealed matters that a person was told since then are emptied in her chat; what still waits is not sent."""
    told = T.c.person_id == person_id, T.c.private, T.c.created_at >= since
    tx.execute(update(T).where(*told, T.c.status.in_(("waiting", "kept", "uncertain"))).values(status="withheld", why="taken_back"))
    tx.execute(update(T).where(*told, T.c.status != "sending").values(body=body_of(Outbound(text=""))))
