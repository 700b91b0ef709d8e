"""A post's way to publication and back: the second person's word, and who was told of a post that is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from domain.access import Scope
from domain.work.applications import OPEN
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.messages import notice, outbox, recipient
from storage.tables.work import ReviewOutcome, application, offer, position, review


class Finding(TypedDict):
    """What of a post leaves a question: a code of positions.change, and the post's own words."""

    code: str
    quote: str


class Review(NamedTuple):
    """A second person's word that somebody asked for; `digest` is of the post as it was then."""

    id: int
    position_id: int
    findings: list[Finding]
    digest: str
    asked_by: int
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    outcome: ReviewOutcome
    reason: str


class Waiting(NamedTuple):
    """A review on the list of those that wait."""

    id: int
    title: str


_REVIEWS = select(*columns(review, Review))


def ask(tx: Connection, position_id: int, findings: list[Finding], *, digest: str, by: int, now: datetime) -> int:
    """Somebody asks for a second person's word; the review's row id."""
    values = {"position_id": position_id, "findings": findings, "digest": digest, "asked_by": by, "asked_at": now}
    return int(tx.execute(insert(review).values(outcome="", reason="", **values).returning(review.c.id)).scalar_one())


def get(tx: Connection, review_id: int) -> Review | None:
    """One review."""
    return first(tx, _REVIEWS.where(review.c.id == review_id), Review)


def of_post(tx: Connection, position_id: int) -> Review | None:
    """The newest review of a post, open or decided; None where nobody asked for one."""
    return first(tx, _REVIEWS.where(review.c.position_id == position_id).order_by(review.c.id.desc()).limit(1), Review)


def waiting(tx: Connection, where: Iterable[Scope], *, not_by: int, after: int, limit: int) -> list[Waiting]:
    """Open reviews of drafts within these scopes that somebody else asked for, by id, from behind `after`."""
    mine = within(where, community=position.c.community_id, enterprise=position.c.enterprise_id)
    statement = (
        select(*columns(review, Waiting, position))
        .select_from(review)
        .join(position, position.c.id == review.c.position_id)
        .where(review.c.decided_at.is_(None), position.c.status == "draft", review.c.asked_by != not_by, review.c.id > after, mine)
    )
    return every(tx, statement.order_by(review.c.id).limit(limit), Waiting)


def count_waiting(tx: Connection, where: Iterable[Scope], *, not_by: int) -> int:
    """How many rows `waiting` would give without its limit."""
    mine = within(where, community=position.c.community_id, enterprise=position.c.enterprise_id)
    statement = select(func.count()).select_from(review).join(position, position.c.id == review.c.position_id)
    open_ = (review.c.decided_at.is_(None), position.c.status == "draft", review.c.asked_by != not_by, mine)
    return int(tx.execute(statement.where(*open_)).scalar_one())


def decide(tx: Connection, review_id: int, outcome: ReviewOutcome, *, by: int, reason: str, now: datetime) -> bool:
    """The second person's word; False where somebody else gave it before, or she asked for it herself."""
    open_ = update(review).where(review.c.id == review_id, review.c.decided_at.is_(None), review.c.asked_by != by)
    return tx.execute(open_.values(outcome=outcome, decided_by=by, reason=reason, decided_at=now)).rowcount == 1


def send_back(tx: Connection, position_id: int, findings: list[Finding], *, digest: str, by: int, reason: str, now: datetime) -> None:
    """Who looked at a draft sends it back to its firm; a word that somebody waits for is not needed any more."""
    tx.execute(
        update(review).where(review.c.position_id == position_id, review.c.decided_at.is_(None)).values(outcome="changed", decided_at=now)
    )
    review_id = ask(tx, position_id, findings, digest=digest, by=by, now=now)
    tx.execute(update(review).where(review.c.id == review_id).values(outcome="returned", decided_by=by, reason=reason, decided_at=now))


def mended(tx: Connection, position_id: int) -> None:
    """Its firm changed what came back: whoever publishes looks at it again."""
    tx.execute(update(review).where(review.c.position_id == position_id, review.c.outcome == "returned").values(outcome="changed"))


def end(tx: Connection, review_id: int, outcome: ReviewOutcome, *, now: datetime) -> None:
    """Nobody has to decide any more: its post was changed meanwhile."""
    tx.execute(update(review).where(review.c.id == review_id, review.c.decided_at.is_(None)).values(outcome=outcome, decided_at=now))


def told_of(tx: Connection, position_id: int) -> list[int]:
    """Who was told of a post, or is just being told: not those whose message failed or was withheld."""
    reached = and_(recipient.c.status == "queued", or_(outbox.c.id.is_(None), outbox.c.status.not_in(("failed", "withheld"))))
    statement = (
        select(recipient.c.person_id)
        .select_from(recipient)
        .join(notice, notice.c.id == recipient.c.notice_id)
        .outerjoin(outbox, outbox.c.id == recipient.c.outbox_id)
        .where(notice.c.position_id == position_id, notice.c.kind != "correction", reached)
    )
    return list(tx.execute(statement.distinct().order_by(recipient.c.person_id)).scalars())


def started_at(tx: Connection, position_id: int) -> list[int]:
    """Who works there already."""
    statement = select(application.c.person_id).where(application.c.position_id == position_id, application.c.status == "started")
    return list(tx.execute(statement.order_by(application.c.person_id)).scalars())


def waiting_for(tx: Connection, position_id: int) -> int:
    """How many applications would be cancelled with the post."""
    return int(
        tx.execute(select(func.count()).where(application.c.position_id == position_id, application.c.status.in_(OPEN))).scalar_one()
    )


def withhold(tx: Connection, position_id: int, *, now: datetime) -> int:
    """Who was not told yet is not told any more; how many. Offers that nobody answered are over."""
    of_post = select(notice.c.id).where(notice.c.position_id == position_id, notice.c.kind != "correction")
    untold = update(recipient).where(recipient.c.notice_id.in_(of_post), recipient.c.status == "waiting")
    tx.execute(update(offer).where(offer.c.position_id == position_id, offer.c.status == "offered").values(status="filled", decided_at=now))
    return tx.execute(untold.values(status="withheld", why="withdrawn", decided_at=now)).rowcount


def corrects(tx: Connection, notice_id: int, position_id: int) -> None:
    """Note that a notice corrects the one of a post."""
    wrong = select(func.min(notice.c.id)).where(notice.c.position_id == position_id, notice.c.kind == "position").scalar_subquery()
    tx.execute(update(notice).where(notice.c.id == notice_id).values(corrects=wrong))
