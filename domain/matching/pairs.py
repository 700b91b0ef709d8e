"""Every mother against every post at once: the best few posts for each, with the results of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.matching.columns import DOUBT_M, Codes, Column, Floats, Ints, metres_between, nearness, pay, reached, tenths
from domain.matching.mothers import Mothers
from domain.matching.posts import Posts, TermsFor
from domain.matching.rules import Match, Weights, near, points, reasons

# Posts looked at together: a row of this many single floats stays in the fastest cache.
_WIDTH = 1 << 12
_KEPT = 2_000
_NEVER = np.float32(-np.inf)
Singles = NDArray[np.float32]
Key = TypeVar("Key")
Real = TypeVar("Real", np.float32, np.float64)
_LOWEST = np.finfo(np.float32).min
# Modes and sectors of a word; the rest are skills.
_WISHES = (1 << 24) - 1


def all_pairs(mothers: Mothers, posts: Posts, *, today: date, weights: Weights, top: int) -> Iterator[Match]:
    """The `top` best posts of every mother, by her key, best first. Raises ValueError where the two were not built with the same codes."""
    if mothers.codes is not posts.codes:
        raise ValueError("mothers and posts need the same codes")
    pairs = best_pairs(mothers, posts, today=today, weights=weights, top=top)
    return matches(mothers, posts, pairs)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs that fit as columns: row of the mother, row of the post, and the score in tenths."""

    mother: Ints
    post: Ints
    score: NDArray[np.int64]

    def take(self, rows: Ints) -> Pairs:
        """These pairs, in this order."""
        return Pairs(self.mother[rows], self.post[rows], self.score[rows])


def best_pairs(mothers: Mothers, posts: Posts, *, today: date, weights: Weights, top: int) -> Pairs:
    """The `top` best of every mother, ordered by her key, score, publication and code."""
    open_ = posts.open_rows(today)
    parts = [_block(mothers, posts, open_[first : first + _WIDTH], weights, top) for first in range(0, len(open_), _WIDTH)]
    none = np.empty(0, np.intp)
    every = Pairs(
        *(np.concatenate([none, *(getattr(part, name) for part in parts)]).astype(np.int64) for name in ("mother", "post", "score"))
    )
    rank = np.empty(posts.rows.size, np.intp)
    rank[np.lexsort((posts.rows["key"], posts.rows["published"]))] = np.arange(posts.rows.size)
    by_key = np.empty(mothers.rows.size, np.intp)
    by_key[np.argsort(mothers.rows["key"], kind="stable")] = np.arange(mothers.rows.size)
    every = every.take(np.lexsort((rank[every.post], -every.score, by_key[every.mother])))
    starts = np.flatnonzero(np.diff(every.mother, prepend=-1))
    place = np.arange(len(every.mother)) - np.repeat(starts, np.diff(starts, append=len(every.mother)))
    return every.take(np.flatnonzero(place < top))


def _block(mothers: Mothers, posts: Posts, rows: Ints, weights: Weights, top: int) -> Pairs:
    """Pairs that may be among the best of a mother in one block of posts: found in single precision, then scored exactly."""
    block = Block(mothers, posts, rows, weights)
    likely = [block.likely(int(row), top) for row in block.order]
    lengths = [len(one) for one in likely]
    mother = np.repeat(block.order, lengths)
    post = np.concatenate(likely) if likely else np.empty(0, np.intp)
    return block.scored(mother, post)


