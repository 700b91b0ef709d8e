"""A steady pace plus a log of recent stamps: no second, wherever it begins, holds more sends than the platform allows."""

from __future__ import annotations

from collections import deque


class Pace:
    """Allows `rate` sends in any sliding `period` (seconds). Times are of one monotonic clock.

    A token bucket lets bursts through and breaks the limit in half of all seconds; here each send keeps its distance from the last
    one, and the n-th last stamp must be older than a period and a guard, since clocks and networks stretch and squeeze.
    """

    def __init__(self, rate: int, *, period: float = 1.0, guard: float = 0.03) -> None:
        self._stamps: deque[float] = deque(maxlen=rate)
        self._period = period
        self._guard = guard
        # The pace alone would spend the guard again; three quarters of the distance let it catch up after a stall.
        self._gap = 0.75 * period / rate

    def earliest(self, now: float) -> float:
        """When the next send may go; `now` if at once."""
        if not self._stamps:
            return now
        soonest = self._stamps[-1] + self._gap
        if len(self._stamps) == self._stamps.maxlen:
            soonest = max(soonest, self._stamps[0] + self._period + self._guard)
        return max(now, soonest)

    def stamp(self, now: float) -> None:
        """One send goes now."""
        self._stamps.append(now)


class Rests:
    """Which addresses have to rest, so that no chat gets more than one message an interval."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._until: dict[str, float] = {}

    def stamp(self, address: str, now: float, *, longer: float = 0.0) -> None:
        """A message went to this address; `longer` where the platform asked for a pause."""
        if self._interval or longer:
            self._until[address] = max(self._until.get(address, 0.0), now + max(self._interval, longer))

    def resting(self, now: float) -> list[str]:
        """Addresses that must not be written to now; forgets the others."""
        self._until = {address: until for address, until in self._until.items() if until > now}
        return list(self._until)

    def next_end(self, now: float) -> float | None:
        """When the first rest ends."""
        return min((until for until in self._until.values() if until > now), default=None)
