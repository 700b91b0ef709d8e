"""Who fits where, as the lines of `motherpost match`: best first, each with its score and what counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.matching import Match, Position, Seeker, fits, rate
from domain.matching.rules import Weights, best
from domain.notices import LOCAL
from handlers.work import offer, seeker
from storage import work
from storage.database import Store


def run(
    store: Store, *, mother: str | None, position: str | None, all_: bool, top: int | None, weights: Weights, now: datetime
) -> Iterator[dict[str, Any]]:
    """The matches of one mother, of one position, or of all mothers (`top` each). Raises ValueError, in Chinese, for a key nobody has."""
    today = now.astimezone(LOCAL).date()
    with store.read() as tx:
        seekers = [seeker(row) for row in work.mothers(tx)]
        offers = [offer(row) for row in work.open_positions(tx)]
        if position is not None and tx.execute(select(work.P.c.id).where(work.P.c.code == position)).first() is None:
            raise ValueError(f"没有编号是 {position} 的岗位")
    if mother is not None:
        seekers = [one for one in seekers if one.key == mother]
        if not seekers:
            raise ValueError(f"没有编号是 {mother} 的妈妈，或者还没有登记住哪个社区")
    if position is not None:
        return (as_line(match) for match in _for_position(seekers, offers, position, weights, top, today))
    return (as_line(match) for one in seekers for match in best(one, offers, today=today, weights=weights, top=top or len(offers)))


def _for_position(seekers: list[Seeker], offers: list[Position], key: str, weights: Weights, top: int | None, today: Any) -> list[Match]:
    found = [rate(one, post, weights) for post in offers if post.key == key for one in seekers if fits(one, post, today)]
    return sorted(found, key=lambda match: (-match.score, match.mother))[:top]


def as_line(match: Match) -> dict[str, Any]:
    """A match as it is printed."""
    return {"mother": match.mother, "position": match.position, "score": match.score, "why": list(match.why)}
