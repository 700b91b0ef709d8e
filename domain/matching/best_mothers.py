"""The best mothers for one post: a few of the likeliest are looked at, not all, and the result is that of the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from domain.matching.columns import (
    DOUBT_M,
    Codes,
    Column,
    Floats,
    Ints,
    fen_of,
    front,
    likely,
    metres_between,
    nearness,
    pay,
    pay_times,
    slack,
    tenths,
    unit,
)
from domain.matching.mothers import Mothers
from domain.matching.rules import ALWAYS, Match, Position, Weights, is_open, near, points, reasons
from domain.windows import minutes

_BATCH = 1 << 12
_BATCHES = 4
# Rows of a column that stay in the cache while they are compared.
_COLUMN = 1 << 16
# Rows, not looked up yet, with the most tenths and the first key that they and all later ones can have.
Batch = tuple[Callable[[], Ints], int, bytes]


def best_mothers(mothers: Mothers, position: Position, *, today: date, weights: Weights, top: int | None = None) -> list[Match]:
    """Every mother whom a post fits, or the `top` best; equal scores by key."""
    if not is_open(position, today):
        return []
    asked = Asked(mothers, position, weights)
    if top is None or position.mode == "flexible":
        return list(asked.matches(*asked.best(asked.all(), top)))
    rows = asked.fitting(mothers.tail(), asked.need)
    rows, points = asked.best(rows, top)
    for batches in asked.passes():
        for candidates, most, first_key in batches:
            if len(rows) >= top and (-points[-1], mothers.rows["key"][rows[-1]]) < (-most, first_key):
                break
            rows, points = asked.best(np.union1d(rows, candidates()), top)
    return list(asked.matches(rows, points))


class Asked:
    """One post's question: what each set of windows means for it, and how each row scores."""

    def __init__(self, mothers: Mothers, position: Position, weights: Weights) -> None:
        self.mothers, self.position, self.weights = mothers, position, weights
        codes, sets = mothers.codes, mothers.sets
        self.need = codes.need(position)
        self.sector = codes.word("sectors", (position.sector,))
        self.skills = codes.word("skills", position.skills)
        self.away = metres_between(mothers.places, unit(position.lat, position.lon)) if position.mode == "flexible" else np.empty(0)
        shared = sets.shared(position.windows or ALWAYS)
        needed = minutes(position.windows) if position.fixed else 60 * position.min_weekly_hours
        self.in_time = shared >= needed
        self.slack = slack(needed, sets.shared(ALWAYS) if position.fixed else shared)
        fen = fen_of(position)
        self.monthly = (np.nan if fen is None else fen) * pay_times(position.pay_basis, shared)

    def all(self) -> Ints:
        """Every row that fits."""
        if self.position.mode == "flexible":
            return self.fitting(self.mothers.within_reach(self.away), self.need)
        return self.fitting(self._all(self.need), self.need)

    def passes(self) -> Iterator[Iterator[Batch]]:
        """First who wishes for the sector and has every skill, then all others whom the post fits."""
        ideal = self.need | self.sector | self.skills
        yield self._by_segments(self._most(sector=1.0, lacks=0), ideal, but=0)
        lacks = self._most(sector=1.0, lacks=1) if self.position.trains and self.skills else np.int64(0)
        yield self._by_segments(np.maximum(self._most(sector=0.5, lacks=0), lacks), self.need, but=ideal)

    def _by_segments(self, most: NDArray[np.int64], need: int, *, but: int) -> Iterator[Batch]:
        segments = self.mothers.segments
        most = most[segments.windows]
        order = np.argsort(-most, kind="stable")
        order = order[self.in_time[segments.windows[order]]]
        sizes = np.cumsum(segments.ends[order] - segments.starts[order])
        begin = 0
        for batch in range(_BATCHES):
            if begin >= len(order):
                return
            last = batch == _BATCHES - 1
            end = len(order) if last else int(np.searchsorted(sizes, (2 << batch) * _BATCH)) + 1
            # Where few have what is needed, one look along the whole column is cheaper than many jumps.
            look = partial(self._in_segments, None if last else order[begin:end], need, but)
            yield look, int(most[order[begin]]), segments.first_keys[order[begin]]
            begin = end

    def _in_segments(self, segments: Ints | None, need: int, but: int) -> Ints:
        rows = self.fitting(self._all(need) if segments is None else self.mothers.in_segments(segments), need)
        return rows[~self._have(rows, but)] if but else rows

    def _all(self, need: int) -> Ints:
        word, wanted = self.mothers.rows["word"], np.uint64(need)
        parts = [np.flatnonzero((word[at : at + _COLUMN] & wanted) == wanted) + at for at in range(0, len(word), _COLUMN)]
        return np.concatenate([np.empty(0, np.intp), *parts])

    def _most(self, *, sector: float, lacks: int) -> NDArray[np.int64]:
        """By number of the window set, tenths that no row exceeds whose wish for the sector is that, and which lacks so many skills."""
        asked = self.skills.bit_count()
        skills = max(asked - lacks, 0) / asked if asked else 0.5
        paid = np.maximum(0.5, pay(self.monthly, self.mothers.least_wish))
        # Reckoned in the same steps as a row's own points, each of which keeps the order: no row rounds up beyond it.
        return tenths(np.asarray(points(self.weights, sector=sector, pay=paid, distance=1.0, slack=self.slack, skills=skills)))

    def _have(self, rows: Ints, bits: int) -> NDArray[np.bool_]:
        have: NDArray[np.bool_] = (self.mothers.rows["word"][rows] & np.uint64(bits)) == np.uint64(bits)
        return have

    def fitting(self, rows: Ints, need: int) -> Ints:
        columns = self.mothers.rows
        rows = rows[self._have(rows, need)]
        rows = rows[self.in_time[columns["windows"][rows]]]
        if self.position.mode != "flexible":
            return rows
        over: Floats = self._away(rows) - columns["limit"][rows]
        for doubtful in np.flatnonzero(np.abs(over) < DOUBT_M).tolist():
            row = rows[doubtful]
            over[doubtful] = 1.0 if self._exact_away(int(row)) > columns["limit"][row] else -1.0
        fits: Ints = rows[~(over > 0)]
        return fits

    def _away(self, rows: Ints) -> Floats:
        away: Floats = self.away[self.mothers.rows["place"][rows]]
        return away

    def _exact_away(self, row: int) -> float:
        place = int(self.mothers.rows["place"][row])
        return self.mothers.exact_metres(place, lat=self.position.lat, lon=self.position.lon)

    def best(self, rows: Ints, top: int | None) -> tuple[Ints, NDArray[np.int64]]:
        """The best `top` of rows with their tenths, best first, equal ones by key."""
        score = self.points_of(rows)
        kept = likely(score, top)
        rows, score = rows[kept], score[kept]
        flexible = np.full(len(rows), self.position.mode == "flexible")
        tenths_of = tenths(score, flexible, lambda i: self._exact_points(int(rows[i])))
        keys = self.mothers.rows["key"]
        kept = front(tenths_of, top, lambda equal: _heads(keys[rows[equal]]))
        kept = kept[np.lexsort((keys[rows[kept]], -tenths_of[kept]))][:top]
        return rows[kept], tenths_of[kept]

    def points_of(self, rows: Ints, away: Floats | None = None) -> Floats:
        """Scores of rows before they are rounded."""
        columns = self.mothers.rows
        word, windows = columns["word"][rows], columns["windows"][rows]
        flexible = self.position.mode == "flexible"
        skills = np.bitwise_count(word & np.uint64(self.skills)) / np.float64(self.skills.bit_count()) if self.skills else 0.5
        wished = (word & np.uint64(self.sector)) != 0
        points_found = points(
            self.weights,
            sector=np.where(word & np.uint64(Codes.NO_SECTOR), 0.5, wished),
            pay=pay(self.monthly[windows], columns["wish"][rows]),
            distance=nearness(self._away(rows) if away is None else away, columns["limit"][rows]) if flexible else 1.0,
            slack=self.slack[windows],
            skills=skills,
        )
        return np.asarray(points_found)

    def _exact_points(self, row: int) -> float:
        return float(self.points_of(np.array([row]), np.array([self._exact_away(row)]))[0])

    def matches(self, rows: Ints, tenths_of: NDArray[np.int64]) -> Iterator[Match]:
        """Score and reasons of rows."""
        columns, position = self.mothers.rows, self.position
        for row, score in zip(rows.tolist(), tenths_of.tolist(), strict=True):
            word, windows, wish = int(columns["word"][row]), int(columns["windows"][row]), int(columns["wish"][row])
            away = self._exact_away(row) if position.mode == "flexible" and columns["place"][row] else None
            why = reasons(
                position.mode,
                near(away),
                time=windows > 0,
                fixed=position.fixed,
                wished=bool(word & self.sector),
                skilled=word & self.skills == self.skills if self.skills else None,
                paid=wish > 0 and bool(self.monthly[windows] >= wish),
                basis=position.pay_basis,
            )
            yield Match(columns["key"][row].decode(), position.key, score / 10, why)


def _heads(keys: Column) -> NDArray[np.uint64]:
    """The first eight bytes of keys as numbers that sort as the keys do."""
    width = keys.dtype.itemsize
    return np.ascontiguousarray(keys).view(np.uint8).reshape(-1, width)[:, :8].copy().view(">u8").ravel().astype(np.uint64)
