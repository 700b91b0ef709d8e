"""All mothers as columns, sorted and indexed so that a post looks at few of them, and changed row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from domain.matching.columns import DOUBT_M, Codes, Column, Floats, Ints, Rows, WindowSets, row_of, unit
from domain.matching.rules import DEFAULT_DISTANCE_M, Seeker, metres
from domain.windows import Span

_CHUNK = 1 << 12
_MOVED = -1
_FAR_M = 10_000
_NOWHERE = (float("nan"), float("nan"))
# Rows of one segment. Where all segments promise the same, one post looks at the first of each set of windows: short ones are little work.
_SEGMENT = 1 << 8


Value = TypeVar("Value")
Whole = TypeVar("Whole", int, Column)


@dataclass(frozen=True, slots=True)
class Segments:
    """Rows of equal windows, in parts; listed by the first key of each."""

    starts: Ints
    ends: Ints
    windows: NDArray[np.int32]
    first_keys: NDArray[np.bytes_]


class Mothers:
    """Rows sorted by place, so that a post at a place looks only around it, and in segments of equal windows for the posts that
    may be done anywhere. What comes later, or moves, waits in a tail until `settle`."""

    def __init__(self, seekers: Iterable[Seeker] = (), *, codes: Codes | None = None) -> None:
        self.codes = codes or Codes()
        self.sets = WindowSets()
        # Place 0 is "not known".
        self._places: dict[tuple[float, float], int] = {_NOWHERE: 0}
        self.degrees: list[tuple[float, float]] = [_NOWHERE]
        self.places: Floats = np.full((3, 1), np.nan)
        self.rows = Rows(
            key="S16", word=np.uint64, place=np.int32, windows=np.int32, limit=np.int32, wish=np.int32, since=np.int32, hardship=np.bool_
        )
        self._tail: dict[bytes, int] = {}
        self._sorted = 0
        self.load(row_of(seeker) for seeker in seekers)

    def load(
        self,
        rows: Iterable[Sequence[Any]],
        *,
        codes_of: Callable[[Any], Iterable[str]] = tuple,
        spans_of: Callable[[Any], Iterable[Span]] = tuple,
        day_of: Callable[[Any], int] = int,
    ) -> None:
        """Add many at once, as rows of key, lat, lon, job_consent, modes, sectors, skills, windows, max_distance_m, min_monthly_pay_fen,
        and, where waves are made of them, the day (ordinal) since when she waits for an offer, and her hardship.
        Lists, and the day, may be anything hashable, such as a store's text: `codes_of`, `spans_of`, `day_of` read each different one once."""
        words = _Read[tuple[Any, Any, Any]](lambda lists: self.codes.seeker(*map(codes_of, lists)))
        sets = _Read[Any](lambda text: self.sets.number(tuple(spans_of(text))))
        days, places = _Read(day_of), _Read[tuple[float | None, float | None]](lambda at: self._place(*at))
        limits = _Read(lambda metres: DEFAULT_DISTANCE_M if metres is None else metres)
        wishes = _Read(lambda fen: -1 if fen is None else fen)
        waiting = iter(rows)
        while chunk := list(islice(waiting, _CHUNK)):
            key, lat, lon, consent, mode, sector, skill, windows, limit, wish, *standing = zip(*chunk, strict=True)
            since, hardship = standing or (repeat(0, len(chunk)), repeat(False, len(chunk)))
            agreed = np.fromiter(consent, np.bool_, len(chunk))
            self.rows.extend(
                {
                    "key": np.array([one.encode() for one in key]),
                    "word": np.where(agreed, words.all(zip(mode, sector, skill, strict=True), np.uint64, len(chunk)), np.uint64(0)),
                    "place": places.all(zip(lat, lon, strict=True), np.int32, len(chunk)),
                    "windows": sets.all(windows, np.int32, len(chunk)),
                    "limit": limits.all(limit, np.int32, len(chunk)),
                    "wish": wishes.all(wish, np.int32, len(chunk)),
                    "since": days.all(since, np.int32, len(chunk)),
                    "hardship": np.fromiter(hardship, np.bool_, len(chunk)),
                }
            )
        self.settle()

    def _place(self, lat: float | None, lon: float | None) -> int:
        at = _NOWHERE if lat is None or lon is None else (lat, lon)
        number = self._places.setdefault(at, len(self._places))
        if number == len(self.degrees):
            self.degrees.append(at)
        return number

    def settle(self) -> None:
        """Sort all rows by place and drop what is no more."""
        self._keep_places()
        self.rows.take(np.flatnonzero(self.rows["place"] != _MOVED))
        self.rows.take(np.argsort(_slot(self.rows["place"], self.rows["limit"]), kind="stable"))
        slots = _slot(self.rows["place"], self.rows["limit"])
        self._first = np.searchsorted(slots, np.arange(2 * len(self._places) + 1))
        self._reach = np.zeros(2 * len(self._places), np.int32)
        np.maximum.at(self._reach, slots, self.rows["limit"])
        wishes = self.rows["wish"][self.rows["wish"] >= 0]
        self.least_wish = int(wishes.min(initial=np.iinfo(np.int32).max))
        self._by_key = np.argsort(self.rows["key"], kind="stable").astype(np.int32)
        self._sorted, self._tail = self.rows.size, {}
        self._settle_segments()

    def _settle_segments(self) -> None:
        """Rows of the same windows in order of their keys, cut into segments that are listed by their first key."""
        windows = self.rows["windows"][self._by_key]
        self._by_windows = self._by_key[np.argsort(windows, kind="stable")]
        bounds = np.searchsorted(np.sort(windows), np.arange(len(self.sets) + 1))
        cuts = [range(first, last, _SEGMENT) for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
        starts = np.array([start for cut in cuts for start in cut], np.intp)
        ends = np.array([min(start + cut.step, cut.stop) for cut in cuts for start in cut], np.intp)
        first_keys = self.rows["key"][self._by_windows[starts]]
        order = np.argsort(first_keys, kind="stable")
        self.segments = Segments(starts[order], ends[order], self.rows["windows"][self._by_windows[starts]][order], first_keys[order])

    def put(self, seeker: Seeker, *, since: int = 0, hardship: bool = False) -> None:
        """Add a mother, or change her; she counts from the next question on."""
        row = self._find(seeker.key)
        place = self._place(seeker.lat, seeker.lon)
        limit = DEFAULT_DISTANCE_M if seeker.max_distance_m is None else seeker.max_distance_m
        windows = self.sets.number(seeker.windows)
        wish = -1 if seeker.min_monthly_pay_fen is None else seeker.min_monthly_pay_fen
        values = {
            "word": self.codes.seeker(seeker.modes, seeker.sectors, seeker.skills) if seeker.job_consent else 0,
            "place": place,
            "windows": windows,
            "limit": limit,
            "wish": wish,
            "since": since,
            "hardship": hardship,
        }
        slot = _slot(place, limit)
        if row is not None and (row >= self._sorted or self._stays(row, slot, windows)):
            self.rows.write(row, values)
            if row < self._sorted:
                self._reach[slot] = max(self._reach[slot], limit)
        else:
            self.remove(seeker.key)
            self._tail[seeker.key.encode()] = self.rows.size
            self.rows.extend({"key": [seeker.key.encode()], **{name: [value] for name, value in values.items()}})
        self.least_wish = min(self.least_wish, wish) if wish >= 0 else self.least_wish
        self._keep_places()
        if len(self._tail) > 1024 + self._sorted // 64:
            self.settle()

    def _stays(self, row: int, slot: int, windows: int) -> bool:
        rows = self.rows
        return bool(_slot(rows["place"][row], rows["limit"][row]) == slot and rows["windows"][row] == windows)

    def remove(self, key: str) -> None:
        """Take a mother out; nothing happens where she is not known."""
        if (row := self._find(key)) is not None:
            self.rows.write(row, {"word": 0, "place": _MOVED})
            self._tail.pop(key.encode(), None)

    def waits_from(self, key: str, day: int) -> None:
        """She was offered something that day; nothing happens where she is not known."""
        if (row := self._find(key)) is not None:
            self.rows.write(row, {"since": day})

    def _keep_places(self) -> None:
        if new := self.degrees[self.places.shape[1] :]:
            self.places = np.concatenate([self.places, unit(*np.array(new).T)], axis=1)

    def _find(self, key: str) -> int | None:
        wanted = key.encode()
        if wanted in self._tail:
            return self._tail[wanted]
        keys = self.rows["key"]
        at = int(np.searchsorted(keys[: self._sorted], np.bytes_(wanted), sorter=self._by_key))
        row = int(self._by_key[at]) if at < self._sorted else -1
        return row if row >= 0 and keys[row] == wanted and self.rows["place"][row] != _MOVED else None

    def __len__(self) -> int:
        """How many mothers there are."""
        return int(np.count_nonzero(self.rows["place"] != _MOVED))

    @property
    def nbytes(self) -> int:
        """Bytes of columns and index."""
        index = self._by_key.nbytes + self._by_windows.nbytes + self._reach.nbytes + self._first.nbytes
        return self.rows.nbytes + index + self.places.nbytes

    def within_reach(self, away: Floats) -> Ints:
        """Rows of mothers who may live near enough, `away` being metres by place; who lives at an unknown place is asked too."""
        near_by = np.flatnonzero(~(np.repeat(away, 2)[: len(self._reach)] > self._reach + DOUBT_M))
        lengths = self._first[near_by + 1] - self._first[near_by]
        skipped = np.repeat(self._first[near_by] - (np.cumsum(lengths) - lengths), lengths)
        return np.concatenate([np.arange(len(skipped)) + skipped, self.tail()])

    def exact_metres(self, place: int, *, lat: float, lon: float) -> float:
        """Metres from a place as the reference gives them; nan where the place is not known."""
        if place == 0:
            return float("nan")
        at = self.degrees[place]
        return metres(*at, to_lat=lat, to_lon=lon)

    def tail(self) -> Ints:
        """Rows that came or moved since the last `settle`."""
        return np.arange(self._sorted, self.rows.size)

    def in_segments(self, segments: Ints) -> Ints:
        """Rows of these segments."""
        parts = [self._by_windows[self.segments.starts[one] : self.segments.ends[one]] for one in segments]
        return np.concatenate(parts).astype(np.intp) if parts else np.empty(0, np.intp)


def _slot(place: Whole, limit: Whole) -> Whole:
    """Where rows of a place are sorted in; the few who would go anywhere stand apart, so that they do not draw in their neighbours."""
    return 2 * place + (limit > _FAR_M)


class _Read(dict[Value, int]):
    """Reads each different value once."""

    def __init__(self, read: Callable[[Value], int]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, value: Value) -> int:
        self[value] = read = self.read(value)
        return read

    def all(self, values: Iterable[Value], dtype: DTypeLike, count: int) -> Column:
        """What each value reads as, as a column."""
        return np.fromiter(map(self.__getitem__, values), dtype, count)