class Block:
    """One block of posts. What mothers have in common (time and pay, place, skills, wishes) is reckoned once and only added up."""

    def __init__(self, mothers: Mothers, posts: Posts, rows: Ints, weights: Weights) -> None:
        self.mothers, self.posts, self.rows, self.weights = mothers, posts, rows, weights
        columns = mothers.rows
        self.need, self.about = posts.rows["need"][rows], posts.rows["about"][rows]
        self.asked = np.bitwise_count(self.about & ~np.uint64(Codes.SECTORS)).astype(np.float64)
        self.flexible, self.term, self.fen = posts.rows["flexible"][rows], posts.rows["term"][rows], posts.rows["fen"][rows]
        self.at = posts.at(rows)
        spans = mothers.sets.spans()
        self.terms: list[TermsFor] = [posts.terms.against(one) for one in spans]
        # Who shares windows and wish for pay stand together, so that their row is made once.
        live = np.flatnonzero(columns["word"])
        self.order = live[np.lexsort((columns["wish"][live], columns["windows"][live]))]
        self.word, self.windows, self.wish = columns["word"].tolist(), columns["windows"].tolist(), columns["wish"].tolist()
        self.place, self.limit = columns["place"].tolist(), columns["limit"].tolist()
        self._last: tuple[tuple[int, int], Singles] = ((-1, -1), np.empty(0, np.float32))
        self._near: dict[tuple[int, int], Singles] = {}
        self._wishes: dict[int, Singles] = {}
        self._skills: dict[int, Singles] = {}
        self._away: dict[int, Floats] = {}
        self._sum = np.empty(len(rows), np.float32)
        total = sum(weights[name] for name in ("sector", "pay", "distance", "slack", "skills"))
        self.scale = {name: weight * 100 / total for name, weight in weights.items()}

    def _total(self, row: int) -> Singles:
        total = self._sum
        np.add(self._time(self.windows[row], self.wish[row]), self._near_row(self.place[row], self.limit[row]), out=total)
        total += self._wish_row(self.word[row] & _WISHES)
        total += self._skill_row(self.word[row] & ~_WISHES)
        return total

    def fitting(self, row: int) -> Ints:
        """Posts of the block (by place in it) that fit a mother."""
        return np.flatnonzero(self._total(row) > _NEVER)

    def likely(self, row: int, top: int) -> Ints:
        """Posts of the block (by place in it) that may be among the mother's best."""
        total = self._total(row)
        # Rounding may lift a post by a tenth over its neighbour; single precision adds far less.
        return np.flatnonzero(total >= max(reached(total, top) - np.float32(0.11), _LOWEST))

    def _time(self, windows: int, wish: int) -> Singles:
        if self._last[0] != (windows, wish):
            terms = self.terms[windows]
            paid = pay(self.fen * terms.times[self.term], wish)
            score = self.scale["pay"] * paid + self.scale["slack"] * terms.slack[self.term]
            self._last = ((windows, wish), np.where(terms.in_time[self.term], score, _NEVER).astype(np.float32))
        return self._last[1]

    def _wish_row(self, word: int) -> Singles:
        if (scores := self._wishes.get(word)) is None:
            wished = np.full(len(self.about), 0.5) if word & Codes.NO_SECTOR else (self.about & np.uint64(word & Codes.SECTORS)) != 0
            refused = (self.need & ~np.uint64(word)) & np.uint64(_WISHES)
            scores = self._wishes[word] = np.where(refused, _NEVER, self.scale["sector"] * wished).astype(np.float32)
        return scores

    def _skill_row(self, word: int) -> Singles:
        if (scores := self._skills.get(word)) is None:
            _bounded(self._skills)
            lacks = (self.need & ~np.uint64(word)) & ~np.uint64(_WISHES)
            score = self.scale["skills"] * _skilled(self.about & np.uint64(word), self.asked)
            scores = self._skills[word] = np.where(lacks, _NEVER, score).astype(np.float32)
        return scores

    def _near_row(self, place: int, limit: int) -> Singles:
        if (scores := self._near.get((place, limit))) is None:
            _bounded(self._near)
            away = self._away_row(place)
            score = self.scale["distance"] * np.where(self.flexible, nearness(away, limit), 1.0)
            fits = ~self.flexible | ~(away > limit)
            for doubtful in np.flatnonzero(self.flexible & (np.abs(away - limit) < DOUBT_M)).tolist():
                fits[doubtful] = _exact_away(self.mothers, self.posts, place, int(self.rows[doubtful])) <= limit
            scores = self._near[(place, limit)] = np.where(fits, score, _NEVER).astype(np.float32)
        return scores

    def _away_row(self, place: int) -> Floats:
        if (metres := self._away.get(place)) is None:
            _bounded(self._away)
            metres = self._away[place] = metres_between(self.at, self.mothers.places[:, place])
        return metres

    def scored(self, mother: Ints, post: Ints) -> Pairs:
        """Scores of pairs, `post` by its place in the block, as the reference gives them."""
        columns, term = self.mothers.rows, self.term[post]
        windows, place = columns["windows"][mother], columns["place"][mother]
        in_windows = np.arange(len(self.terms))
        slack = np.array([self.terms[one].slack for one in in_windows])[windows, term]
        times = np.array([self.terms[one].times for one in in_windows])[windows, term]
        word = columns["word"][mother]
        has = word & self.about[post]
        sector = np.where(word & np.uint64(Codes.NO_SECTOR), 0.5, (has & np.uint64(Codes.SECTORS)) != 0)
        skills = _skilled(has, self.asked[post])
        away = metres_between(tuple(axis[post] for axis in self.at), self.mothers.places[:, place])
        limit, flexible = columns["limit"][mother], self.flexible[post]
        paid = pay(self.fen[post] * times, columns["wish"][mother])

        def score(away: Floats, rows: Ints | slice) -> Floats:
            parts = points(
                self.weights,
                sector=sector[rows],
                pay=paid[rows],
                distance=np.where(flexible[rows], nearness(away, limit[rows]), 1.0),
                slack=slack[rows],
                skills=skills[rows],
            )
            return np.asarray(parts)

        def exact(row: int) -> float:
            metres = _exact_away(self.mothers, self.posts, int(place[row]), int(self.rows[post[row]]))
            return float(score(np.array([metres]), np.array([row]))[0])

        return Pairs(mother, self.rows[post], tenths(score(away, slice(None)), flexible & ~np.isnan(away), exact))


