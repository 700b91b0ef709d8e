"""Posts as the desk lists them: by how they stand, words, community, kind and firm, and what was decided about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from domain.access import Scope
from storage.rows import columns, every
from storage.scope import within
from storage.tables.work import PostStatus, application, community, enterprise, position, review
from storage.work.posts import BACK

# How posts are asked for: a draft that went back to its firm, and one that waits for a second person's word, are drafts too.
Standing = Literal["draft", "asked", "returned", "published", "filled", "closed"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


class Listed(NamedTuple):
    """A post in the list; `open` counts applications that are not over."""

    id: int
    code: str
    title: str
    status: PostStatus
    sector: str
    mode: str
    headcount: int
    taken: int
    closes_on: date | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    back: bool
    enterprise: str
    community: str
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for; empty is everything."""

    standing: Standing | None = None
    words: str = ""
    community_id: int = 0
    sector: str = ""
    mode: str = ""
    enterprise_id: int = 0


_WAITS = select(review.c.id).where(review.c.position_id == position.c.id, review.c.decided_at.is_(None)).exists()
_DRAFT = position.c.status == "draft"
_STANDING: dict[Standing, ColumnElement[bool]] = {
    "draft": and_(_DRAFT, ~BACK),
    "asked": and_(_DRAFT, _WAITS),
    "returned": and_(_DRAFT, BACK),
    **{name: position.c.status == name for name in ("published", "filled", "closed")},
}


def _where(where: Iterable[Scope], asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [within(where, community=position.c.community_id, enterprise=position.c.enterprise_id)]
    conditions += [_STANDING[asked.standing]] if asked.standing else []
    conditions += [position.c.community_id == asked.community_id] if asked.community_id else []
    conditions += [position.c.enterprise_id == asked.enterprise_id] if asked.enterprise_id else []
    conditions += [position.c.sector == asked.sector] if asked.sector else []
    conditions += [position.c.mode == asked.mode] if asked.mode else []
    if asked.words:
        inside = [column.contains(asked.words, autoescape=True) for column in (position.c.title, position.c.code, enterprise.c.name)]
        conditions.append(or_(*inside))
    return conditions


_PLACED = position.join(enterprise, enterprise.c.id == position.c.enterprise_id).join(community, community.c.id == position.c.community_id)
_OPEN = (application.c.position_id == position.c.id, application.c.status.in_(("applied", "waiting", "trial")))


def listed(tx: Connection, where: Iterable[Scope], asked: Asked, *, first: int, limit: int) -> list[Listed]:
    """Posts within these scopes by id; those that are public or over newest first."""
    open_ = select(func.count()).where(*_OPEN).scalar_subquery()
    chosen = columns(position, Listed, enterprise=enterprise.c.name, community=community.c.name, open=open_, back=BACK)
    drafts = asked.standing in ("draft", "asked", "returned")
    order = position.c.id if drafts else position.c.id.desc()
    return every(tx, select(*chosen).select_from(_PLACED).where(*_where(where, asked)).order_by(order).offset(first).limit(limit), Listed)


def count(tx: Connection, where: Iterable[Scope], asked: Asked) -> int:
    """How many there are."""
    return int(tx.execute(select(func.count()).select_from(_PLACED).where(*_where(where, asked))).scalar_one())
