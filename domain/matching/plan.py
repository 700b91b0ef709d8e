"""Many posts that open at once are planned together, so that as many mothers as possible get one, not only those who are first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.matching.columns import Ints
from domain.matching.mothers import Mothers
from domain.matching.pairs import Block, matches
from domain.matching.posts import Posts
from domain.matching.rules import Match, Weights

# Posts of one mother that are weighed. With more, the demo town places 1 % more mothers for three times the work.
_WEIGHED = 12


def plan(mothers: Mothers, posts: Posts, *, today: date, weights: Weights) -> Iterator[Match]:
    """At most one post a mother and no more mothers than a post has places, as many as can be. Raises ValueError as `all_pairs` does."""
    if mothers.codes is not posts.codes:
        raise ValueError("mothers and posts need the same codes")
    open_ = posts.open_rows(today)
    block = Block(mothers, posts, open_, weights)
    if not len(open_) or not len(block.order):
        return iter(())
    mother, post = _weighed([block.fitting(int(row)) for row in block.order], posts.rows["places"][open_])
    chosen = _most(mother, post, len(block.order), posts.rows["places"][open_])
    pairs = block.scored(block.order[mother[chosen]], post[chosen])
    return matches(mothers, posts, pairs)


def _weighed(fitting: list[Ints], places: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """A few posts of each mother, drawn so that those few others could take come first: the rare ones are what a plan has to use."""
    wanted = np.bincount(np.concatenate(fitting), minlength=len(places)) / places
    draw = np.random.default_rng(0)
    few = []
    for posts in fitting:
        if len(posts) > _WEIGHED:
            late = draw.standard_exponential(len(posts)) * wanted[posts]
            posts = posts[np.argpartition(late, _WEIGHED)[:_WEIGHED]]
        few.append(posts)
    return np.repeat(np.arange(len(few)), [len(one) for one in few]), np.concatenate(few)


def _most(mother: Ints, post: Ints, mothers: int, places: NDArray[np.int32]) -> Ints:
    """Of pairs, as many as can be had together: the maximum flow from mothers (one each) to posts (their places)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    source = mothers + len(places)
    begin = np.concatenate([np.full(mothers, source), mother, mothers + np.arange(len(places))])
    end = np.concatenate([np.arange(mothers), mothers + post, np.full(len(places), source + 1)])
    room = np.concatenate([np.ones(mothers + len(mother), np.int32), places.astype(np.int32)])
    flow = maximum_flow(csr_array((room, (begin, end)), shape=(source + 2, source + 2)), source, source + 1).flow
    return np.flatnonzero(np.asarray(flow[mother, mothers + post]).ravel() > 0)
