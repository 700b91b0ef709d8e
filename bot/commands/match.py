"""Who fits where, as the lines of `motherpost match`: best first, each with its score and what counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypedDict

from domain.matching import Match, Position, Seeker
from domain.matching.rules import Weights
from domain.notices import LOCAL
from handlers.work.fitting import as_position, as_seeker
from storage.database import Store
from storage.work import posts, seekers


class Line(TypedDict):
    """A match as it is printed."""

    mother: str
    position: str
    score: float
    why: list[str]


def run(
    store: Store, *, mother: str | None, position: str | None, all_: bool, top: int | None, weights: Weights, now: datetime
) -> Iterator[Line]:
    """The matches of one mother, of one position, or of every mother (`top` each). Raises ValueError, in Chinese, for a key that nobody has."""
    if [mother is not None, position is not None, all_].count(True) != 1:
        raise ValueError("请从 --mother、--position、--all 里选一个")
    with store.read() as tx:
        if position is not None and not posts.by_code(tx, [position]):
            raise ValueError(f"没有编号是 {position} 的岗位")
        looking = [as_seeker(row) for row in seekers.all_wishes(tx) if mother in (None, row.key)]
        open_ = [as_position(post) for post in posts.with_free_places(tx) if position in (None, post.code)]
    if mother is not None and not looking:
        raise ValueError(f"没有编号是 {mother} 的妈妈，或者她还没有说住在哪个社区")
    matches = _find(looking, open_, one=position is not None, top=top, weights=weights, today=now.astimezone(LOCAL).date())
    return (Line(mother=match.mother, position=match.position, score=match.score, why=list(match.why)) for match in matches)


def _find(looking: list[Seeker], open_: list[Position], *, one: bool, top: int | None, weights: Weights, today: date) -> Iterable[Match]:
    # Here, since numpy is not needed by any other command.
    from domain.matching.best_mothers import best_mothers
    from domain.matching.mothers import Mothers
    from domain.matching.pairs import all_pairs
    from domain.matching.posts import Posts

    mothers = Mothers(looking)
    if one:
        return [match for post in open_ for match in best_mothers(mothers, post, today=today, weights=weights, top=top)]
    return all_pairs(mothers, Posts(open_, codes=mothers.codes), today=today, weights=weights, top=top or max(len(open_), 1))
