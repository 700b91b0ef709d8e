"""The best posts for one mother, with the result of the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.matching.columns import DOUBT_M, Codes, Floats, Ints, Numbers, front, likely, metres_between, nearness, pay, tenths, unit
from domain.matching.posts import Posts
from domain.matching.rules import Match, Seeker, Weights, limit, metres, near, points, reasons


def best_posts(posts: Posts, seeker: Seeker, *, today: date, weights: Weights, top: int | None = None) -> list[Match]:
    """Every post that fits a mother, or the `top` best; equal scores by publication, then by key."""
    if not seeker.job_consent or not posts.rows.size:
        return []
    return list(Asked(posts, seeker, weights).matches(today, top))


class Asked:
    """One mother's question: what each term means for her, and how each row scores."""

    def __init__(self, posts: Posts, seeker: Seeker, weights: Weights) -> None:
        self.posts, self.seeker, self.weights = posts, seeker, weights
        self.word = np.uint64(posts.codes.seeker(seeker.modes, seeker.sectors, seeker.skills))
        self.limit = limit(seeker)
        self.wish = -1 if seeker.min_monthly_pay_fen is None else seeker.min_monthly_pay_fen
        self.terms = posts.terms.against(seeker.windows)
        self.kinds = list(posts.terms.known)

    def matches(self, today: date, top: int | None) -> Iterator[Match]:
        """Posts that fit, best first: who does what she wishes and can is looked at first, the rest only where it could be as good."""
        gate, about = self.posts.gate(today), self.posts.rows["about"]
        # Who named no sector wishes for none more than for another.
        word = self.word if self.seeker.sectors else self.word | np.uint64(Codes.SECTORS)
        parts = self.posts.near(self.seeker.lat if self.seeker.lon is not None else None, within=self.limit + 1)
        ideal = self._where(parts, lambda part: (gate[part] | about[part]) & ~word == 0)
        rows, tenths_of = self._best(*self._fitting(ideal), top)
        if top is None or len(rows) < top or tenths_of[-1] <= self._most_of_rest():
            rest = self._where(parts, lambda part: (gate[part] & ~self.word == 0) & (about[part] & ~word != 0))
            rows, away = self._fitting(np.concatenate([rows, rest]))
            rows, tenths_of = self._best(rows, away, top)
        for row, score in zip(rows.tolist(), tenths_of.tolist(), strict=True):
            yield self._match(row, score)

    @staticmethod
    def _where(parts: list[slice], test: Callable[[slice], NDArray[np.bool_]]) -> Ints:
        return np.concatenate([np.flatnonzero(test(part)) + part.start for part in parts])

    def _most_of_rest(self) -> int:
        """Tenths that no post exceeds which is of a sector she did not name or asks for a skill that she has not."""
        slack = self.terms.slack[self.terms.in_time].max(initial=0)
        asked = int(self.posts.rows["skills"].max(initial=1))
        sector, lacking = (0.0, 1.0) if self.seeker.sectors else (0.5, 0.5)
        parts = {"pay": 0.5 if self.wish < 0 else 1.0, "distance": 1.0, "slack": slack}
        other = points(self.weights, sector=sector, skills=1.0, **parts) if self.seeker.sectors else 0.0
        untaught = points(self.weights, sector=lacking, skills=max(asked - 1, 0) / max(asked, 1), **parts)
        return int(tenths(np.array([max(other, untaught)]))[0])

    def _best(self, rows: Ints, away: Floats, top: int | None) -> tuple[Ints, NDArray[np.int64]]:
        score = self._points(rows, away)
        kept = likely(score, top)
        rows, away, score = rows[kept], away[kept], score[kept]
        best = tenths(score, ~np.isnan(away), lambda i: self._exact_points(rows[i : i + 1]))
        published, keys = self.posts.rows["published"][rows], self.posts.rows["key"]
        kept = front(best, top, lambda equal: published[equal])
        kept = kept[np.lexsort((keys[rows[kept]], published[kept], -best[kept]))][:top]
        return rows[kept], best[kept]

    def _fitting(self, rows: Ints) -> tuple[Ints, Floats]:
        """Rows whose time and distance fit, with metres; nan where distance does not count or is not known."""
        columns, seeker = self.posts.rows, self.seeker
        rows = rows[self.terms.in_time[columns["term"][rows]]]
        away = np.full(len(rows), np.nan)
        if seeker.lat is None or seeker.lon is None:
            return rows, away
        at = np.flatnonzero(columns["flexible"][rows])
        away[at] = metres_between(self.posts.at(rows[at]), unit(seeker.lat, seeker.lon))
        fits = ~(away > self.limit)
        for doubtful in at[np.abs(away[at] - self.limit) < DOUBT_M].tolist():
            fits[doubtful] = self._exact_away(int(rows[doubtful])) <= self.limit
        return rows[fits], away[fits]

    def _exact_away(self, row: int) -> float:
        columns, seeker = self.posts.rows, self.seeker
        assert seeker.lat is not None and seeker.lon is not None
        return metres(seeker.lat, seeker.lon, to_lat=float(columns["lat"][row]), to_lon=float(columns["lon"][row]))

    def _points(self, rows: Ints, away: Numbers) -> Floats:
        columns = self.posts.rows
        about, asked, term = columns["about"][rows], columns["skills"][rows], columns["term"][rows]
        wished = (about & self.word & np.uint64(Codes.SECTORS)) != 0
        has = np.bitwise_count(about & self.word & ~np.uint64(Codes.SECTORS))
        points_found = points(
            self.weights,
            sector=wished.astype(np.float64) if self.seeker.sectors else 0.5,
            pay=pay(columns["fen"][rows] * self.terms.times[term], self.wish),
            distance=np.where(columns["flexible"][rows], nearness(away, self.limit), 1.0),
            slack=self.terms.slack[term],
            skills=np.where(asked > 0, has / np.maximum(asked, 1).astype(np.float64), 0.5),
        )
        return np.asarray(points_found)

    def _exact_points(self, row: Ints) -> float:
        return float(self._points(row, np.float64(self._exact_away(int(row[0]))))[0])

    def _match(self, row: int, tenths_of: int) -> Match:
        columns, seeker = self.posts.rows, self.seeker
        word, about, term = int(self.word), int(columns["about"][row]), int(columns["term"][row])
        _, fixed, _, basis, mode = self.kinds[term]
        known = columns["flexible"][row] and seeker.lat is not None and seeker.lon is not None
        skills = about & ~Codes.SECTORS
        why = reasons(
            mode,
            near(self._exact_away(row)) if known else "",
            time=bool(seeker.windows),
            fixed=fixed,
            wished=bool(about & word & Codes.SECTORS),
            skilled=skills & word == skills if skills else None,
            paid=self.wish > 0 and bool(columns["fen"][row] * self.terms.times[term] >= self.wish),
            basis=basis,
        )
        return Match(seeker.key, columns["key"][row].decode(), tenths_of / 10, why)
