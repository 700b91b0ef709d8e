"""Votes: who may is fixed when one opens, everybody has one, it may be changed until the end, and a secret one has no voter.

A secret vote begins with one empty ballot for each elector, named by a keyed digest of her and a key that the motion keeps sealed. When it
closes, the key is destroyed and the filled ballots are written anew under random names in random order: neither rows nor their order,
nor any time, join a ballot with a voter afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.council.votes import Outcome, outcome
from storage.database import lock
from storage.rows import columns, every, first, upsert
from storage.tables.meetings import meeting_item, motion, motion_ballot, motion_elector, motion_vote


class Motion(NamedTuple):
    """One vote; counts and outcome are empty until it is closed."""

    id: int
    item_id: int
    options: list[str]
    secret: bool
    quorum: int
    electorate: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    counts: list[int]
    outcome: Outcome | str


class Pending(NamedTuple):
    """An open vote of a meeting in which somebody may vote, and whether she did."""

    id: int
    item_id: int
    meeting_id: int
    suggestion_id: int
    closes_at: datetime
    voted: bool


_MOTIONS = select(*columns(motion, Motion))


def open_(
    tx: Connection,
    item_id: int,
    *,
    options: Sequence[str],
    secret: bool,
    quorum: int,
    electors: Iterable[int],
    closes_at: datetime,
    now: datetime,
) -> int:
    """A new vote of these electors; its id."""
    people = sorted(set(electors))
    seal = secrets.token_hex(32) if secret else None
    row = {"item_id": item_id, "options": list(options), "secret": secret, "quorum": quorum, "electorate": len(people), "seal": seal}
    row |= {"opened_at": now, "closes_at": closes_at, "counts": [], "outcome": ""}
    number = int(tx.execute(insert(motion).values(row).returning(motion.c.id)).scalar_one())
    tx.execute(insert(motion_elector), [{"motion_id": number, "person_id": one, "voted": False} for one in people])
    if seal is not None:
        tokens = sorted(_token(seal, one) for one in people)
        tx.execute(insert(motion_ballot), [{"motion_id": number, "token": token, "choice": None} for token in tokens])
    return number


def _token(seal: str, person_id: int) -> str:
    return hmac.new(bytes.fromhex(seal), str(person_id).encode(), hashlib.sha256).hexdigest()


def get(tx: Connection, motion_id: int) -> Motion | None:
    """One vote."""
    return first(tx, _MOTIONS.where(motion.c.id == motion_id), Motion)


def of_item(tx: Connection, item_id: int) -> list[Motion]:
    """The votes on a point, oldest first."""
    return every(tx, _MOTIONS.where(motion.c.item_id == item_id).order_by(motion.c.id), Motion)


def hold(tx: Connection, motion_id: int) -> None:
    """Nobody else votes or closes it until the transaction ends."""
    lock(tx, f"motion:{motion_id}")


def cast(tx: Connection, row: Motion, person_id: int, choice: int) -> bool:
    """Her vote, in place of the one she had cast; False where she is no elector. The caller holds the vote and knows that it is open."""
    hers = (motion_elector.c.motion_id == row.id, motion_elector.c.person_id == person_id)
    if tx.execute(update(motion_elector).where(*hers).values(voted=True)).rowcount != 1:
        return False
    if not row.secret:
        vote = upsert(tx, motion_vote).values(motion_id=row.id, person_id=person_id, choice=choice)
        tx.execute(vote.on_conflict_do_update(index_elements=["motion_id", "person_id"], set_={"choice": choice}))
        return True
    seal = tx.execute(select(motion.c.seal).where(motion.c.id == row.id)).scalar_one()
    mine = (motion_ballot.c.motion_id == row.id, motion_ballot.c.token == _token(seal, person_id))
    return tx.execute(update(motion_ballot).where(*mine).values(choice=choice)).rowcount == 1


def turnout(tx: Connection, motion_id: int) -> int:
    """How many have voted."""
    voted = (motion_elector.c.motion_id == motion_id, motion_elector.c.voted)
    return int(tx.execute(select(func.count()).select_from(motion_elector).where(*voted)).scalar_one())


def electors(tx: Connection, motion_id: int) -> list[int]:
    """Who may vote."""
    rows = select(motion_elector.c.person_id).where(motion_elector.c.motion_id == motion_id).order_by(motion_elector.c.person_id)
    return list(tx.execute(rows).scalars())


def close(tx: Connection, row: Motion, *, now: datetime) -> Motion:
    """Count, once and for all. The caller holds the vote and knows that it is open."""
    votes = motion_ballot if row.secret else motion_vote
    counted = select(votes.c.choice, func.count()).where(votes.c.motion_id == row.id, votes.c.choice.is_not(None)).group_by(votes.c.choice)
    totals = {int(choice): int(count) for choice, count in tx.execute(counted)}
    counts = [totals.get(number, 0) for number in range(len(row.options))]
    if row.secret:
        _unlink(tx, row.id, totals)
    ended = outcome(row.options, counts, quorum=row.quorum)
    tx.execute(update(motion).where(motion.c.id == row.id).values(closed_at=now, counts=counts, outcome=ended, seal=None))
    return row._replace(closed_at=now, counts=counts, outcome=ended)


def _unlink(tx: Connection, motion_id: int, counts: dict[int, int]) -> None:
    tx.execute(delete(motion_ballot).where(motion_ballot.c.motion_id == motion_id))
    fresh = [
        {"motion_id": motion_id, "token": secrets.token_hex(32), "choice": choice} for choice, count in counts.items() for _ in range(count)
    ]
    if fresh:
        tx.execute(insert(motion_ballot), sorted(fresh, key=lambda ballot: str(ballot["token"])))


def to_close(tx: Connection, *, now: datetime, limit: int) -> list[Motion]:
    """Open votes whose time is over."""
    over = (motion.c.closed_at.is_(None), motion.c.closes_at <= now)
    return every(tx, _MOTIONS.where(*over).order_by(motion.c.id).limit(limit), Motion)


def waiting(tx: Connection, person_id: int) -> list[Pending]:
    """Open votes in which she may vote."""
    mine = select(*columns(motion, Pending, meeting_item, motion_elector)).select_from(
        motion.join(meeting_item, meeting_item.c.id == motion.c.item_id).join(motion_elector, motion_elector.c.motion_id == motion.c.id)
    )
    open_now = (motion.c.closed_at.is_(None), motion_elector.c.person_id == person_id)
    return every(tx, mine.where(*open_now).order_by(motion.c.closes_at), Pending)


def one_woman(tx: Connection, kept_id: int, gone_id: int) -> None:
    """Two records will be one: of each open vote one voice stays hers. Called before the rows of the one become the other's."""
    theirs = select(motion.c.id, motion.c.seal, motion_elector.c.voted).join(motion_elector, motion_elector.c.motion_id == motion.c.id)
    for number, seal, voted in tx.execute(theirs.where(motion_elector.c.person_id == gone_id, motion.c.closed_at.is_(None))).all():
        hers = (motion_elector.c.motion_id == number, motion_elector.c.person_id == kept_id)
        before = tx.execute(select(motion_elector.c.voted).where(*hers)).scalar()
        if seal is not None:
            _one_ballot(tx, number, kept=_token(seal, kept_id), gone=_token(seal, gone_id), twice=before is not None, takes=not before)
        if before is None:
            continue
        if voted and before and seal is None:
            # Her own vote stands; the other counts for no option.
            gone = (motion_vote.c.motion_id == number, motion_vote.c.person_id == gone_id)
            tx.execute(update(motion_vote).where(*gone).values(choice=-1))
        tx.execute(update(motion_elector).where(*hers).values(voted=before or voted))
        tx.execute(
            update(motion_elector).where(motion_elector.c.motion_id == number, motion_elector.c.person_id == gone_id).values(voted=False)
        )


def _one_ballot(tx: Connection, motion_id: int, *, kept: str, gone: str, twice: bool, takes: bool) -> None:
    """The ballot of who is no more becomes hers; where she has one, it keeps its vote or gets the other's."""
    other = (motion_ballot.c.motion_id == motion_id, motion_ballot.c.token == gone)
    if not twice:
        tx.execute(update(motion_ballot).where(*other).values(token=kept))
        return
    if takes:
        choice = tx.execute(select(motion_ballot.c.choice).where(*other)).scalar()
        tx.execute(update(motion_ballot).where(motion_ballot.c.motion_id == motion_id, motion_ballot.c.token == kept).values(choice=choice))
    tx.execute(update(motion_ballot).where(*other).values(choice=None))
