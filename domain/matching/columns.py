"""What mothers and posts look like as columns of numbers, so that many are compared at once with the results of `rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from domain.matching.rules import ALWAYS, EARTH_M, WEEKS_A_MONTH, Position, Seeker
from domain.windows import Span

Floats = NDArray[np.float64]
# A column whose kind of number stands where it is made, and one number or a column of them.
Column = NDArray[Any]
Numbers = float | Column
Ints = NDArray[np.intp]

# Metres by the chord differ from the reference's haversine by less than a thousandth; nearer to a limit than that, the reference decides.
DOUBT_M = 1e-3
_COLUMNS = 128
NOBODY = np.uint64(1 << 63)


class Codes:
    """Gives each mode, sector and skill a bit of a 64-bit word: modes 0-7, sectors 8-22, "said no sector" 23, skills 24-62."""

    FIELDS = {"modes": (0, 8), "sectors": (8, 15), "skills": (24, 39)}
    ANY_MODE = 0xFF
    NO_SECTOR = 1 << 23
    SECTORS = 0x7FFF << 8

    def __init__(self) -> None:
        self._bits: dict[str, dict[str, int]] = {field: {} for field in self.FIELDS}

    def word(self, field: str, names: Iterable[str]) -> int:
        """The bits of names. Raises ValueError where there are more different names than bits."""
        known = self._bits[field]
        first, room = self.FIELDS[field]
        word = 0
        for name in names:
            if name not in known:
                if len(known) == room:
                    raise ValueError(f"{field} 的代码超过了 {room} 种")
                known[name] = 1 << (first + len(known))
            word |= known[name]
        return word

    def seeker(self, modes: Iterable[str], sectors: Iterable[str], skills: Iterable[str]) -> int:
        """A mother's word: what she would do, wishes and can."""
        return (
            (self.word("modes", modes) or self.ANY_MODE) | (self.word("sectors", sectors) or self.NO_SECTOR) | self.word("skills", skills)
        )

    def need(self, position: Position) -> int:
        """The bits that a mother's word must have for the post."""
        return self.word("modes", (position.mode,)) | (0 if position.trains else self.word("skills", position.skills))


class WindowSets:
    """The different sets of weekly windows, numbered; there are far fewer of them than mothers or posts. Number 0 is "said nothing"."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Span, ...], int] = {(): 0}
        self._flat: tuple[NDArray[np.int32], NDArray[np.int32], Ints] | None = None

    def number(self, spans: tuple[Span, ...]) -> int:
        """The number of a set, a new one where it was never seen."""
        known = self._numbers.get(spans)
        if known is None:
            known = self._numbers[spans] = len(self._numbers)
            self._flat = None
        return known

    def __len__(self) -> int:
        return len(self._numbers)

    def spans(self) -> list[tuple[Span, ...]]:
        """All sets by number; who said nothing has the whole week."""
        return [spans or ALWAYS for spans in self._numbers]

    def shared(self, spans: Sequence[Span]) -> NDArray[np.int32]:
        """Minutes of the week that each set shares with `spans`, by number."""
        if self._flat is None:
            sets = self.spans()
            flat = np.array([span for one in sets for span in one], np.int32).reshape(-1, 2)
            lengths = np.array([len(one) for one in sets], np.intp)
            self._flat = (flat[:, 0].copy(), flat[:, 1].copy(), np.cumsum(lengths) - lengths)
        starts, ends, first = self._flat
        total = np.zeros(len(starts), np.int32)
        for start, end in spans:
            total += np.maximum(np.minimum(ends, end) - np.maximum(starts, start), 0)
        return np.add.reduceat(total, first)


class Rows:
    """Columns of equal length that grow together."""

    def __init__(self, **dtypes: DTypeLike) -> None:
        self.size = 0
        self._columns: dict[str, Column] = {name: np.zeros(64, dtype) for name, dtype in dtypes.items()}

    def __getitem__(self, name: str) -> Column:
        """A view of one column, valid until rows are added."""
        return self._columns[name][: self.size]

    def extend(self, columns: Mapping[str, ArrayLike]) -> None:
        """Add rows, given as columns."""
        values = {name: np.asarray(column, None if name == "key" else self._columns[name].dtype) for name, column in columns.items()}
        size = self.size + len(values["key"])
        for name, column in self._columns.items():
            # Byte strings are as wide as the longest; a longer one would be cut silently.
            dtype = np.promote_types(column.dtype, values[name].dtype)
            if size > len(column) or dtype != column.dtype:
                grown = np.zeros(max(len(column), size + size // 8), dtype)
                grown[: self.size] = column[: self.size]
                self._columns[name] = column = grown
            column[self.size : size] = values[name]
        self.size = size

    def write(self, row: int, values: Mapping[str, ArrayLike]) -> None:
        """Change one row."""
        for name, value in values.items():
            self._columns[name][row] = value

    def take(self, rows: Column) -> None:
        """Keep these rows, in this order, and give spare room back."""
        for name in self._columns:
            self._columns[name] = self[name][rows]
        self.size = len(rows)

    @property
    def nbytes(self) -> int:
        """Bytes that the columns hold."""
        return sum(column.nbytes for column in self._columns.values())


def unit(lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Unit vectors (3 × n) of places in degrees; nan where a place is not known."""
    lat, lon = np.radians(np.asarray(lat, np.float64)), np.radians(np.asarray(lon, np.float64))
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def metres_between(a: Sequence[Floats] | Floats, b: Floats) -> Floats:
    """Great-circle distance of unit vectors from the chord between them: exact to micrometres where it matters here."""
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    away: Floats = 2 * EARTH_M * np.arcsin(np.minimum(np.sqrt(x * x + y * y + z * z) / 2, 1))
    return away


