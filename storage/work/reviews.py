"""A post's way to publication and back: drafts, the second person's word, and who was told of a post that is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from domain.access import Scope
from domain.work.applications import OPEN
from storage.scope import within
from storage.tables import Application, Community, Enterprise, Notice, Offer, Outbox, Position, Recipient, Review
from storage.tables.columns import table
from storage.work.posts import positions_changed

R, P, E, C = table(Review), table(Position), table(Enterprise), table(Community)
N, REC, OUT, APP, OFFER = table(Notice), table(Recipient), table(Outbox), table(Application), table(Offer)

_POSTS = (
    select(P, E.c.name.label("enterprise"), E.c.licence, E.c.share_percent, C.c.name.label("community"))
    .select_from(P)
    .join(E, E.c.id == P.c.enterprise_id)
    .join(C, C.c.id == P.c.community_id)
)


def _rows(tx: Connection, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(statement)]


def post(tx: Connection, position_id: int) -> dict[str, Any] | None:
    """One post with what the gate asks of its enterprise."""
    found = _rows(tx, _POSTS.where(P.c.id == position_id))
    return found[0] if found else None


def posts(tx: Connection, where: Iterable[Scope], *, statuses: Sequence[str], after: int, limit: int) -> list[dict[str, Any]]:
    """Posts of these statuses within these scopes, by id, from behind `after`."""
    mine = within(where, community=P.c.community_id, enterprise=P.c.enterprise_id)
    return _rows(tx, _POSTS.where(P.c.status.in_(list(statuses)), P.c.id > after, mine).order_by(P.c.id).limit(limit))


def ask(tx: Connection, position_id: int, findings: list[dict[str, str]], *, digest: str, by: int, now: datetime) -> int:
    """Somebody asks for a second person's word; the review's row id."""
    values = {"position_id": position_id, "findings": findings, "digest": digest, "asked_by": by, "asked_at": now}
    return int(tx.execute(insert(R).values(outcome="", reason="", **values).returning(R.c.id)).scalar_one())


def get(tx: Connection, review_id: int) -> dict[str, Any] | None:
    """One review."""
    found = _rows(tx, select(R).where(R.c.id == review_id))
    return found[0] if found else None


def of_post(tx: Connection, position_id: int) -> dict[str, Any] | None:
    """The newest review of a post, open or decided; None where nobody asked for one."""
    found = _rows(tx, select(R).where(R.c.position_id == position_id).order_by(R.c.id.desc()).limit(1))
    return found[0] if found else None


def waiting(tx: Connection, where: Iterable[Scope], *, not_by: int, after: int, limit: int) -> list[dict[str, Any]]:
    """Open reviews of drafts within these scopes that somebody else asked for, by id, from behind `after`."""
    mine = within(where, community=P.c.community_id, enterprise=P.c.enterprise_id)
    statement = (
        select(R, P.c.title, E.c.name.label("enterprise"))
        .select_from(R)
        .join(P, P.c.id == R.c.position_id)
        .join(E, E.c.id == P.c.enterprise_id)
        .where(R.c.decided_at.is_(None), P.c.status == "draft", R.c.asked_by != not_by, R.c.id > after, mine)
    )
    return _rows(tx, statement.order_by(R.c.id).limit(limit))


def decide(tx: Connection, review_id: int, outcome: str, *, by: int, reason: str, now: datetime) -> bool:
    """The second person's word; False where somebody else gave it before, or she asked for it herself."""
    open_ = update(R).where(R.c.id == review_id, R.c.decided_at.is_(None), R.c.asked_by != by)
    return tx.execute(open_.values(outcome=outcome, decided_by=by, reason=reason, decided_at=now)).rowcount == 1


def end(tx: Connection, review_id: int, outcome: str, *, now: datetime) -> None:
    """Nobody has to decide any more: its post was changed meanwhile."""
    tx.execute(update(R).where(R.c.id == review_id, R.c.decided_at.is_(None)).values(outcome=outcome, decided_at=now))


def withdraw(tx: Connection, position_id: int, why: str, *, now: datetime) -> bool:
    """Published or filled → closed for good; False where it was neither."""
    public = update(P).where(P.c.id == position_id, P.c.status.in_(("published", "filled")))
    if tx.execute(public.values(status="closed", withdrawn_at=now, withdrawn_why=why, next_wave_at=None)).rowcount == 0:
        return False
    positions_changed(tx)
    return True


def told_of(tx: Connection, position_id: int) -> list[int]:
    """Who was told of a post, or is just being told: not those whose message failed or was withheld."""
    reached = and_(REC.c.status == "queued", or_(OUT.c.id.is_(None), OUT.c.status.not_in(("failed", "withheld"))))
    statement = (
        select(REC.c.person_id)
        .select_from(REC)
        .join(N, N.c.id == REC.c.notice_id)
        .outerjoin(OUT, OUT.c.id == REC.c.outbox_id)
        .where(N.c.position_id == position_id, N.c.kind != "correction", reached)
    )
    return list(tx.execute(statement.distinct().order_by(REC.c.person_id)).scalars())


def started_at(tx: Connection, position_id: int) -> list[int]:
    """Who works there already."""
    statement = select(APP.c.person_id).where(APP.c.position_id == position_id, APP.c.status == "started")
    return list(tx.execute(statement.order_by(APP.c.person_id)).scalars())


def waiting_for(tx: Connection, position_id: int) -> int:
    """How many applications would be cancelled with the post."""
    return int(tx.execute(select(func.count()).where(APP.c.position_id == position_id, APP.c.status.in_(OPEN))).scalar_one())


def withhold(tx: Connection, position_id: int, *, now: datetime) -> int:
    """Who was not told yet is not told any more; how many. Offers that nobody answered are over."""
    notices = select(N.c.id).where(N.c.position_id == position_id, N.c.kind != "correction")
    waiting_ = update(REC).where(REC.c.notice_id.in_(notices), REC.c.status == "waiting")
    tx.execute(update(OFFER).where(OFFER.c.position_id == position_id, OFFER.c.status == "offered").values(status="filled", decided_at=now))
    return tx.execute(waiting_.values(status="withheld", why="withdrawn", decided_at=now)).rowcount


def corrects(tx: Connection, notice_id: int, position_id: int) -> None:
    """Note that a notice corrects the one of a post."""
    wrong = select(func.min(N.c.id)).where(N.c.position_id == position_id, N.c.kind == "position").scalar_subquery()
    tx.execute(update(N).where(N.c.id == notice_id).values(corrects=wrong))