def _bounded(kept: dict[Key, NDArray[Real]]) -> None:
    """Mothers come from few places with few sets of skills; should every one differ, memory still stays small."""
    if len(kept) >= _KEPT:
        kept.clear()


def _skilled(has: Column, asked: Column) -> Floats:
    """The part of a post's skills that she has."""
    return np.where(asked > 0, np.bitwise_count(has & ~np.uint64(Codes.SECTORS)) / np.maximum(asked, 1), 0.5)


def _exact_away(mothers: Mothers, posts: Posts, place: int, row: int) -> float:
    return mothers.exact_metres(place, lat=float(posts.rows["lat"][row]), lon=float(posts.rows["lon"][row]))


def matches(mothers: Mothers, posts: Posts, pairs: Pairs) -> Iterator[Match]:
    """Pairs with their reasons."""
    m, p = mothers.rows, posts.rows
    terms = list(posts.terms.known)
    against = [posts.terms.against(spans) for spans in mothers.sets.spans()]
    monthly = p["fen"][pairs.post] * np.array([one.times for one in against])[m["windows"][pairs.mother], p["term"][pairs.post]]
    wish = m["wish"][pairs.mother]
    paid = (wish > 0) & (monthly >= wish)
    has = m["word"][pairs.mother] & p["about"][pairs.post]
    wished = (has & np.uint64(Codes.SECTORS)) != 0
    asks = p["about"][pairs.post] & ~np.uint64(Codes.SECTORS)
    skilled = np.where(asks == 0, -1, (has & ~np.uint64(Codes.SECTORS)) == asks)
    texts: dict[tuple[int, int], str] = {}
    columns = (
        m["key"][pairs.mother],
        p["key"][pairs.post],
        pairs.score,
        m["place"][pairs.mother],
        pairs.post,
        p["term"][pairs.post],
        m["windows"][pairs.mother],
        p["flexible"][pairs.post],
        paid,
        wished,
        skilled,
    )
    for mother, post, score, place, row, term, windows, flexible, pays, wishes, skills in zip(*(c.tolist() for c in columns), strict=True):
        text = ""
        if flexible and place and (text := texts.get((place, row), "")) == "":
            text = texts[(place, row)] = near(_exact_away(mothers, posts, place, row))
        _, fixed, _, basis, mode = terms[term]
        why = reasons(
            mode, text, time=windows > 0, fixed=fixed, wished=wishes, skilled=None if skills < 0 else bool(skills), paid=pays, basis=basis
        )
        yield Match(mother.decode(), post.decode(), score / 10, why)