def slack(needed: Numbers, has: Numbers) -> Floats:
    """The part of her minutes that stays free, as in `rules`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(has > 0, 1.0 - needed / has, 1.0)


def fen_of(position: Position) -> int | None:
    """The pay that a month's pay is reckoned from; None for piece work, or where none is said."""
    if position.pay_basis == "piece":
        return None
    return position.pay_min_fen if position.pay_min_fen is not None else position.pay_max_fen


def pay_times(basis: str, week_minutes: Column) -> Floats:
    """How often a post pays in a month of so many minutes a week, operation by operation as in `rules.monthly_fen`; nan by the piece."""
    hours = np.minimum(week_minutes / 60, 40)
    if basis == "hour":
        return WEEKS_A_MONTH * hours
    if basis == "day":
        return WEEKS_A_MONTH * hours / 8
    return np.full(len(hours), 1.0 if basis == "month" else np.nan)


def pay(monthly: Column, wish: Numbers) -> Floats:
    """Pay against her wish (negative where she said none), as in `rules`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        met = np.where(wish == 0, 1.0, np.minimum(1.0, monthly / wish))
    return np.where(np.isnan(monthly) | (wish < 0), 0.5, met)


def nearness(away: Numbers, limit: Numbers) -> Floats:
    """How near within her limit, as in `rules`; half where the place is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.where(limit == 0, 1.0, 1.0 - away / limit)
    return np.where(np.isnan(away), 0.5, near)


def tenths(points: Floats, approximate: NDArray[np.bool_] | None = None, exact: Callable[[int], float] | None = None) -> NDArray[np.int64]:
    """Scores in tenths, rounded as `round(score, 1)` does. Where a row is `approximate` and its last bits could decide, `exact` is asked."""
    scaled = points * 10
    whole = np.rint(scaled)
    doubtful = np.flatnonzero(np.abs(np.abs(scaled - whole) - 0.5) < 1e-5)
    if len(doubtful):
        values, back = np.unique(points[doubtful], return_inverse=True)
        whole[doubtful] = np.array([round(round(value, 1) * 10) for value in values.tolist()])[back]
    if exact is not None and approximate is not None:
        for row in doubtful[approximate[doubtful]].tolist():
            whole[row] = round(round(exact(row), 1) * 10)
    return whole.astype(np.int64)


def reached(values: Column, top: int) -> float:
    """A value that at least `top` of them reach, and not many more; cheaper than numpy's partition, which is slow where many are equal."""
    width = max(_COLUMNS, 4 * top)
    # The best of each column are different values, so `top` values at least reach the last of the `top` best columns.
    few = len(values) < 2 * width
    best = values if few else values[: len(values) // width * width].reshape(-1, width).max(axis=0)
    least: float = np.sort(best)[max(len(best) - top, 0)]
    return least


def likely(scores: Floats, top: int | None) -> Ints | slice:
    """Rows that may be among the `top` best once they are rounded: rounding may lift a row by a tenth over its neighbour."""
    return slice(None) if top is None or len(scores) <= top else np.flatnonzero(scores >= reached(scores, top) - 0.11)


def front(best: NDArray[np.int64], top: int | None, late: Callable[[Ints], Column]) -> Ints:
    """Rows that are among the `top` best by score, then by the least `late`; all that are equal in both are kept, in no order."""
    if top is None or len(best) <= top:
        return np.arange(len(best))
    reaching = np.cumsum(np.bincount(best)[::-1])[::-1]
    last = np.flatnonzero(reaching >= top)[-1]
    better, equal = np.flatnonzero(best > last), np.flatnonzero(best == last)
    waiting = late(equal)
    return np.concatenate([better, equal[waiting <= np.sort(waiting)[top - len(better) - 1]]])


def row_of(seeker: Seeker) -> Sequence[object]:
    """A mother as the row that Mothers loads."""
    return (
        seeker.key,
        seeker.lat,
        seeker.lon,
        seeker.job_consent,
        seeker.modes,
        seeker.sectors,
        seeker.skills,
        seeker.windows,
        seeker.max_distance_m,
        seeker.min_monthly_pay_fen,
    )
