"""All posts as columns: the best of a hundred thousand for one mother within two milliseconds, changed row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from domain.matching.columns import (
    NOBODY,
    Codes,
    Column,
    Floats,
    Ints,
    Rows,
    WindowSets,
    fen_of,
    pay_times,
    slack,
    unit,
)
from domain.matching.rules import ALWAYS, Position
from domain.windows import Span, minutes

# Less than a degree of latitude has, so that a band of it is rather too wide.
_DEGREE_M = 111_000
_GONE = -1
_PART = 4_096
_LATEST = date.max.toordinal()
_COLUMNS: dict[str, DTypeLike] = {
    "need": np.uint64,
    "about": np.uint64,
    "skills": np.uint8,
    "places": np.int32,
    "flexible": np.bool_,
    "term": np.int32,
    "fen": np.float64,
    "lat": np.float64,
    "lon": np.float64,
    "x": np.float64,
    "y": np.float64,
    "z": np.float64,
    "opens": np.int32,
    "closes": np.int32,
    "published": np.float64,
    "key": "S16",
}


class Terms:
    """What posts ask of her time and how they pay, each different one once: window set, fixed, minutes needed, basis, mode."""

    def __init__(self) -> None:
        self.sets = WindowSets()
        self.known: dict[tuple[int, bool, float, str, str], int] = {}
        self._columns: tuple[Column, ...] = ()

    def number(self, position: Position) -> int:
        """The number of a post's term."""
        needed = minutes(position.windows) if position.fixed else 60 * position.min_weekly_hours
        term = (self.sets.number(position.windows), position.fixed, needed, position.pay_basis, position.mode)
        return self.known.setdefault(term, len(self.known))

    def against(self, spans: tuple[Span, ...]) -> TermsFor:
        """What every term means for a mother with these windows."""
        if not self._columns or len(self._columns[0]) != len(self.known):
            sets, fixed, needed, basis, _ = zip(*self.known, strict=True) if self.known else ((),) * 5
            self._columns = (np.array(sets, np.intp), np.array(fixed, np.bool_), np.array(needed, np.float64), np.array(basis, np.str_))
        sets_, fixed_, needed_, basis_ = self._columns
        shared = self.sets.shared(spans or ALWAYS)[sets_]
        times = np.full(len(shared), np.nan)
        for name in ("month", "day", "hour"):
            times = np.where(basis_ == name, pay_times(name, shared), times)
        return TermsFor(shared >= needed_, slack(needed_, np.where(fixed_, minutes(spans or ALWAYS), shared)), times)


@dataclass(frozen=True, slots=True)
class TermsFor:
    """By number of the term: whether she has the time, how much stays free, and times what the pay is a month's."""

    in_time: NDArray[np.bool_]
    slack: Floats
    times: Floats


class Posts:
    """Posts by their key. Rows that can be done anywhere come first, then those on site from south to north, then a tail of what came or moved since `settle`."""

    def __init__(self, positions: Iterable[Position] = (), *, codes: Codes | None = None) -> None:
        self.codes = codes or Codes()
        self.terms = Terms()
        self.rows = Rows(**_COLUMNS)
        self._row: dict[str, int] = {}
        self._gate: tuple[date | None, NDArray[np.uint64]] = (None, np.empty(0, np.uint64))
        waiting = iter(positions)
        # In parts, since a province's posts as objects take ten times the room of the columns.
        while values := [self._values(position) for position in islice(waiting, _PART)]:
            self.rows.extend(_with_units({name: [value[name] for value in values] for name in values[0]}))
        self.settle()

    def settle(self) -> None:
        """Sort all rows and drop what is no more."""
        order = np.lexsort((self.rows["lat"], self.rows["flexible"]))
        self.rows.take(order[self.rows["places"][order] != _GONE])
        self._on_site, self._sorted = int(np.searchsorted(self.rows["flexible"], True)), self.rows.size
        self._row = {key.decode(): row for row, key in enumerate(self.rows["key"].tolist())}
        self._gate = (None, self._gate[1])

    def near(self, lat: float | None, *, within: float) -> list[slice]:
        """Rows that a mother at this latitude (None: anywhere) may reach within so many metres, and all that can be done anywhere."""
        first, last = self._on_site, self._sorted
        if lat is not None:
            north = self.rows["lat"][first:last]
            off = within / _DEGREE_M
            first, last = (self._on_site + int(row) for row in np.searchsorted(north, (lat - off, lat + off)))
        return [slice(0, self._on_site), slice(first, last), slice(self._sorted, self.rows.size)]

    def _values(self, position: Position) -> dict[str, float | bytes]:
        codes, fen = self.codes, fen_of(position)
        open_ = position.status == "published" and position.places > 0
        return {
            "need": codes.need(position) | (0 if open_ else int(NOBODY)),
            "about": codes.word("sectors", (position.sector,)) | codes.word("skills", position.skills),
            "skills": len(position.skills),
            "places": max(position.places, 0),
            "flexible": position.mode == "flexible",
            "term": self.terms.number(position),
            "fen": np.nan if fen is None else fen,
            "lat": position.lat,
            "lon": position.lon,
            "opens": position.opens_on.toordinal() if position.opens_on else 0,
            "closes": position.closes_on.toordinal() if position.closes_on else _LATEST,
            "published": position.published_at.timestamp() if position.published_at else np.inf,
            "key": position.key.encode(),
        }

    def put(self, position: Position) -> None:
        """Add a post, or change it (publish, take a place, close); it counts from the next question on."""
        values = self._values(position)
        row = self._row.get(position.key)
        if row is not None and (self.rows["lat"][row], self.rows["flexible"][row]) == (position.lat, values["flexible"]):
            x, y, z = unit(position.lat, position.lon)
            self.rows.write(row, {**values, "x": x, "y": y, "z": z})
        else:
            self.remove(position.key)
            self._row[position.key] = self.rows.size
            self.rows.extend(_with_units({name: [value] for name, value in values.items()}))
        self._gate = (None, self._gate[1])
        if self.rows.size - self._sorted > 1024 + self._sorted // 64:
            self.settle()

    def remove(self, key: str) -> None:
        """Take a post out; nothing happens where it is not known."""
        if (row := self._row.pop(key, None)) is not None:
            self.rows.write(row, {"need": NOBODY, "places": _GONE})
            self._gate = (None, self._gate[1])

    def gate(self, today: date) -> NDArray[np.uint64]:
        """The bits a mother needs for each post today; those of a closed one nobody has."""
        if self._gate[0] != today:
            day = today.toordinal()
            open_ = (self.rows["opens"] <= day) & (day <= self.rows["closes"])
            self._gate = (today, np.where(open_, self.rows["need"], NOBODY))
        return self._gate[1]

    def open_rows(self, today: date) -> Ints:
        """Rows that may be had today."""
        return np.flatnonzero(self.gate(today) & NOBODY == 0)

    def at(self, rows: Ints) -> tuple[Floats, Floats, Floats]:
        """Unit vectors of rows."""
        return self.rows["x"][rows], self.rows["y"][rows], self.rows["z"][rows]


def _with_units(columns: dict[str, list[float | bytes]]) -> dict[str, ArrayLike]:
    x, y, z = unit(columns["lat"], columns["lon"])
    return {**columns, "x": x, "y": y, "z": z}
